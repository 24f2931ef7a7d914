import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type PlantedLog, plantedQuestion, plantedRun } from "../../test/support/planted-run.ts";
import { startScriptedEndpoint } from "../../test/support/scripted-embedding-endpoint.ts";
import { importTable, readNpy, readRunManifest } from "../data/index.ts";
import { AbortedError, ExistsError, ModelFileError, UsageError } from "../errors.ts";
import type { EvaluationResult, StrategyName, StrategyResult } from "../types/index.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { exportNpy } from "./export-npy.ts";
import { loadChooser } from "./load-chooser.ts";
import { optimizeRun } from "./optimize-run.ts";
import { runPipeline } from "./run-pipeline.ts";
import { scoreRun } from "./score-run.ts";
import { subsetsBySize, sweepSubsets } from "./sweep-subsets.ts";
import { trainRun } from "./train-run.ts";

const STRONG: PlantedLog = { questions: 240, repeats: 2, parts: true };

function strategy(result: EvaluationResult, name: StrategyName): StrategyResult {
  return result.strategies.find((one) => one.name === name)!;
}

describe("evaluate", () => {
  let run: string;
  beforeAll(async () => {
    run = await plantedRun(STRONG);
  });

  test("nested finds the planted gain and ships it in every fold", async () => {
    const result = await evaluateRun(run, { protocol: "nested" });
    expect(result.questions).toBe(240);
    expect(result.leak).toEqual({ testQuestions: 240, alsoInTrain: 0 });
    expect(strategy(result, "argmax").uplift).toBeGreaterThan(0.15);
    expect(strategy(result, "argmax").upliftCi95![0]).toBeGreaterThan(0);
    expect(result.gate).toMatchObject({ openFolds: 5, folds: 5 });
    expect(strategy(result, "safe").success).toBe(strategy(result, "argmax").success);
    // Answered under held-out prompts are 48; what these would do on others is predicted.
    expect(strategy(result, "held-out").questions).toBe(240);
    expect(result.features).toEqual(["form-tf", "symbol-tf", "style"]);
    expect(result.estimator).toEqual({
      kind: "paired",
      propensity: "complete",
      assumption: "Every question is labeled under every prompt, so nothing need be assumed.",
      effectiveQuestions: 240,
      largestWeight: 1,
      withoutOverlap: 0,
      // Of a complete log it is the mean reward itself.
      selfNormalized: expect.closeTo(strategy(result, "argmax").success!, 12),
      selectionToUndo: null,
    });
    expect(result.unlike.share).toBeLessThan(0.05);
  });

  test("grouped uses the published test part where it is leak-free", async () => {
    const result = await evaluateRun(run, { protocol: "grouped" });
    expect(result.questions).toBe(48);
    expect(result.gate).toMatchObject({ open: true });
    expect(strategy(result, "argmax").uplift).toBeGreaterThan(0.1);
  });

  test("paper counts rows, not questions", async () => {
    const result = await evaluateRun(run, { protocol: "paper" });
    expect(result.leak).toEqual({ testQuestions: 96, alsoInTrain: 0 });
    expect(strategy(result, "fixed").questions).toBe(96);
  });

  test("the attainable bracket needs repeats", async () => {
    const { attainable } = await evaluateRun(run, { protocol: "grouped" });
    expect(attainable!.lower).toBeLessThanOrEqual(attainable!.upper);
    const single = await plantedRun({ questions: 60 });
    expect((await evaluateRun(single)).attainable).toBeNull();
  });

  test("a log without parts cannot be evaluated as the paper does, and says what to use", async () => {
    const single = await plantedRun({ questions: 40 });
    await expect(evaluateRun(single, { protocol: "paper" })).rejects.toThrow(/grouped or nested/);
  });

  test("where nothing depends on the question, the fixed prompt is kept", async () => {
    const flat = await plantedRun({ questions: 240, repeats: 2, effect: 0 });
    const result = await evaluateRun(flat, { protocol: "nested", gate: "averse" });
    expect("folds" in result.gate && result.gate.openFolds).toBeLessThanOrEqual(1);
    expect(Math.abs(strategy(result, "safe").uplift!)).toBeLessThan(0.02);
  });

  test("a partial log is estimated on all its questions, doubly robust, and learned from everywhere", async () => {
    const partial = await plantedRun({ questions: 300, filled: 0.6 });
    const result = await evaluateRun(partial, { protocol: "nested" });
    const argmax = strategy(result, "argmax");
    // .4³ of the questions have no answer at all.
    expect(argmax.questions).toBeGreaterThan(270);
    expect(argmax.questions).toBeLessThan(300);
    expect(argmax.upliftCi95![0]).toBeGreaterThan(0);
    expect(result.estimator).toMatchObject({ kind: "doubly-robust", propensity: "rates", withoutOverlap: 0 });
    expect(result.estimator.largestWeight).toBeGreaterThan(1.4);
    expect(result.estimator.selectionToUndo).toBeGreaterThan(1);
  });

  test("the same seed gives the same result, and a stored result is returned as it stands", async () => {
    const options = { protocol: "nested", seed: 3 } as const;
    const first = await evaluateRun(run, options);
    expect(await evaluateRun(run, options)).toEqual(first);
    const again = await evaluateRun(run, { ...options, force: true });
    expect(again.strategies).toEqual(first.strategies);
    expect(again.gate).toEqual(first.gate);
    const other = await evaluateRun(run, { ...options, seed: 4 });
    expect(other.strategies).not.toEqual(first.strategies);
  });

  test("a damaged stored result is computed anew", async () => {
    const fresh = await plantedRun({ questions: 60 });
    const result = await evaluateRun(fresh);
    const name = (await readdir(join(fresh, "results"))).find((file) => file.endsWith(".json"))!;
    await writeFile(join(fresh, "results", name), '{"key": "');
    expect((await evaluateRun(fresh)).strategies).toEqual(result.strategies);
  });

  test("one of another shape too, with a note; one that cannot be read is an error", async () => {
    const fresh = await plantedRun({ questions: 60 });
    const options = { protocol: "nested" } as const;
    const result = await evaluateRun(fresh, options);
    const folder = join(fresh, "results");
    const file = join(folder, (await readdir(folder)).find((name) => name.endsWith(".json"))!);
    const whole = JSON.parse(await readFile(file, "utf8"));
    const { strategies: _, ...withoutStrategies } = whole.result.result;
    for (const [damaged, told] of [
      [{ ...whole, result: { ...whole.result, result: withoutStrategies } }, /result\.strategies/],
      [{ ...whole, result: "foreign" }, /no stored result/],
      [[], /no stored result/],
    ] as const) {
      await writeFile(file, JSON.stringify(damaged));
      const warnings: string[] = [];
      const onWarning = (message: string): void => void warnings.push(message);
      expect((await evaluateRun(fresh, { ...options, onWarning })).strategies).toEqual(result.strategies);
      expect(warnings).toEqual([expect.stringMatching(told)]);
      expect(warnings[0]).toContain(file);
      expect(await evaluateRun(fresh, { ...options, onWarning })).toMatchObject({ gate: result.gate });
      expect(warnings).toHaveLength(1);
    }
    await rm(file);
    await mkdir(file);
    await expect(evaluateRun(fresh, options)).rejects.toThrow(/the path is a folder/);
  });

  test("a canceled evaluation goes on from the folds it finished, with the same result", async () => {
    const options = { protocol: "nested", seed: 11 } as const;
    const controller = new AbortController();
    const interrupted = evaluateRun(run, {
      ...options,
      signal: controller.signal,
      onProgress: (stage, done) => {
        if (stage === "folds" && done === 3) controller.abort();
      },
    });
    await expect(interrupted).rejects.toThrow(AbortedError);
    expect(await readdir(join(run, "results", ".resume"))).toHaveLength(1);
    const resumed = await evaluateRun(run, options);
    const direct = await evaluateRun(await plantedRun(STRONG), options);
    expect(resumed.strategies).toEqual(direct.strategies);
    expect(await readdir(join(run, "results", ".resume"))).toHaveLength(0);
  });

  test("an unknown reward model is refused with the list of those there are", async () => {
    await expect(evaluateRun(run, { rewardModel: "oracle-of-delphi" })).rejects.toThrow(/kernel-ridge/);
  });
});

