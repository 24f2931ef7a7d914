import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { wrongPropensities } from "../../../test/support/collect-checks/wrong-propensities.ts";
import {
  additions,
  collectFrom,
  readInteractions,
  readJournalLines,
  readLines,
  scratchFolder,
  somePrompts,
} from "../../../test/support/collect-fixture.ts";
import {
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { loadSchema, openRunDirectory, readRunSettings } from "../../data/index.ts";
import { ConfigError, DataError } from "../../errors.ts";
import type { AllocationRound } from "../allocate/allocation-types.ts";
import { regradeLog } from "../regrade/regrade-log.ts";
import { type LoggedAnswer, readAnswers } from "./read-answers.ts";

let folder: { path: string; remove(): Promise<void> };
let endpoint: ScriptedChatEndpoint;
let run: string;
beforeEach(async () => {
  folder = await scratchFolder();
  endpoint = await startScriptedChatEndpoint();
  run = join(folder.path, "run");
});
afterEach(async () => {
  await endpoint.close();
  await folder.remove();
});

async function readLoggedAnswers(path: string): Promise<LoggedAnswer[]> {
  const answers: LoggedAnswer[] = [];
  for await (const answer of readAnswers(await openRunDirectory(path))) answers.push(answer);
  return answers;
}

test("without a matcher answers are kept without labels, and need no golden answers", async () => {
  const queries = additions(5).map(({ id, text }) => ({ id, text }));
  const summary = await collectFrom(endpoint.baseUrl, run, { matcher: "none", queries });
  expect(summary).toMatchObject({ interactions: 0, unlabeled: 10 });
  expect(await readInteractions(run)).toEqual([]);
  const again = await collectFrom(endpoint.baseUrl, run, { matcher: "none", queries: queries.slice(0, 3) });
  expect(again).toMatchObject({ calls: { answered: 0 }, unlabeled: 6 });
  expect(endpoint.requests).toHaveLength(10);
  const answers = await readLoggedAnswers(run);
  expect(answers).toHaveLength(10);
  expect(answers[0]).toMatchObject({ llm: "scripted", answer: expect.any(String), repetition: 0 });
  expect(answers.some((answer) => "reward" in answer)).toBe(false);
  await expect(collectFrom(endpoint.baseUrl, run, { matcher: "numeric" })).rejects.toThrow(ConfigError);
});

test("another pattern is another matcher, and answers under both are not mixed", async () => {
  const options = { matcher: "regex", pattern: "\\b{{answer}}\\." } as const;
  expect(await collectFrom(endpoint.baseUrl, run, options)).toMatchObject({ success: 1 });
  expect(await collectFrom(endpoint.baseUrl, run, options)).toMatchObject({ calls: { answered: 0 } });
  await expect(collectFrom(endpoint.baseUrl, run, { ...options, pattern: "{{answer}}" })).rejects.toThrow(
    /begun with matcher/,
  );
});

test("a schema for all questions is kept with the run, so that more can be graded by it", async () => {
  const schemaFile = join(folder.path, "any.json");
  const text = '{ "type": "object" }';
  await writeFile(schemaFile, text);
  await collectFrom(endpoint.baseUrl, run, { matcher: "json-schema", schemaFile });
  const asked = endpoint.requests.length;
  const { matcher } = (await readRunSettings(run))!;
  const kept = await loadSchema(run, (matcher as { readonly schema: string }).schema);
  expect(await readFile(kept!, "utf8")).toBe(text);
  await writeFile(kept!, "true");
  await expect(loadSchema(run, (matcher as { readonly schema: string }).schema)).rejects.toThrow(DataError);
  // Whoever goes on with the schema brings it back.
  await collectFrom(endpoint.baseUrl, run, { matcher: "json-schema", schemaFile });
  expect(await readFile(kept!, "utf8")).toBe(text);
  expect(endpoint.requests).toHaveLength(asked);
});

test("an answer that cannot be graded is kept, told, and graded when the matcher is mended", async () => {
  const matcher = join(folder.path, "picky.mjs");
  await writeFile(
    matcher,
    "export default (answer) => { if (answer.includes('2')) throw new Error('no twos'); return true; };",
  );
  const warnings: string[] = [];
  const options = {
    matcher,
    queries: additions(10),
    prompts: somePrompts(1),
    onWarning: (text: string) => warnings.push(text),
  };
  await expect(collectFrom(endpoint.baseUrl, run, options)).rejects.toThrow(
    /^2 answers could not be graded.*--provider regrade --log .*run.*no twos.*Question "q-/s,
  );
  expect(warnings).toEqual([expect.stringMatching(/no twos/)]);
  expect(await readInteractions(run)).toHaveLength(8);
  expect((await readJournalLines(run)).filter(({ type }) => type === "answered")).toHaveLength(10);
  // The same again makes no call, and fails again.
  await expect(collectFrom(endpoint.baseUrl, run, options)).rejects.toThrow(DataError);
  expect(endpoint.requests).toHaveLength(10);
  const mended = join(folder.path, "mended.mjs");
  await writeFile(mended, "export default () => 0.5;");
  const regraded = join(folder.path, "regraded");
  expect(await regradeLog({ log: run, run: regraded, matcher: mended })).toMatchObject({ interactions: 10 });
  expect((await readInteractions(regraded)).map(({ reward }) => reward)).toEqual(Array(10).fill(0.5));
});

test.each([
  { strategy: "halving", repeats: 1, calls: 90 },
  { strategy: "bandit", repeats: 2, calls: 150 },
] as const)(
  "an answer collected by $strategy keeps its propensity where it is graded later",
  async (allocation) => {
    const matcher = join(folder.path, "picky.mjs");
    // Questions of one kind cannot be graded, whatever the prompt.
    await writeFile(
      matcher,
      "export default (answer, { id }) => { if (id.endsWith('1')) throw new Error('not this'); return answer.length % 2 === 0; };",
    );
    const options = {
      matcher,
      queries: additions(30),
      prompts: somePrompts(4),
      ...allocation,
    } as const;
    await expect(collectFrom(endpoint.baseUrl, run, options)).rejects.toThrow(/could not be graded/);
    const graded = await readInteractions(run);
    const mended = join(folder.path, "mended.mjs");
    await writeFile(mended, "export default (answer) => answer.length % 2 === 0;");
    const regraded = join(folder.path, "regraded");
    await regradeLog({ log: run, run: regraded, matcher: mended });
    const all = await readInteractions(regraded);
    expect(all.length).toBeGreaterThan(graded.length);
    const settings = { ...allocation, questions: 30, prompts: 4, seed: 7 };
    const rounds = await readLines<AllocationRound>(join(run, "collect", "allocation.jsonl"));
    expect(rounds.length).toBeGreaterThan(1);
    expect(Math.max(...all.map(({ repetition }) => repetition))).toBe(allocation.repeats - 1);
    expect(wrongPropensities(settings, rounds, all, options.queries, options.prompts)).toEqual([]);
    expect(new Set(all.map(({ propensity }) => propensity)).size).toBeGreaterThan(1);
    // Propensities cannot be made up for other questions.
    const queriesFile = join(run, "queries.jsonl");
    await writeFile(queriesFile, (await readFile(queriesFile, "utf8")).split("\n").slice(1).join("\n"));
    await expect(regradeLog({ log: run, run: join(folder.path, "other"), matcher: mended })).rejects.toThrow(
      /not those its rounds were decided for/,
    );
  },
);

test("what a matcher cannot grade is refused before anything is paid for", async () => {
  const queries = [...additions(2), { id: "bad", text: "Why?", answer: "(" }];
  await expect(collectFrom(endpoint.baseUrl, run, { matcher: "regex", queries })).rejects.toThrow(
    /question "bad"/,
  );
  expect(endpoint.requests).toHaveLength(0);
});
