import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../support/project-root.ts";

/** A Markdown file of the project. */
export interface MarkdownFile {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

/** All Markdown files at the root, in docs and in examples. */
export function markdownFiles(): MarkdownFile[] {
  const below = (folder: string): string[] =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    );
  return [...readdirSync(PROJECT_ROOT), ...below("docs"), ...below("examples")]
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({ path, text: readFileSync(join(PROJECT_ROOT, path), "utf8") }));
}

/** Targets of links and images, outside code. */
export function linkTargets(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gmsu, "").replace(/`[^`\n]*`/gu, "");
  return [...prose.matchAll(/\]\(([^()\s]+)\)/gu)].map((match) => match[1]!);
}

/** Anchors of the headings, as they are made on code hosts. */
export function headingAnchors(text: string): Set<string> {
  const prose = text.replace(/^```.*?^```/gmsu, "");
  return new Set(
    [...prose.matchAll(/^#+ +(.+)$/gmu)].map((match) =>
      match[1]!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/** Command lines of this package in shell code blocks, and in code within a sentence that begins with `oirl `. */
export function oirlCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gmsu)].flatMap((match) =>
    match[1]!.replaceAll("\\\n", " ").split("\n"),
  );
  const inline = [...text.matchAll(/`([^`\n]+)`/gu)].map((match) => match[1]!);
  return [...blocks, ...inline]
    .map((line) => line.replace(/^\$ /u, "").replace(/^npx (?=oirl |prompt-oirl )/u, ""))
    .filter((line) => /^(?:oirl|prompt-oirl) /u.test(line));
}

/** Names of the scripts that `npm run …` in a text calls. */
export function npmScripts(text: string): string[] {
  return [...text.matchAll(/npm run ([\w:-]+)/gu)].map((match) => match[1]!);
}

/** Words of a shell command up to a pipe, redirection or comment; quotes are taken off. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  for (const match of command.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/gu)) {
    const bare = match[3];
    if (bare !== undefined && /^(?:[|>#;]|&&)/u.test(bare)) break;
    words.push(match[1] ?? match[2] ?? bare ?? "");
  }
  return words;
}
