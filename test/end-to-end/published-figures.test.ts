import { describe, expect, test } from "vitest";
import { attainableOracle, fixedPromptCertainty } from "../../src/evaluate/index.ts";
import { evaluateStrategies, type StrategyInput } from "../../src/select/index.ts";
import type { RewardLog, StrategyName } from "../../src/types/index.ts";
import { realRows } from "../support/real-questions.ts";
import { PROMPT_COUNT, releasedLabels, releasedTest, TRAINING_ALIASES } from "../support/released-rewards.ts";
import { requireSharedData } from "../support/shared-data.ts";

/** What the reference's protocol gives on the released test rows for everything that needs no reward model. */
const PUBLISHED = {
  mawps: {
    rows: 1685,
    fixed: 0.6457,
    confidenceFirst: [0.5549, 0.4783],
    confidence: [0.49, 0.427],
    oracle: [0.855, 0.926],
  },
  gsm8k: {
    rows: 1000,
    fixed: 0.248,
    confidenceFirst: [0.228, 0.201],
    confidence: [0.207, 0.195],
    oracle: [0.501, 0.648],
  },
} as const;

/** Rows of the paper's protocol, choosing among the first `prompts` prompts, the model's scores left out. */
async function paperInput(task: "mawps" | "gsm8k", prompts: number): Promise<StrategyInput> {
  const { rows, rewards, confidence } = await releasedTest(task);
  const firstColumns = (values: Float64Array): Float64Array =>
    values.filter((_, cell) => cell % PROMPT_COUNT < prompts);
  const successes = firstColumns(rewards);
  const questions = (await realRows(task)).slice(-rows);
  const numbers = new Map([...new Set(questions)].map((question, number) => [question, number]));
  return {
    rewards: { queries: rows, prompts, successes, trials: new Float64Array(rows * prompts).fill(1) },
    clusters: Int32Array.from(questions, (question) => numbers.get(question)!),
    scores: new Float64Array(rows * prompts).fill(Number.NaN),
    confidence: firstColumns(confidence),
    trainingColumns: Int32Array.from({ length: prompts }, (_, column) => column),
    heldOutColumns: new Int32Array(0),
    fixedColumn: new Int32Array(rows),
    chosen: new Int32Array(rows),
    open: new Uint8Array(rows),
    keepFixed: new Uint8Array(rows),
    otherFold: null,
    seed: 1,
    protocol: "paper",
  };
}

/** The training prompts' labels of all rows as a log; a repeated question is one query with repetitions. */
async function mawpsLog(): Promise<RewardLog> {
  const rows = await realRows("mawps");
  const labels = await Promise.all(
    TRAINING_ALIASES.map(async (alias) => [
      ...(await releasedLabels("mawps", "train", alias)),
      ...(await releasedLabels("mawps", "test", alias)),
    ]),
  );
  const queryOf = new Map<string, number>();
  const asked: number[] = [];
  const entries = rows.flatMap((text, row) => {
    const query = queryOf.get(text) ?? queryOf.size;
    queryOf.set(text, query);
    const repetition = asked[query] ?? 0;
    asked[query] = repetition + 1;
    return labels.map((column, prompt) => ({ query, repetition, prompt, reward: column[row]! }));
  });
  return {
    queries: [...queryOf.keys()].map((text, query) => ({ id: `${query}`, text })),
    prompts: TRAINING_ALIASES.map((id) => ({
      id,
      promptId: id,
      llm: "llama-2-7b-chat",
      template: id,
      split: "training",
    })),
    inFiles: { queries: [], prompts: [] },
    choose: "prompt",
    llm: "llama-2-7b-chat",
    length: entries.length,
    queryIndex: Int32Array.from(entries, ({ query }) => query),
    promptIndex: Int32Array.from(entries, ({ prompt }) => prompt),
    repetition: Int32Array.from(entries, ({ repetition }) => repetition),
    reward: Float64Array.from(entries, ({ reward }) => reward),
    part: new Uint8Array(entries.length),
    confidence: new Float64Array(entries.length).fill(Number.NaN),
    critic: new Float64Array(entries.length).fill(Number.NaN),
  };
}

describe("paper protocol, everything that needs no reward model", () => {
  test.for([
    ["mawps", 6],
    ["mawps", PROMPT_COUNT],
    ["gsm8k", 6],
    ["gsm8k", PROMPT_COUNT],
  ] as const)("%s, choosing among %i prompts", async ([task, prompts], context) => {
    requireSharedData(context);
    const published = PUBLISHED[task];
    const index = prompts === 6 ? 0 : 1;
    const results = new Map(
      evaluateStrategies(await paperInput(task, prompts)).map((result) => [result.name, result]),
    );
    const success = (name: StrategyName): number => results.get(name)!.success!;
    expect(results.get("oracle")!.questions).toBe(published.rows);
    expect(success("oracle")).toBeCloseTo(published.oracle[index]!, 3);
    expect(success("confidence-first")).toBeCloseTo(published.confidenceFirst[index]!, 4);
    expect(success("confidence")).toBeCloseTo(published.confidence[index]!, 3);
    // The first prompt is the best one by test labels too, on both.
    expect(success("fixed")).toBeCloseTo(published.fixed, 4);
    expect(success("best-of-train")).toBeCloseTo(published.fixed, 4);
    expect(success("safe")).toBe(success("fixed"));
    for (const { success: value, ci95 } of results.values()) {
      if (value === null || ci95 === null) continue;
      expect(ci95[0]).toBeLessThan(value);
      expect(ci95[1]).toBeGreaterThan(value);
    }
  });
});

describe("mawps, all rows", () => {
  test("the attainable oracle lies between .695 and .784, the fixed prompt at .644", async (context) => {
    requireSharedData(context);
    const bracket = attainableOracle(
      await mawpsLog(),
      Int32Array.from({ length: 6 }, (_, index) => index),
    )!;
    expect(bracket).toMatchObject({ rows: 7685, questions: 1744 });
    expect(bracket.lower).toBeCloseTo(0.695, 3);
    expect(bracket.upper).toBeCloseTo(0.784, 3);
    expect(bracket.fixedSuccess).toBeCloseTo(0.644, 3);
  });

  test("the log leaves little doubt about the best fixed prompt", async (context) => {
    requireSharedData(context);
    const { length, queries, queryIndex, promptIndex, reward } = await mawpsLog();
    const successes = new Float64Array(queries.length * 6);
    const trials = new Float64Array(queries.length * 6);
    for (let entry = 0; entry < length; entry++) {
      const cell = 6 * queryIndex[entry]! + promptIndex[entry]!;
      successes[cell]! += reward[entry]!;
      trials[cell]! += 1;
    }
    const certainty = fixedPromptCertainty(
      { queries: queries.length, prompts: 6, successes, trials },
      new Float64Array(queries.length).fill(1),
      Int32Array.from(queries.keys()),
      { seed: 1 },
    );
    expect(TRAINING_ALIASES[certainty.column]).toBe("nan");
    expect(certainty.probabilityBest).toBeGreaterThan(0.9);
    expect(certainty.expectedRegret).toBeLessThan(0.002);
  });
});