describe("subsets", () => {
  test("every non-empty subset once, smaller ones first", () => {
    const subsets = subsetsBySize(6);
    expect(subsets).toHaveLength(63);
    expect(new Set(subsets.map(String)).size).toBe(63);
    expect(subsets.map(({ length }) => length)).toEqual(
      [...subsets.map(({ length }) => length)].sort((one, other) => one - other),
    );
  });

  test("a sweep covers them all, writes CSV and agrees with a plain evaluation on the full set", async () => {
    const run = await plantedRun({ questions: 80, repeats: 2 });
    const sweep = await sweepSubsets(run, { protocol: "grouped" });
    expect(sweep.subsets).toHaveLength(7);
    expect(sweep.meansBySize.map(({ size, subsets }) => [size, subsets])).toEqual([
      [1, 3],
      [2, 3],
      [3, 1],
    ]);
    const full = await evaluateRun(run, { protocol: "grouped" });
    expect(sweep.subsets[6]!.strategies).toEqual(full.strategies);
    const lines = (await readFile(sweep.file, "utf8")).trim().split("\n");
    expect(lines).toHaveLength(1 + 7 * full.strategies.length);
    const fits: number[] = [];
    const onProgress = (stage: string, done: number) => void (stage === "subsets" && fits.push(done));
    expect(await sweepSubsets(run, { protocol: "grouped", onProgress })).toEqual(sweep);
    expect(fits).toEqual([]);
    const other = await sweepSubsets(run, { protocol: "grouped", embedder: "masked-tf", onProgress });
    expect(fits.length).toBeGreaterThan(0);
    expect(other.file).not.toBe(sweep.file);
  });
});

