import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError, UsageError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { createGrader } from "./index.ts";
import { jsonInAnswer } from "./json-in-answer.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-graders-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function question(answer?: string): Query {
  return { id: "q", text: "Which?", ...(answer !== undefined && { answer }) };
}

async function fileWith(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

describe("named matchers", () => {
  test("grade as the comparison of that name, and want a golden answer", async () => {
    const grader = await createGrader({});
    expect(grader.record).toBe("numeric");
    expect([grader.grade("so 1,000", question("1000")), grader.grade("so 10", question("1000"))]).toEqual([
      1, 0,
    ]);
    expect(() => grader.check(question())).toThrow(/question "q" has no golden answer/);
    expect(() => grader.check(question("1"))).not.toThrow();
  });

  test("unknown ones are refused with the known ones", async () => {
    await expect(createGrader({ matcher: "numerical" })).rejects.toThrow(
      /no matcher "numerical".*contains.*module/,
    );
    await expect(createGrader({ matcher: "exact", pattern: "a" })).rejects.toThrow(UsageError);
    await expect(createGrader({ schemaFile: "a.json" })).rejects.toThrow(UsageError);
  });
});

describe("regex", () => {
  test("the golden answer is the pattern", async () => {
    const grader = await createGrader({ matcher: "regex" });
    const grade = (answer: string, pattern: string): number => grader.grade(answer, question(pattern));
    expect(grade("It is Paris.", "\\bparis\\b")).toBe(0);
    expect(grade("It is Paris.", "/\\bparis\\b/i")).toBe(1);
    expect(grade("12 or 13", "^1[23]$")).toBe(0);
    expect(grade("path/to", "path/to")).toBe(1);
    expect(() => grader.check(question("("))).toThrow(/question "q" is no regular expression/);
    expect(() => grader.check(question())).toThrow(DataError);
  });

  test("one pattern serves all questions, with the golden answer taken letter by letter", async () => {
    const grader = await createGrader({ matcher: "regex", pattern: "/answer:\\s*{{answer}}$/im" });
    expect(grader.needsGoldenAnswer).toBe(true);
    expect(grader.grade("So.\nANSWER: a+b?\nbye", question("a+b?"))).toBe(1);
    expect(grader.grade("answer: aab", question("a+b?"))).toBe(0);
    const fixed = await createGrader({ matcher: "regex", pattern: "^yes" });
    expect(() => fixed.check(question())).not.toThrow();
    expect(fixed.grade("yes!", question())).toBe(1);
    await expect(createGrader({ matcher: "regex", pattern: "[" })).rejects.toThrow(/no regular expression/);
  });

  test("any golden answer finds itself through {{answer}}", async () => {
    const grader = await createGrader({ matcher: "regex", pattern: "^<{{answer}}>$" });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const golden = text.trim();
        fc.pre(golden !== "");
        expect(grader.grade(`<${golden}>`, question(golden))).toBe(1);
        expect(grader.grade(`<${golden}x>`, question(golden))).toBe(0);
      }),
    );
  });

  test("a pattern that would run for ever is broken off, with question and answer", async () => {
    const grader = await createGrader({ matcher: "regex", pattern: "^(a+)+$" });
    expect(() => grader.grade(`${"a".repeat(60)}!`, question())).toThrow(
      /took longer than 1 s.*Question "q": "Which\?"; answer: "aaa/s,
    );
  });
});

describe("json-schema", () => {
  const person = {
    type: "object",
    properties: { name: { type: "string", minLength: 1 }, age: { type: "integer", minimum: 0 } },
    required: ["name", "age"],
    additionalProperties: false,
  };

  test("the golden answer is the schema, and the answer a JSON document", async () => {
    const grader = await createGrader({ matcher: "json-schema" });
    const grade = (answer: string): number => grader.grade(answer, question(JSON.stringify(person)));
    expect(grade('{"name": "Ada", "age": 36}')).toBe(1);
    expect(grade('Here it is:\n```json\n{"name": "Ada", "age": 36}\n```\nDone.')).toBe(1);
    expect(grade('{"name": "Ada"}')).toBe(0);
    expect(grade('{"name": "Ada", "age": 36, "x": 1}')).toBe(0);
    expect(grade("Ada, 36")).toBe(0);
    for (const broken of ["{", "3", "[]", '{"$ref": "#/nowhere"}', '{"pattern": "("}', '{"type": "number'])
      expect(() => grader.check(question(broken)), broken).toThrow(/question "q" is no JSON schema/);
  });

  test("one schema serves all questions; the run remembers which", async () => {
    const schemaFile = await fileWith("person.json", JSON.stringify(person));
    const grader = await createGrader({ matcher: "json-schema", schemaFile });
    expect(() => grader.check(question())).not.toThrow();
    expect(grader.grade('{"name": "Ada", "age": 36}', question())).toBe(1);
    const other = await fileWith("other.json", JSON.stringify({ ...person, required: ["name"] }));
    const changed = await createGrader({ matcher: "json-schema", schemaFile: other });
    expect(changed.record).not.toEqual(grader.record);
    await expect(createGrader({ matcher: "json-schema", schemaFile: `${folder}/none.json` })).rejects.toThrow(
      DataError,
    );
  });

  test("a schema's pattern that would run for ever is broken off", async () => {
    const grader = await createGrader({ matcher: "json-schema" });
    const schema = question('{"type": "string", "pattern": "^(a+)+$"}');
    expect(() => grader.grade(`"${"a".repeat(60)}!"`, schema)).toThrow(/took longer than 1 s/);
  });

  test("JSON is found where there is any, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.json(), fc.stringMatching(/^[a-z .]*$/), (json, words) => {
        const value = JSON.parse(json);
        expect(jsonInAnswer(` ${json}\n`)).toEqual({ value });
        expect(jsonInAnswer(`x${words}\n\`\`\`json\n${json.replaceAll("`", "'")}\n\`\`\`\n${words}`)).toEqual(
          {
            value: JSON.parse(json.replaceAll("`", "'")),
          },
        );
      }),
    );
    expect(jsonInAnswer("```\n1\n```\n```\n2\n```\n```\nno\n```")).toEqual({ value: 2 });
    expect(jsonInAnswer("none ``` here")).toBeUndefined();
    jsonInAnswer("```".repeat(100_000));
    jsonInAnswer("```\n".repeat(100_000));
  });
});

