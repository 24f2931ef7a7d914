import { posix } from "node:path";
import ts from "typescript";

/** Names that nobody is to use, as `docs/naming.md` lists them. */
export interface UnusedNames {
  /** Parts of names, in lower case. */
  readonly parts: ReadonlySet<string>;
  /** Beginnings of constants: `MOST_`. */
  readonly beginnings: readonly string[];
  /** Ends of functions' names: `Of`. */
  readonly ends: readonly string[];
  readonly flags: ReadonlySet<string>;
}

/** Functions of the language and of interfaces like its own. */
const LIKE_THE_LANGUAGE = new Set(["indexOf", "lastIndexOf"]);

/**
 * Reads the table under "Words not used".
 * @throws Error where there is none, so that a page that is rewritten cannot switch the check off
 */
export function readUnusedNames(page: string): UnusedNames {
  const section = page.split("## Words not used")[1] ?? "";
  const words = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, word]) => word!),
  );
  if (words.length === 0) throw new Error('docs/naming.md has no table under "Words not used"');
  return {
    parts: new Set(words.filter((word) => /^[a-z]+$/.test(word))),
    beginnings: words.filter((word) => word.endsWith("…")).map((word) => word.slice(0, -1)),
    ends: words.filter((word) => word.startsWith("…")).map((word) => word.slice(1)),
    flags: new Set(words.filter((word) => word.startsWith("--"))),
  };
}

/** Names of a file, its own included, that are not to be used, a line each. */
export function findUnusedNames(path: string, text: string, unused: UnusedNames): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found = new Set<string>();
  const report = (name: string, node: ts.Node): void => {
    found.add(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${name}`);
  };
  for (const part of posix.basename(path).split(/[-.]/)) if (unused.parts.has(part)) report(part, file);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isUnused(node.text, unused)) report(node.text, node);
    if (isFunction(node) && hasUnusedEnd(node.name, unused)) report(node.name.getText(), node.name);
    if (ts.isStringLiteralLike(node))
      for (const [flag] of node.text.matchAll(/--[a-z][a-z-]*/g))
        if (unused.flags.has(flag)) report(flag, node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found];
}

function isUnused(name: string, { parts, beginnings }: UnusedNames): boolean {
  return (
    beginnings.some((beginning) => name.startsWith(beginning)) ||
    name.split(/_|(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])/).some((part) => parts.has(part.toLowerCase()))
  );
}

function hasUnusedEnd(name: ts.Node, { ends }: UnusedNames): boolean {
  const text = name.getText();
  return !LIKE_THE_LANGUAGE.has(text) && ends.some((end) => text.endsWith(end));
}

function isFunction(node: ts.Node): node is ts.Node & { readonly name: ts.Node } {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name !== undefined;
  return (
    ts.isVariableDeclaration(node) && node.initializer !== undefined && ts.isArrowFunction(node.initializer)
  );
}
