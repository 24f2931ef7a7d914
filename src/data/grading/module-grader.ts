import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { contentHash, withinTimeLimit } from "../../util/index.ts";
import { toIoError } from "../files/to-io-error.ts";
import { type Grader, gradingError } from "./grader.ts";
import { hashImportedFiles } from "./imported-files.ts";

/** A function that takes longer on one answer is broken off. */
const LIMIT_MS = 10_000;

/**
 * What a module of the user's exports as its default: says how good an answer is, at once and the same every time.
 * @returns true or false, or a reward in [0, 1]
 */
export type CustomMatcher = (
  answer: string,
  goldenAnswer: string | undefined,
  query: Query,
) => boolean | number;

/**
 * Grades by the function that a module exports as its default. It is known by its file and by what that imports by
 * relative paths.
 * @param path of the module (.mjs, .js, .cjs; .ts where this Node.js reads TypeScript)
 * @throws DataError where there is no such file
 * @throws ConfigError where it cannot be loaded or exports no function
 */
export async function moduleGrader(path: string): Promise<Grader> {
  const file = resolve(path);
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    throw toIoError(error, file, "read");
  }
  const matcher = await loadFunction(file);
  const imports = await hashImportedFiles(file, content);
  const name = `The matcher ${basename(file)}`;
  return {
    record: {
      name: "module",
      file: basename(file),
      content: contentHash(content.toString("latin1")),
      ...(imports !== null && { imports }),
    },
    needsGoldenAnswer: false,
    check: () => undefined,
    grade(answer, query) {
      let found: { readonly value: unknown } | undefined;
      try {
        found = withinTimeLimit(LIMIT_MS, () => matcher(answer, query.answer, query));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw gradingError(name, `failed on an answer: ${message}`, query, answer, error);
      }
      if (found === undefined)
        throw gradingError(name, `took longer than ${LIMIT_MS / 1000} s on an answer`, query, answer);
      const { value } = found;
      if (typeof value === "boolean") return value ? 1 : 0;
      if (typeof value === "number" && value >= 0 && value <= 1) return value;
      throw gradingError(
        name,
        `returned ${describe(value)} for an answer, expected true, false or a number from 0 to 1`,
        query,
        answer,
      );
    },
  };
}

async function loadFunction(file: string): Promise<CustomMatcher> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new ConfigError(
      `${file} cannot be loaded as a module: ${(error as Error).message}`,
      { file },
      error,
    );
  }
  if (typeof loaded.default !== "function")
    throw new ConfigError(
      `${file} exports no function to match with. Expected: export default (answer, goldenAnswer, question) => …, which returns true, false or a number from 0 to 1.`,
      { file },
    );
  return loaded.default as CustomMatcher;
}

function describe(value: unknown): string {
  return value instanceof Promise ? "a promise" : String(JSON.stringify(value) ?? value).slice(0, 60);
}
