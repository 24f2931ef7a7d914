import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { plantedRun } from "../../../test/support/planted-run.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { writeNpy } from "../../data/index.ts";
import { AbortedError, UsageError } from "../../errors.ts";
import type { TaskReproduction } from "../../report/index.ts";
import { reproduceTask } from "./reproduce-task.ts";

/** What a result says, without how long it took. */
function withoutSeconds(task: TaskReproduction): unknown {
  return { ...task, arms: task.arms.map((arm) => ({ ...arm, seconds: 0 })) };
}

describe("a log with a planted effect", () => {
  let run: string;
  let task: TaskReproduction;
  beforeAll(async () => {
    run = await plantedRun({ questions: 300, parts: true, effect: 0.55 });
    task = await reproduceTask(run);
  });

  test("three experiments over all subsets", () => {
    expect(task.arms.map(({ name, protocol }) => [name, protocol])).toEqual([
      ["reference-paper", "paper"],
      ["reference-grouped", "grouped"],
      ["default-grouped", "grouped"],
    ]);
    for (const arm of task.arms) {
      expect(arm.sizes.map(({ size, subsets }) => [size, subsets])).toEqual([
        [1, 3],
        [2, 3],
        [3, 1],
      ]);
      expect(arm.subsets).toHaveLength(7);
    }
    expect([task.trainRows, task.testRows]).toEqual([240, 60]);
  });

  test("choosing by question is found to pay, by the trees and by the default model", () => {
    for (const { name, sizes } of task.arms) {
      const argmax = sizes.at(-1)!.strategies.find(({ strategy }) => strategy === "argmax")!;
      expect(argmax.uplift, name).toBeGreaterThan(0.1);
      expect(sizes.at(-1)!.seen.accuracy, name).toBeGreaterThan(0.7);
    }
  });

  test("with one training prompt the trees cannot tell prompts apart: all unseen ones tie with it", () => {
    const { strategies, unseenTies } = task.arms[0]!.sizes[0]!;
    const success = (name: string): number => strategies.find(({ strategy }) => strategy === name)!.success!;
    expect(unseenTies!.share).toBe(1);
    expect(success("all")).toBe(success("held-out"));
    expect(unseenTies!.successOfTraining).toBeCloseTo(success("argmax"), 12);
    // Among one prompt there is no choice, so its uplift is 0 and known exactly.
    expect(strategies.find(({ strategy }) => strategy === "argmax")!.upliftCi95).toEqual([0, 0]);
  });

  test("another log than the release's is compared with nothing published", () => {
    const values = task.arms.flatMap(({ sizes }) => sizes.flatMap(({ strategies }) => strategies));
    expect(values.every(({ published }) => published === null)).toBe(true);
    expect(task.findings[0]).toContain("no figures to compare");
    expect(task.confidence.map(({ first }) => first)).toEqual([null, null]);
    expect(task.selfCritic).toBeNull();
  });

  test("a stored experiment is not done again; another preset, seed or set of sizes is", async () => {
    const stages: string[] = [];
    const again = await reproduceTask(run, { onProgress: (stage) => stages.push(stage) });
    expect(stages).toEqual([]);
    expect(again).toEqual(task);
    const one = await reproduceTask(run, { sizes: [3], onProgress: (stage) => stages.push(stage) });
    expect(stages).not.toEqual([]);
    expect(one.arms[0]!.sizes).toEqual([task.arms[0]!.sizes[2]]);
  });
});

test("an interrupted experiment goes on with the model it stopped at, and ends the same", async () => {
  const [one, other] = [
    await plantedRun({ questions: 80, parts: true }),
    await plantedRun({ questions: 80, parts: true }),
  ];
  const controller = new AbortController();
  const interrupted = reproduceTask(one, {
    signal: controller.signal,
    onProgress: (stage, done) => {
      if (stage.includes("leak closed") && done === 3) controller.abort();
    },
  });
  await expect(interrupted).rejects.toThrow(AbortedError);
  await expect(interrupted).rejects.toThrow(/3 of 7 models/);
  const [folder] = await readdir(`${one}/results/.resume`);
  expect(await readdir(`${one}/results/.resume/${folder}`)).toHaveLength(3);
  const resumed = await reproduceTask(one);
  expect(withoutSeconds(resumed)).toEqual(withoutSeconds(await reproduceTask(other)));
  expect(await readdir(`${one}/results/.resume`)).toEqual([]);
});

test("sizes that no subset has, and logs without published parts, are refused", async () => {
  const run = await plantedRun({ questions: 40, parts: true });
  await expect(reproduceTask(run, { sizes: [4] })).rejects.toThrow(UsageError);
  await expect(reproduceTask(run, { sizes: [4] })).rejects.toThrow(/choose from 1 to 3/);
  await expect(reproduceTask(await plantedRun({ questions: 40 }))).rejects.toThrow(
    /paper protocol needs rows/,
  );
});

test("the release's question embeddings are used where they fit, and said to be", async () => {
  const run = await plantedRun({ questions: 80, parts: true, effect: 0.6 });
  const release = await temporaryFolder();
  await mkdir(join(release, "embeddings"));
  // One column that tells sums from products, as no word statistics of 64 questions could better.
  const kinds = Float32Array.from({ length: 80 }, (_, index) => index % 2);
  await writeNpy(join(release, "embeddings", "svamp_Q_embeddings.npy"), kinds, [80, 1]);
  const own = await reproduceTask(run, { sizes: [2] });
  const task = await reproduceTask(run, { sizes: [2], release });
  const [paper] = task.arms;
  expect(paper!.queryFeatures).toBe("the release's embeddings/svamp_Q_embeddings.npy (1 columns)");
  expect(own.arms[0]!.queryFeatures).toContain("this package's");
  expect(task.findings.join()).toContain("the release's own embeddings");
  // Ours never see them.
  expect({ ...task.arms[2]!, seconds: 0 }).toEqual({ ...own.arms[2]!, seconds: 0 });
  // With one feature of two values every question of a kind is served alike, as the planted effect wants it.
  const best = paper!.subsets.find(({ promptIds }) => [...promptIds].sort().join() === "product,sum")!;
  const success = new Map(best.success.map(({ strategy, value }) => [strategy, value!]));
  expect(success.get("argmax")).toBeGreaterThan(success.get("fixed")! + 0.2);
});