describe("train, recommend, score, optimize", () => {
  let run: string;
  beforeAll(async () => {
    run = await plantedRun(STRONG);
  });

  test("recommend without train names the command", async () => {
    await expect(loadChooser(run)).rejects.toThrow(/oirl train/);
  });

  test("the chooser names the prompt that works for the kind of question, with the reason", async () => {
    const summary = await trainRun(run);
    expect(summary.gate.open).toBe(true);
    const chooser = await loadChooser(run);
    const sum = chooser.recommend("What is number 3 of apples plus some coins?");
    const product = chooser.recommend("What is number 3 of apples times some coins?");
    expect([sum.promptId, product.promptId]).toEqual(["sum", "product"]);
    expect(sum.queryDependent).toBe(true);
    expect(sum.prompt).toBe("Add up carefully, step by step:");
    expect(sum.score).toBeGreaterThan(sum.alternatives[0]!.score);
    expect(sum.alternatives.map(({ promptId }) => promptId)).not.toContain("sum");
    expect(sum.reason).toMatch(/sum/);
    expect(await chooser.recommendMany(["What is number 3 of apples plus some coins?"])).toMatchObject([
      { promptId: "sum", score: sum.score },
    ]);
  });

  test("a question without a known token gets the fixed prompt, and is told why", async () => {
    const chooser = await loadChooser(run);
    for (const question of ["", "   ", "这是什么", "🦆🦆"]) {
      const { promptId, queryDependent, reason, similarity } = chooser.recommend(question);
      expect(promptId).toBe(chooser.fixedPromptId);
      expect({ queryDependent, similarity }).toEqual({ queryDependent: false, similarity: 0 });
      expect(reason).toMatch(/no word/);
    }
  });

  test("so does one unlike every question of the log, with how alike it is", async () => {
    const chooser = await loadChooser(run);
    const { promptId, queryDependent, reason, similarity } = chooser.recommend("Ξξξ?");
    expect(promptId).toBe(chooser.fixedPromptId);
    expect(queryDependent).toBe(false);
    expect(reason).toMatch(/^Nothing in the log is like this question, so the best single prompt/);
    expect(similarity).toBeGreaterThan(0);
    expect(similarity).toBeLessThan(0.5);
    const logged = chooser.recommend(plantedQuestion(4, true));
    expect(logged.similarity).toBeCloseTo(1, 5);
    expect(logged.queryDependent).toBe(true);
  });

  test("training again with the same settings keeps the chooser; with others it wants --force", async () => {
    const before = await readFile(join(run, "models/chooser/manifest.json"), "utf8");
    await trainRun(run);
    expect(await readFile(join(run, "models/chooser/manifest.json"), "utf8")).toBe(before);
    await expect(trainRun(run, { seed: 99 })).rejects.toThrow(ExistsError);
    const replaced = await trainRun(run, { seed: 99, force: true });
    expect(replaced.questions).toBe(240);
    expect(await readdir(join(run, "models"))).toEqual(["chooser"]);
  });

  test("a closed gate recommends the fixed prompt for every question", async () => {
    const flat = await plantedRun({ questions: 60, effect: 0 });
    const summary = await trainRun(flat, { gate: "averse" });
    expect(summary.gate.open).toBe(false);
    const chooser = await loadChooser(flat);
    const { promptId, queryDependent } = chooser.recommend("What is number 3 of apples plus some coins?");
    expect(promptId).toBe(summary.fixedPromptId);
    expect(queryDependent).toBe(false);
  });

  test("scores cover unseen prompts: one worded like a training prompt scores like it", async () => {
    const directory = join(run, "..");
    await writeFile(
      join(directory, "queries.jsonl"),
      `${JSON.stringify({ id: "a", text: "What is number 3 of apples plus some coins?" })}\n`,
    );
    await writeFile(
      join(directory, "prompts.jsonl"),
      [
        { id: "mine", template: "Add up carefully, step by step." },
        { id: "known", template: "Sing a song about it." },
      ]
        .map((prompt) => `${JSON.stringify(prompt)}\n`)
        .join(""),
    );
    const scores = await scoreRun(run, {
      queriesFile: join(directory, "queries.jsonl"),
      promptsFile: join(directory, "prompts.jsonl"),
    });
    expect(scores.seen).toEqual([false, true]);
    expect(scores.rewards[0]![0]!).toBeGreaterThan(0.6);
    expect(scores.rewards[0]![1]!).toBeLessThan(0.4);
  });

  test("optimize writes one row a question, as recommend would choose", async () => {
    const file = join(run, "..", "many.txt");
    const questions = [
      "What is number 3 of apples plus some coins?",
      "What is number 3 of apples times coins?",
    ];
    await writeFile(file, `${questions.join("\n")}\n`);
    const { choices, file: out } = await optimizeRun(run, { queriesFile: file });
    const chooser = await loadChooser(run);
    expect(choices.map(({ promptId }) => promptId)).toEqual(
      questions.map((question) => chooser.recommend(question).promptId),
    );
    expect((await readFile(out, "utf8")).trim().split("\n")).toHaveLength(3);
  });

  test("a damaged model file is an error that names it", async () => {
    const damaged = await plantedRun({ questions: 60 });
    await trainRun(damaged);
    const folder = join(damaged, "models/chooser");
    const file = join(folder, (await readdir(folder)).find((name) => name.startsWith("reward-model"))!);
    const bytes = await readFile(file);
    bytes[bytes.length - 5]! ^= 0xff;
    await writeFile(file, bytes);
    await expect(loadChooser(damaged)).rejects.toThrow(ModelFileError);
    await writeFile(join(damaged, "models/chooser/manifest.json"), "{}");
    await expect(loadChooser(damaged)).rejects.toThrow(/train again/);
  });
});

