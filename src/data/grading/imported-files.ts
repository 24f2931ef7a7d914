import { readFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { contentHash } from "../../util/index.ts";

/**
 * Hash over the names and contents of all files that a module brings in by relative imports, over any number of steps:
 * `import`, `export … from`, and `import()` of a literal. Not seen are packages, `require`, specifiers that are computed,
 * and files that code reads. Names count from the module's folder, so that the whole may move.
 * @param file of the module, absolute
 * @param content of it
 * @returns null where there is none
 */
export async function hashImportedFiles(file: string, content: Buffer): Promise<string | null> {
  const contents = new Map<string, Buffer | null>([[file, content]]);
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const imported of relativeImports(next, contents.get(next)!)) {
      if (contents.has(imported)) continue;
      const text = await readFile(imported).catch(() => null);
      contents.set(imported, text);
      if (text !== null) waiting.push(imported);
    }
  contents.delete(file);
  if (contents.size === 0) return null;
  const folder = dirname(file);
  const parts = [...contents].map(([path, text]) => [
    relative(folder, path).replaceAll("\\", "/"),
    // Not there: an import in a branch that is not taken, which may come to be there.
    text === null ? "missing" : "found",
    text ?? "",
  ]);
  parts.sort(([one], [other]) => (one! < other! ? -1 : 1));
  return contentHash(...parts.flat());
}

/** A relative specifier in `import … from`, `export … from`, `import` or `import()`. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*(["'])(\.\.?\/[^"'\n]*)\1/g;

/**
 * Absolute paths of the files that a module names in imports by relative specifiers. One in a comment counts too: to look
 * at a file more does no harm.
 */
function relativeImports(file: string, content: Buffer): string[] {
  if (!/\.[cm]?[jt]s$/.test(file)) return [];
  return [...content.toString("utf8").matchAll(RELATIVE_IMPORT)].flatMap(([, , specifier]) => {
    try {
      return [fileURLToPath(new URL(specifier!, pathToFileURL(file)))];
    } catch {
      return [];
    }
  });
}
