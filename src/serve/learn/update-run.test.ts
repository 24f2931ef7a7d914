import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { callCli, callCliForJson } from "../../../test/support/captured-cli.ts";
import { plantedQuestion, plantedRun } from "../../../test/support/planted-run.ts";
import { createRunDirectory, openRunDirectory } from "../../data/index.ts";
import {
  evaluateRun,
  keepDeployedChooser,
  listEarlierChoosers,
  loadChooser,
  trainRun,
} from "../../pipeline/index.ts";
import type { GateStrength } from "../../types/index.ts";
import { seededRandom } from "../../util/index.ts";
import { exposuresFolder, ServedChooser } from "../served-chooser.ts";
import { readStore } from "../store/read-store.ts";
import { updateRun } from "./update-run.ts";

const SUM = "What is number 3 of apples plus some coins?";

/** Chance that an answer under a prompt is right. */
type World = (promptId: string, isSum: boolean) => number;

/** Nothing is to be gained by any choice. */
const ALL_ALIKE: World = () => 0.5;
/** The prompt that never worked now works always. */
const SHIFTED: World = (promptId) => (promptId === "weak" ? 0.97 : 0.4);

/** Users ask, and say what came of it. */
async function serveUsers(
  run: string,
  asked: number,
  explore: number,
  world: World,
  seed: number,
): Promise<void> {
  const random = seededRandom(seed);
  const served = await ServedChooser.open(run, { explore, random: () => random.next() });
  for (let batch = 0; batch < asked; batch += 50)
    await Promise.all(
      Array.from({ length: Math.min(50, asked - batch) }, async (_, place) => {
        const number = 300 + ((batch + place) % 280);
        const isSum = number % 2 === 0;
        const choice = await served.choose({ question: plantedQuestion(number, isSum) });
        const reward = random.next() < world(choice.promptId, isSum) ? 1 : 0;
        const { id } = choice;
        await served.store.append({
          kind: "feedback",
          id,
          at: new Date().toISOString(),
          revision: 0,
          reward,
        });
      }),
    );
  await served.store.close();
}

async function deployedRun(seed: number, gate: GateStrength = "balanced"): Promise<string> {
  const run = await plantedRun({ questions: 160, effect: 0.5, seed });
  // A model that is fitted fast, since each update fits six times.
  await trainRun(run, { rewardModel: "nearest-neighbors", gate });
  return run;
}

const listFiles = (run: string): Promise<string[]> => readdir(join(run, "models/chooser"));
const readKey = async (run: string): Promise<string> =>
  JSON.parse(await readFile(join(run, "models/chooser/manifest.json"), "utf8")).key;

describe("production that has changed", () => {
  let run: string;
  let before: string;
  beforeAll(async () => {
    run = await deployedRun(4);
    before = await readKey(run);
    await serveUsers(run, 500, 0.4, SHIFTED, 5);
  });

  test("is estimated as it is", async () => {
    const summary = await updateRun(run, { dryRun: true });
    expect(summary).toMatchObject({
      exposures: 500,
      rewarded: 500,
      choices: 500,
      unmatched: 0,
      promote: true,
    });
    // What is true is known; four standard errors.
    const near = (estimate: typeof summary.fixed, truth: number): void =>
      expect(Math.abs(estimate!.success - truth)).toBeLessThan(4 * estimate!.standardError + 0.01);
    near(summary.deployed, 0.4);
    near(summary.fixed, 0.4);
    expect(summary.retrained!.success).toBeGreaterThan(0.55);
    expect(summary.reason).toMatch(/^On 500 choices of production.*\+\d+\.\d points.*so it is promoted\.$/u);
    expect(await readKey(run)).toBe(before);
  });

  test("brings a retrained chooser, which can be rolled back", async () => {
    const summary = await callCliForJson<{ deployed: boolean }>(["update", run]);
    expect(summary.deployed).toBe(true);
    expect(await readKey(run)).not.toBe(before);
    const chooser = await loadChooser(run);
    const asked = Array.from({ length: 60 }, (_, place) => plantedQuestion(300 + place, place % 2 === 0));
    const weak = asked.filter((question) => chooser.recommend(question).promptId === "weak");
    expect(weak.length).toBeGreaterThan(30);

    const again = await callCliForJson<{ choices: number; deployed: boolean; reason: string }>([
      "update",
      run,
    ]);
    expect(again).toMatchObject({
      choices: 0,
      deployed: false,
      reason: expect.stringMatching(/at least 50/),
    });

    const { key, earlier } = await callCliForJson<{ key: string; earlier: number }>(["rollback", run]);
    expect([key, earlier]).toEqual([before, 0]);
    expect(await readKey(run)).toBe(before);
    expect((await loadChooser(run)).recommend(SUM).promptId).toBe("sum");
    expect(await listFiles(run)).toHaveLength(4);
    const { exitCode, stderr } = await callCli(["rollback", run]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("keeps no earlier chooser")]);
  });

  test("makes a log that every other command reads, and leaves the run's own alone", async () => {
    const log = join(run, "service/log");
    const grown = await openRunDirectory(log);
    expect(grown.manifest.counts.interactions).toBe(
      (await openRunDirectory(run)).manifest.counts.interactions + 500,
    );
    const { estimator } = await evaluateRun(log, { protocol: "grouped" });
    expect(JSON.stringify(estimator)).toMatch(/probabilit/u);
  });
});

test("the last ten choosers are kept", async () => {
  const run = await deployedRun(6);
  const directory = await openRunDirectory(run);
  for (let k = 0; k < 12; k++) await keepDeployedChooser(directory);
  const kept = await listEarlierChoosers(directory);
  expect(kept).toHaveLength(10);
  expect([kept[0], kept.at(-1)]).toEqual(["000003", "000012"]);
});

test("where nothing can be gained nothing is deployed, and without exploration nothing can be said", async () => {
  const run = await deployedRun(7, "averse");
  const before = await readKey(run);
  await serveUsers(run, 250, 0.3, ALL_ALIKE, 8);
  await serveUsers(run, 60, 0, ALL_ALIKE, 9);
  const summary = await updateRun(run);
  expect(summary).toMatchObject({ exposures: 310, choices: 250, withoutExploration: 60, promote: false });
  expect(summary.reason).toMatch(/the deployed one stays|can(?:no|')t|cannot/u);
  expect(Math.abs(summary.deployed!.success - 0.5)).toBeLessThan(4 * summary.deployed!.standardError + 0.02);
  expect(await readKey(run)).toBe(before);
}, 240_000);

test("a run that was never served, or never trained, is told what to do", async () => {
  const run = await plantedRun({ questions: 30 });
  await expect(updateRun(run)).rejects.toThrow(/oirl train/);
  await trainRun(run);
  await expect(updateRun(run)).rejects.toThrow(/oirl serve/);
});

test("importing a run's log anew keeps what its service saw", async () => {
  const run = await deployedRun(11);
  await serveUsers(run, 10, 0.5, ALL_ALIKE, 12);
  const { manifest } = await openRunDirectory(run);
  const writer = await createRunDirectory(run, { force: true });
  writer.addPrompt({ id: "sum", template: "Add up:", split: "training" });
  const { format: _format, formatVersion: _version, packageVersion: _package, ...description } = manifest;
  await writer.commit(description);
  const { exposures } = await readStore(exposuresFolder(await openRunDirectory(run)));
  expect(exposures.filter(({ reward }) => reward !== undefined)).toHaveLength(10);
});