describe("a remote embedder", () => {
  test("is asked once for each text, and its chooser works through recommendMany", async () => {
    const endpoint = await startScriptedEndpoint();
    try {
      const run = await plantedRun({ questions: 60 });
      const embedder = `openai:test-model@${endpoint.baseUrl}`;
      await evaluateRun(run, { protocol: "nested", embedder });
      const asked = endpoint.requests.flatMap(({ input }) => input);
      expect(asked.length).toBe(60);
      await trainRun(run, { embedder });
      await evaluateRun(run, { protocol: "nested", embedder, seed: 8 });
      expect(endpoint.requests.flatMap(({ input }) => input)).toEqual(asked);
      const chooser = await loadChooser(run);
      expect(() => chooser.recommend("How many?")).toThrow(/recommendMany/);
      const [recommendation] = await chooser.recommendMany(["How many?"]);
      expect(chooser.promptIds).toContain(recommendation!.promptId);
    } finally {
      await endpoint.close();
    }
  });
});

describe("the whole pipeline", () => {
  test("imports once, and refuses to replace the run of another log", async () => {
    const folder = join(await plantedRun({ questions: 40 }), "..");
    const file = join(folder, "log.csv");
    const rows = Array.from({ length: 60 }, (_, index) =>
      ["first", "second"].map(
        (prompt) =>
          `question ${"abcdefghij"[index % 10]}${"klmnop"[Math.floor(index / 10)]},${prompt},${index % 2}`,
      ),
    );
    await writeFile(file, `question,prompt,reward\n${rows.flat().join("\n")}\n`);
    const out = join(folder, "whole");
    const options = { source: { kind: "table", file }, out } as const;
    const first = await runPipeline(options);
    expect(first.import).toMatchObject({ queries: 60, prompts: 2, interactions: 120 });
    expect(first.protocol).toBe("nested");
    expect(await readFile(first.report, "utf8")).toContain("<!doctype html>");
    const created = (await readRunManifest(out))!.createdAt;
    const again = await runPipeline(options);
    expect(again.strategies).toEqual(first.strategies);
    expect((await readRunManifest(out))!.createdAt).toBe(created);
    const warnings: string[] = [];
    const other = await runPipeline({
      ...options,
      rewardModel: "prompt-mean",
      onWarning: (message) => warnings.push(message),
    });
    expect(other).toMatchObject({ rewardModel: "prompt-mean", training: { rewardModel: "prompt-mean" } });
    expect(warnings.join()).toMatch(
      /models.chooser held a chooser of other settings \(kernel-ridge on form-tf/,
    );
    expect((await readRunManifest(out))!.createdAt).toBe(created);
    await writeFile(file, `question,prompt,reward\n${rows.flat().slice(2).join("\n")}\n`);
    await expect(runPipeline(options)).rejects.toThrow(ExistsError);
    expect((await readRunManifest(out))!.createdAt).toBe(created);
    const replaced = await runPipeline({ ...options, force: true });
    expect(replaced.import.queries).toBe(59);
  });

  test("goes on with a run that oirl import made from the same log", async () => {
    const folder = join(await plantedRun({ questions: 40 }), "..");
    const file = join(folder, "log.csv");
    const rows = Array.from({ length: 40 }, (_, index) => `question ${index} of ${"abcd"[index % 4]},p,1`);
    await writeFile(file, `question,prompt,reward\n${rows.join("\n")}\n`);
    const out = join(folder, "imported");
    await importTable({ file, out });
    const created = (await readRunManifest(out))!.createdAt;
    await runPipeline({ source: { kind: "table", file }, out });
    expect((await readRunManifest(out))!.createdAt).toBe(created);
  });
});

describe("export npy", () => {
  test("one set of arrays a subset of training prompts, as the reference's third step", async () => {
    const run = await plantedRun(STRONG);
    const exported = await exportNpy(run, { protocol: "grouped", embedder: "form-tf" });
    expect(exported).toMatchObject({ settings: 7, trainQuestions: 192, testQuestions: 48 });
    const array = (name: string) => readNpy(join(exported.directory, `planted_${name}.npy`));
    expect((await array("training_data_0_2")).shape).toEqual([192 * 2, 2]);
    expect((await array("training_labels_0_2")).shape).toEqual([192 * 2]);
    expect([...((await array("method_index_0_2")).values as Int32Array)]).toEqual([0, 2]);
    expect((await array("train_query_embeddings")).shape[0]).toBe(192);
    expect((await array("test_query_data")).shape).toEqual([48 * 3, 2]);
    expect((await array("prompt_embeddings")).shape[0]).toBe(4);
  });

  test("nested has no one division to export", async () => {
    await expect(exportNpy(await plantedRun({ questions: 40 }), { protocol: "nested" })).rejects.toThrow(
      UsageError,
    );
  });
});