describe("a module", () => {
  test("grades by its function, which gets answer, golden answer and question", async () => {
    const matcher = await fileWith(
      "parts.mjs",
      "export default (answer, golden, question) => answer === golden || (question.id === 'q' ? 0.25 : 0);",
    );
    const grader = await createGrader({ matcher });
    expect(grader.grade("a", question("a"))).toBe(1);
    expect(grader.grade("b", question("a"))).toBe(0.25);
    expect(() => grader.check(question())).not.toThrow();
    const same = await fileWith("same.mjs", "export default (answer, golden) => answer === golden;");
    expect((await createGrader({ matcher: same })).record).not.toEqual(grader.record);
    const common = await fileWith("old.cjs", "module.exports = () => true;");
    expect((await createGrader({ matcher: common })).grade("x", question())).toBe(1);
  });

  test("is another one when what it imports by relative paths changes, at any depth", async () => {
    await mkdir(join(folder, "helpers"));
    const matcher = await fileWith(
      "grows.mjs",
      "#!/usr/bin/env node\nimport { fold } from './helpers/fold.mjs';\nimport { basename } from 'node:path';\n" +
        "const later = () => import('./helpers/later.mjs');\nconst text = './not-imported.mjs';\n" +
        "export default (answer, golden) => fold(basename(answer)) === golden && later !== undefined;",
    );
    await fileWith("helpers/fold.mjs", "export * from '../deep.mjs'; import '../grows.mjs';");
    await fileWith("deep.mjs", "export const fold = (text) => text.toLowerCase();");
    const readRecord = async () => (await createGrader({ matcher })).record;
    const first = await readRecord();
    expect((await createGrader({ matcher })).grade("A", question("a"))).toBe(1);
    await fileWith("not-imported.mjs", "anything");
    expect(await readRecord()).toEqual(first);
    const seen = [JSON.stringify(first)];
    for (const [name, text] of [
      ["deep.mjs", "export const fold = (text) => text.toUpperCase();"],
      ["helpers/fold.mjs", "export * from '../deep.mjs';"],
      ["helpers/later.mjs", "export default 1;"],
    ] as const) {
      await fileWith(name, text);
      seen.push(JSON.stringify(await readRecord()));
    }
    expect(new Set(seen).size).toBe(4);
    // Elsewhere it is the same, as long as the files stand to each other as they did.
    const moved = join(folder, "moved");
    for (const name of ["grows.mjs", "deep.mjs", "helpers/fold.mjs", "helpers/later.mjs"])
      await cp(join(folder, name), join(moved, name));
    expect(JSON.stringify((await createGrader({ matcher: join(moved, "grows.mjs") })).record)).toBe(
      seen.at(-1),
    );
  });

  test("without relative imports is known by its own file alone", async () => {
    const matcher = await fileWith("alone.mjs", "import 'node:path'; export default () => true;");
    expect(Object.keys((await createGrader({ matcher })).record as object)).toEqual([
      "name",
      "file",
      "content",
    ]);
    // CommonJS names its files otherwise.
    const common = await fileWith(
      "common.cjs",
      "const { sep } = require('node:path'); module.exports = () => sep === sep;",
    );
    expect((await createGrader({ matcher: common })).grade("", question())).toBe(1);
  });

  test.each([
    [
      "throw",
      "() => { throw new Error('no idea') }",
      /failed on an answer: no idea.*Question "q".*answer: "a"/s,
    ],
    ["number", "() => 2", /returned 2 .*expected true, false or a number from 0 to 1/],
    ["nothing", "() => {}", /returned undefined/],
    ["nan", "() => NaN", /returned null/],
    ["promise", "async () => true", /returned a promise/],
  ])("that fails says so, with question and answer: %s", async (name, code, message) => {
    const grader = await createGrader({ matcher: await fileWith(`${name}.mjs`, `export default ${code};`) });
    expect(() => grader.grade("a", question())).toThrow(message);
    expect(() => grader.grade("a", question())).toThrow(DataError);
  });

  test("that cannot be used is refused at once", async () => {
    await expect(createGrader({ matcher: `${folder}/none.mjs` })).rejects.toThrow(DataError);
    const broken = await fileWith("broken.mjs", "export default (");
    await expect(createGrader({ matcher: broken })).rejects.toThrow(ConfigError);
    const empty = await fileWith("empty.mjs", "export const match = () => true;");
    await expect(createGrader({ matcher: empty })).rejects.toThrow(/exports no function/);
  });
});
