import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { ConfigError, DataError } from "../../errors.ts";
import { formatOfName } from "../files/tables/open-table.ts";
import { toIoError } from "../files/to-io-error.ts";

/** More files than this are another folder than was meant. */
const MAX_FILES = 10_000;

/**
 * The files of a log: of a folder, all tables in it and below, in order of their names.
 * @throws DataError where there is none, or a folder has no tables
 */
export async function listLogFiles(paths: string | readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of typeof paths === "string" ? [paths] : paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw toIoError(error, path, "read");
    });
    if (!found.isDirectory()) {
      files.push(path);
      continue;
    }
    const names = await readdir(path, { recursive: true, withFileTypes: true });
    const tables = names
      .filter(
        (entry) => entry.isFile() && !entry.name.startsWith(".") && formatOfName(entry.name) !== undefined,
      )
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (tables.length === 0)
      throw new DataError(
        "This folder has no tables (CSV, TSV, JSON, JSON Lines, Parquet, inspect_ai's .eval).",
        { file: path },
      );
    files.push(...tables);
  }
  if (files.length === 0) throw new ConfigError("No log is named; expected at least one file.");
  if (files.length > MAX_FILES)
    throw new DataError(`There are ${files.length} files; expected at most ${MAX_FILES}.`, {
      file: files[0]!,
    });
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw new ConfigError(`${twice} is named twice; its answers would count twice.`);
  return files;
}

/**
 * What tells files apart in their names: the name without extensions, with as many folders as are needed before it.
 * Tools add a time to names (`samples_cot_2026-01-05T10-00-00.000000`), which goes where names differ without it.
 */
export function namesOfFiles(files: readonly string[]): Map<string, string> {
  const plain = files.map(plainName);
  const undated = plain.map(withoutTime);
  const candidates = [
    undated,
    plain,
    ...[1, 2, 3].map((depth) =>
      files.map((file, index) => {
        const folders = dirname(file).split(sep).filter(Boolean).slice(-depth);
        return [...folders, plain[index]!].join("/");
      }),
    ),
  ];
  const names =
    candidates.find((all) => new Set(all).size === files.length) ??
    files.map((file) => relative(dirname(files[0]!), file));
  return new Map(files.map((file, index) => [file, names[index]!]));
}

function plainName(file: string): string {
  let name = basename(file);
  for (let extension = extname(name); extension !== "" && isExtension(extension); extension = extname(name))
    name = basename(name, extension);
  return name === "" ? basename(file) : name;
}

function isExtension(extension: string): boolean {
  return /^\.(?:gz|zst|zstd|csv|tsv|tab|jsonl|ndjson|json|parquet|pq|eval)$/i.test(extension);
}

/** A name without a date and time at its end. */
export function withoutTime(name: string): string {
  const short = name.replace(
    /[-_. ]?\d{4}-\d\d-\d\d(?:[T_ -]?\d\d[-:.]?\d\d(?:[-:.]?\d\d(?:[.-]\d+)?)?)?Z?$/,
    "",
  );
  return short === "" ? name : short;
}
