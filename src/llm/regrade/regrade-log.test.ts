import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readInteractions, readLines, scratchFolder } from "../../../test/support/collect-fixture.ts";
import { requireSharedData, SHARED_DATA } from "../../../test/support/shared-data.ts";
import { importJsonl, openRunDirectory, readRewardLog } from "../../data/index.ts";
import { DataError, ExistsError, UsageError } from "../../errors.ts";
import { regradeLog } from "./regrade-log.ts";

let folder: Awaited<ReturnType<typeof scratchFolder>>;
beforeEach(async () => {
  folder = await scratchFolder();
});
afterEach(() => folder.remove());

/** A log of five answers; the label of the last one is plainly wrong. */
async function smallLog(): Promise<string> {
  const answers: readonly (readonly [string, string, string, string | undefined, number])[] = [
    ["a", "1000", "p", "It costs $1,000.", 0],
    ["a", "1000", "s", "1000", 1],
    ["b", "-5", "p", "It is 5.", 1],
    ["b", "-5", "s", undefined, 1],
    ["c", "7", "p", "7", 0],
  ];
  const lines = answers.map(([queryId, goldenAnswer, promptId, answer, reward]) =>
    JSON.stringify({
      query: { id: queryId, text: `Question ${queryId}?`, answer: goldenAnswer },
      promptId,
      llm: "m",
      reward,
      ...(answer !== undefined && { answer }),
    }),
  );
  await writeFile(join(folder.path, "log.jsonl"), lines.join("\n"));
  const out = join(folder.path, "log");
  await importJsonl({ file: join(folder.path, "log.jsonl"), out });
  return out;
}

test("answers are graded again, and where the matchers disagree is listed", async () => {
  const log = await smallLog();
  const run = join(folder.path, "run");
  const summary = await regradeLog({ log, run });
  expect(summary).toMatchObject({ interactions: 4, withoutAnswer: 1, flipped: 2, matcher: "numeric" });
  expect(summary.prompts).toEqual([
    {
      promptId: "p",
      answers: 3,
      graded: 2,
      logged: 1,
      reference: 2,
      numeric: 2,
      becomeRight: 1,
      becomeWrong: 1,
      loggedDiffers: 1,
    },
    {
      promptId: "s",
      answers: 1,
      graded: 1,
      logged: 1,
      reference: 1,
      numeric: 1,
      becomeRight: 0,
      becomeWrong: 0,
      loggedDiffers: 0,
    },
  ]);
  const flips = await readLines(summary.file);
  expect(flips.map(({ queryId, reference, numeric }) => [queryId, reference, numeric])).toEqual([
    ["a", false, true],
    ["b", true, false],
  ]);
  expect((await readInteractions(run)).map(({ queryId, reward }) => [queryId, reward])).toEqual([
    ["a", 1],
    ["a", 1],
    ["b", 0],
    ["c", 1],
  ]);
  expect((await readRewardLog(await openRunDirectory(run))).length).toBe(4);
  const byReference = await regradeLog({ log, run: join(folder.path, "other"), matcher: "reference" });
  expect(byReference.flipped).toBe(2);
  expect((await readInteractions(join(folder.path, "other"))).map(({ reward }) => reward)).toEqual([
    0, 1, 1, 1,
  ]);
});

test("an existing run is not replaced, and what is no log is refused", async () => {
  const log = await smallLog();
  await expect(regradeLog({ log, run: log })).rejects.toBeInstanceOf(ExistsError);
  await expect(regradeLog({ log: folder.path, run: join(folder.path, "x") })).rejects.toBeInstanceOf(
    UsageError,
  );
  await writeFile(
    join(folder.path, "bare.jsonl"),
    '{"queryId":"a","promptId":"p","model":"m","reward":1,"text":"A?"}',
  );
  await writeFile(join(folder.path, "questions.jsonl"), '{"id":"a","text":"A?"}');
  const bare = join(folder.path, "bare");
  const queriesFile = join(folder.path, "questions.jsonl");
  await importJsonl({ file: join(folder.path, "bare.jsonl"), out: bare, queriesFile });
  await expect(regradeLog({ log: bare, run: join(folder.path, "x") })).rejects.toBeInstanceOf(DataError);
  expect((await readdir(folder.path)).filter((name) => name.includes("tmp") || name === "x")).toEqual([]);
});

test("the released LLaMA-2 answers: the reference's rule gives the released labels, careful reading other ones", async (context) => {
  requireSharedData(context);
  const log = join(SHARED_DATA, "prompt-oirl");
  const run = join(folder.path, "mawps");
  const summary = await regradeLog({ log, task: "mawps", texts: SHARED_DATA, run });
  const differ = summary.prompts.reduce((sum, { loggedDiffers }) => sum + loggedDiffers, 0);
  // All but some that come back otherwise: equal texts are one question here, with the golden answer of the first row,
  // and a few rows of mawps have another.
  expect(differ / summary.interactions).toBeLessThan(5e-4);
  const plain = summary.prompts.find(({ promptId }) => promptId === "CoT")!;
  expect(plain.answers).toBe(7685);
  expect(plain.logged / plain.answers).toBeCloseTo((6000 * 0.617 + 1685 * 0.602) / 7685, 3);
  // .4 to 1.5 % of labels flip, by prompt.
  expect(summary.flipped / summary.interactions).toBeGreaterThan(0.002);
  expect(summary.flipped / summary.interactions).toBeLessThan(0.02);
  expect((await readLines(summary.file)).length).toBe(summary.flipped);
  // The temporary import is gone.
  expect(await readdir(folder.path)).toEqual(["mawps"]);
});
