import { readFile } from "node:fs/promises";
import { type Schema, type SchemaDraft, Validator } from "@cfworker/json-schema";
import { DataError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { contentHash, withinTimeLimit } from "../../util/index.ts";
import { toIoError } from "../files/to-io-error.ts";
import { findGoldenAnswer, type Grader, gradingError } from "./grader.ts";
import { jsonInAnswer } from "./json-in-answer.ts";

/** A schema that takes longer on one answer is broken off; its patterns may backtrack. */
const LIMIT_MS = 1000;
/** Schemas of questions, kept while their answers come in. */
const MAX_KEPT = 1000;

const DRAFTS: readonly (readonly [address: RegExp, draft: SchemaDraft])[] = [
  [/draft-04/, "4"],
  [/draft-0[67]/, "7"],
  [/2019-09/, "2019-09"],
];

/**
 * Right is an answer that is a JSON document (or ends in a fenced one) and satisfies a JSON schema: each question's
 * golden answer, or one schema for all. Drafts 4, 7, 2019-09 and 2020-12, the default. Nothing is fetched, and no code
 * is made of a schema.
 * @param schemaFile with the schema for all questions
 * @throws DataError where that file is no schema
 */
export async function schemaGrader(schemaFile: string | undefined): Promise<Grader> {
  const common = schemaFile === undefined ? undefined : await readSchema(schemaFile);
  const kept = new Map<string, Validator>();
  const compileValidator = (query: Query): Validator => {
    if (common !== undefined) return common.validator;
    const text = findGoldenAnswer(query);
    const known = kept.get(text);
    if (known !== undefined) return known;
    const validator = makeValidator(text, `The golden answer of the question "${query.id}"`);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, validator);
    return validator;
  };
  return {
    record: { name: "json-schema", schema: common?.hash ?? null },
    ...(common !== undefined && { schemaText: common.text }),
    needsGoldenAnswer: common === undefined,
    check: (query) => void compileValidator(query),
    grade(answer, query) {
      const found = jsonInAnswer(answer);
      if (found === undefined) return 0;
      const validator = compileValidator(query);
      let checked: { readonly value: boolean } | undefined;
      try {
        checked = withinTimeLimit(LIMIT_MS, () => validator.validate(found.value).valid);
      } catch (error) {
        throw gradingError(
          "The schema",
          `cannot be applied: ${(error as Error).message}`,
          query,
          answer,
          error,
        );
      }
      if (checked === undefined)
        throw gradingError("The schema", `took longer than ${LIMIT_MS / 1000} s on an answer`, query, answer);
      return checked.value ? 1 : 0;
    },
  };
}

async function readSchema(file: string): Promise<{
  readonly validator: Validator;
  readonly hash: string;
  readonly text: string;
}> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw toIoError(error, file, "read");
  }
  return { validator: makeValidator(text, file), hash: contentHash(text), text };
}

function makeValidator(text: string, what: string): Validator {
  try {
    const schema = JSON.parse(text) as Schema | boolean | null;
    if (
      typeof schema !== "boolean" &&
      (typeof schema !== "object" || schema === null || Array.isArray(schema))
    )
      throw new TypeError("expected an object, or true or false");
    const address = typeof schema === "object" ? String(schema.$schema ?? "") : "";
    const draft = DRAFTS.find(([pattern]) => pattern.test(address))?.[1] ?? "2020-12";
    const validator = new Validator(schema, draft);
    // Broken references and patterns show only when they are used: these values come to most of them.
    for (const value of [null, {}, [], "", 0]) withinTimeLimit(LIMIT_MS, () => validator.validate(value));
    return validator;
  } catch (error) {
    throw new DataError(`${what} is no JSON schema: ${(error as Error).message}.`, {}, error);
  }
}
