import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Interaction } from "../../src/types/index.ts";
import { caseFile, importCase, refusedCase } from "../support/imported-case.ts";
import { sharedCase } from "../support/shared-case.ts";

describe("12: numbers of all scripts", () => {
  test("answers.jsonl", async (context) => {
    const folder = sharedCase(context, "12-numbers-in-other-scripts");
    const { run, log } = await importCase([join(folder, "answers.jsonl")]);
    const lines = (await readFile(join(run, "interactions.jsonl"), "utf8")).trim().split("\n");
    const texts = new Map(log.queries.map(({ id, text }) => [id, text]));
    const rewards = lines
      .map((line) => JSON.parse(line) as Interaction)
      .sort((one, other) => (texts.get(one.queryId)! < texts.get(other.queryId)! ? -1 : 1))
      .map(({ reward }) => reward);
    expect(rewards).toEqual(JSON.parse(await readFile(join(folder, "expected.json"), "utf8")));
  });

  test.each([
    ["উত্তর হল ৪২।", "42", 1],
    ["उत्तर: १,२३,४५६", "123456", 1],
    ["答えは１，２３４．５です。", "1234.5", 1],
    ["جواب: ٣٫٥", "3.5", 1],
    ["Somme: 1\u202f234\u202f567", "1234567", 1],
    ["About £3k in all", "3000", 1],
    ["The answer is 4 200 and no more", "42", 0],
    ["उत्तर: १२", "21", 0],
  ] as const)("%s against %s", async (answer, golden, reward) => {
    const file = await caseFile("a.jsonl", [
      { question: "How many?", prompt_id: "p", answer, golden_answer: golden },
    ]);
    expect((await importCase([file])).success).toEqual({ p: reward });
  });
});

describe("13: words for verdicts", () => {
  test.for([
    ["ci.csv", 24, 0, 0.5],
    ["nan.csv", 22, 2, 0.5],
    ["nan.jsonl", 22, 2, 0.5],
    ["percent.csv", 24, 0, 0.5],
  ] as const)("%s", async ([name, interactions, skipped, success], context) => {
    const imported = await importCase([sharedCase(context, "13-verdict-words", name)]);
    expect(imported.summary).toMatchObject({ interactions, skipped });
    expect(imported.log.reward.reduce((sum, reward) => sum + reward, 0) / interactions).toBe(success);
  });

  const graded = (cells: readonly unknown[], ...flags: string[]) =>
    caseFile(
      "v.jsonl",
      cells.map((score, row) => ({ question: `${row}?`, prompt: "p", score })),
    )
      .then((file) => importCase([file, ...flags]))
      .then(({ summary: { mapping } }) =>
        Object.fromEntries(mapping!.values.map(({ value, reward }) => [value, reward])),
      );

  test("letters of inspect_ai, decimal commas, words, other scripts", async () => {
    expect(await graded(["C", "I", "P", "N", null])).toEqual({ C: 1, I: 0, P: 0.5, N: 0 });
    expect(await graded(["P", "F"])).toEqual({ P: 1, F: 0 });
    expect(await graded(["0,5", "1,0", "75 %", "12,5%"])).toEqual({
      "0,5": 0.5,
      "1,0": 1,
      "75 %": 0.75,
      "12,5%": 0.125,
    });
    expect(await graded(["１", "٠"])).toEqual({ "１": 1, "٠": 0 });
    expect(await graded(["Correct", "INCORRECT", "<NA>", "timeout"])).toEqual({ Correct: 1, INCORRECT: 0 });
  });

  test("scales and words as told", async () => {
    expect(await graded([1, 3, 5], "--reward-scale", "1..5")).toEqual({ 1: 0, 3: 0.5, 5: 1 });
    expect(await graded(["good", "poor"], "--reward-values", "good=1,poor=0")).toEqual({ good: 1, poor: 0 });
  });

  test.each([
    ["letters beside others", ["C", "I", "B"], /"B"|"C"/],
    ["a scale that nobody told", [1, 4, 5], /"4".*--reward-scale 1\.\.5/],
    ["a word", ["good"], /"good".*--reward-values/],
    ["more than all", ["150%"], /"150%"/],
  ])("%s: refused with the flag that helps", async (_name, cells, message) => {
    const file = await caseFile(
      "v.jsonl",
      cells.map((score, row) => ({ question: `${row}?`, prompt: "p", score })),
    );
    expect(await refusedCase([file])).toEqual({ exitCode: 1, message: expect.stringMatching(message) });
  });
});
