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
    for (const imported of await relativeImports(next, contents.get(next)!)) {
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

/** Absolute paths of the files that a module imports by relative specifiers. */
async function relativeImports(file: string, content: Buffer): Promise<string[]> {
  if (!/\.[cm]?[jt]s$/.test(file)) return [];
  const { init, parse } = await import("es-module-lexer");
  await init;
  let specifiers: (string | undefined)[];
  try {
    specifiers = parse(content.toString("utf8"))[0].map(({ n }) => n);
  } catch {
    // Node.js has loaded what is imported, so this is in a form that the lexer cannot read, such as some TypeScript.
    return [];
  }
  return specifiers.flatMap((specifier) => {
    if (specifier === undefined || !/^\.\.?\//.test(specifier)) return [];
    try {
      return [fileURLToPath(new URL(specifier, pathToFileURL(file)))];
    } catch {
      return [];
    }
  });
}
