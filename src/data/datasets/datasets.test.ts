import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realQuestions } from "../../../test/support/real-questions.ts";
import { requireSharedData, SHARED_DATA } from "../../../test/support/shared-data.ts";
import { loadGsm8k, loadMawps, loadSvamp } from "./index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-datasets-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("the published files", () => {
  test("GSM8K", async (context) => {
    requireSharedData(context);
    const queries = await loadGsm8k(join(SHARED_DATA, "grade-school-math", "test.jsonl"));
    expect(queries).toHaveLength(1319);
    expect(queries[0]).toMatchObject({ id: "gsm8k-0001", answer: "18" });
    expect(queries[0]!.text).toMatch(/^Janet’s ducks lay 16 eggs/);
  });

  test("MAWPS: the five folds hold the 1744 questions of the release", async (context) => {
    requireSharedData(context);
    const queries = await loadMawps(join(SHARED_DATA, "SVAMP", "cv_mawps"));
    expect(queries.map(({ text }) => text)).toEqual(await realQuestions("mawps"));
    expect(new Set(queries.map(({ id }) => id)).size).toBe(1744);
    expect(queries.every(({ answer }) => Number.isFinite(Number(answer)))).toBe(true);
  });

  test("SVAMP", async (context) => {
    requireSharedData(context);
    const queries = await loadSvamp(join(SHARED_DATA, "SVAMP", "SVAMP.json"));
    expect(queries).toHaveLength(1000);
    expect(queries[0]).toEqual({
      id: "chal-1",
      text: "Each pack of dvds costs 76 dollars. If there is a discount of 25 dollars on each pack. How much do you have to pay to buy each pack?",
      answer: "51",
    });
  });
});

test("placeholders are whole words: number10 is not number1 and a 0", async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index + 50);
  const path = await file(
    "fold.csv",
    `Question,Numbers,Answer\n"number10 , number1 , number0 . mynumber1 number11?",${numbers.join(" ")},7\n`,
  );
  expect((await loadMawps(path))[0]!.text).toBe("60 , 51 , 50 . mynumber1 61?");
});

test.each<readonly [string, (path: string) => Promise<unknown>, string, RegExp]>([
  [
    "placeholder.csv",
    loadMawps,
    "Question,Numbers,Answer\nx,,1\nIs it number2?,1 2,3\n",
    /csv:3: number2 has no value: "Numbers" holds 2/,
  ],
  [
    "column.csv",
    loadMawps,
    "Question,Answer\na,1\n",
    /no column "Numbers"; the columns are Question, Answer/,
  ],
  ["empty.csv", loadMawps, "", /empty\.csv: The file is empty/],
  ["blank.csv", loadMawps, "Question,Numbers,Answer\n ,1,1\n", /csv:2: The question is empty/],
  ["mark.jsonl", loadGsm8k, '{"question":"a","answer":"5"}\n', /jsonl:1: The answer has no "####"/],
  ["field.jsonl", loadGsm8k, '{"question":"a"}\n', /jsonl:1: The GSM8K record's "answer" is missing/],
  ["torn.json", loadSvamp, "[{", /torn\.json: The file is not JSON/],
  ["object.json", loadSvamp, "{}", /The SVAMP file is \{\}/],
  ["field.json", loadSvamp, '[{"ID":"a","Body":"b","Question":"c"}]', /SVAMP file's "0\.Answer" is missing/],
  [
    "twice.json",
    loadSvamp,
    `[${'{"ID":"a","Body":"b","Question":"c","Answer":1},'.repeat(2).slice(0, -1)}]`,
    /"a" stands twice/,
  ],
])("%s is refused", async (name, load, content, message) => {
  await expect(load(await file(name, content))).rejects.toThrow(message);
});
