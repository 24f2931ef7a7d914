import ts from "typescript";
import { type ModuleExports, readModuleExports } from "./module-exports.ts";

/** What the architecture rules need to know of one TypeScript file. */
export interface SourceModule extends ModuleExports {
  /** Path from the project's root, with forward slashes: `src/data/index.ts`. */
  readonly path: string;
  readonly lines: number;
  /** Every module specifier: imports, re-exports, `import()`, `import("…")` types and `require`. */
  readonly imports: readonly { readonly specifier: string; readonly line: number }[];
  readonly defaultExportLine: number | null;
  /** Lines that call `process.exit` or assign `process.exitCode`. */
  readonly exitLines: readonly number[];
}

/** Reads a file with TypeScript's own parser, so that comments and strings cannot be mistaken for imports. */
export function parseSourceModule(path: string, text: string): SourceModule {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const imports: { specifier: string; line: number }[] = [];
  const exitLines: number[] = [];
  let defaultExportLine: number | null = null;
  const findLine = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const addImport = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node))
      imports.push({ specifier: node.text, line: findLine(node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) addImport(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      addImport(node.argument.literal);
    else if (ts.isCallExpression(node) && isImportOrRequire(node.expression)) addImport(node.arguments[0]);
    if (isDefaultExport(node)) defaultExportLine = findLine(node);
    if (ts.isPropertyAccessExpression(node) && /^process\.exit(Code)?$/.test(node.getText()))
      exitLines.push(findLine(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return { path, lines, imports, defaultExportLine, exitLines, ...readModuleExports(file) };
}

function isImportOrRequire(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require")
  );
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === "default";
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}
