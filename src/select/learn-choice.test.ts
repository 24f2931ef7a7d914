import fc from "fast-check";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { observationDesign } from "../evaluate/index.ts";
import type { RewardMatrix } from "../types/index.ts";
import { type SeededRandom, seededRandom, shuffledIndices } from "../util/index.ts";
import { decideGate, type GateInput } from "./decide-gate.ts";
import { type ChoiceTraining, learnChoice } from "./learn-choice.ts";

vi.mock("./decide-gate.ts", async (importOriginal) => {
  const actual = await importOriginal<typeof import("./decide-gate.ts")>();
  return { ...actual, decideGate: vi.fn(actual.decideGate) };
});

beforeEach(() => void vi.mocked(decideGate).mockClear());

/** What the gate was decided on. */
function judged(training: ChoiceTraining): GateInput {
  learnChoice(training);
  return vi.mocked(decideGate).mock.lastCall![0];
}

const FOLDS = 5;

/** @param candidates rows of predictions, one list a candidate */
function makeTraining(
  rewards: RewardMatrix,
  candidates: readonly Float64Array[],
  more: Partial<ChoiceTraining> = {},
): ChoiceTraining {
  const { queries } = rewards;
  return {
    candidates,
    design: observationDesign(rewards),
    clusters: Int32Array.from({ length: queries }, (_, query) => query),
    folds: Int32Array.from({ length: queries }, (_, query) => query % FOLDS),
    keepFixed: new Uint8Array(queries),
    strength: "balanced",
    ...more,
  };
}

/** 0 or 1 for each pair, by its chance; complete, or one answer a question with prompts in turn. */
function drawRewards(
  queries: number,
  prompts: number,
  chance: (query: number, column: number) => number,
  random: SeededRandom,
  shape: "complete" | "one-each" = "complete",
): RewardMatrix {
  const trials = Float64Array.from({ length: queries * prompts }, (_, cell) =>
    Number(shape === "complete" || cell % prompts === Math.floor(cell / prompts) % prompts),
  );
  const successes = trials.map(
    (count, cell) => count * Number(random.next() < chance(Math.floor(cell / prompts), cell % prompts)),
  );
  return { queries, prompts, trials, successes };
}

/**
 * What small models say of each question without its fold: questions are sorted into bins, and each bin and prompt has its
 * mean over the other folds, shrunk to the prompt's own as if by so many answers.
 */
function binCandidates(
  rewards: RewardMatrix,
  bins: readonly ((query: number) => number)[],
  penalties: readonly number[] = [4],
): Float64Array[] {
  const { queries, prompts, successes, trials } = rewards;
  const fits = bins.flatMap((findBin) => penalties.map((penalty) => ({ findBin, penalty })));
  return fits.map(({ findBin, penalty }) => {
    const size = Math.max(...Array.from({ length: queries }, (_, query) => findBin(query))) + 1;
    const predicted = new Float64Array(queries * prompts);
    for (let fold = 0; fold < FOLDS; fold++)
      for (let column = 0; column < prompts; column++) {
        const right = new Float64Array(size);
        const all = new Float64Array(size);
        for (let query = 0; query < queries; query++) {
          if (query % FOLDS === fold) continue;
          right[findBin(query)]! += successes[query * prompts + column]!;
          all[findBin(query)]! += trials[query * prompts + column]!;
        }
        const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
        const mean = (sum(right) + 1) / (sum(all) + 2);
        for (let query = fold; query < queries; query += FOLDS)
          predicted[query * prompts + column] =
            (right[findBin(query)]! + penalty * mean) / (all[findBin(query)]! + penalty);
      }
    return predicted;
  });
}

/** Ways of sorting questions into bins that mean nothing. */
function arbitraryBins(queries: number, count: number, random: SeededRandom): ((query: number) => number)[] {
  return Array.from({ length: count }, (_, index) => {
    const bins = Int32Array.from({ length: queries }, () => random.nextInteger(2 + (index % 4)));
    return (query: number) => bins[query]!;
  });
}

const findKind = (query: number): number => Math.floor(query / 7) % 2;
/** Prompt 0 is good on all, prompt 1 better on one kind and bad on the other, prompt 2 bad. */
const plantedChance = (query: number, column: number): number =>
  column === 0 ? 0.6 : column === 1 ? [0.9, 0.2][findKind(query)]! : 0.2;

describe("what is chosen", () => {
  test.each(["complete", "one-each"] as const)("finds what is planted in a %s log", (shape) => {
    const random = seededRandom(3);
    const rewards = drawRewards(900, 3, plantedChance, random, shape);
    const bins = [...arbitraryBins(900, 8, random), findKind];
    const learned = learnChoice(makeTraining(rewards, binCandidates(rewards, bins), { strength: "averse" }));
    expect(learned.fixedColumn).toBe(0);
    expect(learned.members).toContain(8);
    // Prompt 1 on half of the questions, .3 better there.
    expect(learned.gate.open).toBe(true);
    expect(learned.gate.upliftOutOfFold).toBeGreaterThan(0.15 - 2.5 * learned.gate.standardError);
    expect(learned.gate.upliftOutOfFold).toBeLessThan(0.15 + 2.5 * learned.gate.standardError);
    expect(learned.means[0]).toBeGreaterThan(learned.means[2]!);
    if (shape === "one-each") return;
    learned.means.forEach((mean, column) => {
      const total = rewards.successes.reduce(
        (sum, value, cell) => sum + (cell % 3 === column ? value : 0),
        0,
      );
      expect(mean).toBeCloseTo(total / 900, 12);
    });
  });

  test("leaves the fixed prompt only by differences that pay", () => {
    const random = seededRandom(4);
    const queries = 600;
    // A third of the questions gain where much is predicted; elsewhere a little is predicted and as much lost.
    const paying = (query: number): boolean => query % 3 === 0;
    const rewards = drawRewards(
      queries,
      2,
      (query, column) => (column === 0 ? 0.5 : paying(query) ? 0.8 : 0.2),
      random,
    );
    const predicted = Float64Array.from(rewards.trials, (_, cell) =>
      cell % 2 === 0 ? 0.5 : paying(cell >> 1) ? 0.9 : 0.53,
    );
    const learned = learnChoice(makeTraining(rewards, [predicted]));
    expect(learned.fixedColumn).toBe(0);
    expect(learned.margin).toBeGreaterThanOrEqual(0.03);
    expect(learned.margin).toBeLessThan(0.4);
    expect(learned.gate).toMatchObject({ open: true });
    expect(learned.gate.switched).toBeCloseTo(1 / 3, 2);
  });

  test("ties go to the fixed prompt, and among prompts to the first", () => {
    const rewards = drawRewards(60, 3, () => 0.5, seededRandom(5));
    rewards.successes.forEach((_, cell) => {
      rewards.successes[cell] = Math.floor(cell / 3) % 2;
    });
    const { chosen, fixed } = judged(makeTraining(rewards, [new Float64Array(180).fill(0.5)]));
    expect([...fixed]).toEqual(new Array(60).fill(0));
    expect([...chosen]).toEqual(new Array(60).fill(0));
    const likeEachOther = Float64Array.from({ length: 180 }, (_, cell) => [0.1, 0.9, 0.9][cell % 3]!);
    const second = judged(makeTraining(rewards, [likeEachOther]));
    expect([...second.chosen]).toEqual(new Array(60).fill(1));
    const learned = learnChoice(makeTraining(rewards, [likeEachOther, likeEachOther]));
    expect(learned).toMatchObject({ fixedColumn: 0, margin: 0, members: [0, 1] });
    expect(learned.gate.open).toBe(false);
  });

  test("a prompt with few answers is not named best", () => {
    const random = seededRandom(6);
    const rewards = drawRewards(400, 2, (_, column) => (column === 0 ? 0.5 : 1), random);
    for (let query = 12; query < 400; query++) {
      rewards.trials[2 * query + 1] = 0;
      rewards.successes[2 * query + 1] = 0;
    }
    const predicted = new Float64Array(800).fill(0.5);
    expect(learnChoice(makeTraining(rewards, [predicted])).fixedColumn).toBe(0);
  });

  test("questions to be kept get the fixed prompt; those that were not compared do not count", () => {
    const rewards = drawRewards(300, 3, plantedChance, seededRandom(7));
    const [knowing] = binCandidates(rewards, [findKind]);
    const keepFixed = Uint8Array.from({ length: 300 }, (_, query) => Number(query % 4 === 0));
    const kept = judged(makeTraining(rewards, [knowing!], { keepFixed }));
    for (let query = 0; query < 300; query++)
      if (query % 4 === 0) expect(kept.chosen[query]).toBe(kept.fixed[query]);
    expect(kept.chosen).not.toEqual(kept.fixed);

    const notCompared = (query: number): boolean => query % 3 === 1;
    const some = knowing!.map((value, cell) => (notCompared(Math.floor(cell / 3)) ? Number.NaN : value));
    const learned = learnChoice(makeTraining(rewards, [some]));
    expect(learned.gate).toMatchObject({ open: true, questions: 200 });
    const { chosen, fixed } = vi.mocked(decideGate).mock.lastCall![0];
    chosen.forEach((column, query) => {
      expect(column === -1).toBe(notCompared(query));
      expect(fixed[query] === -1).toBe(notCompared(query));
    });
    // As if the log held the others alone.
    const others = Int32Array.from({ length: 300 }, (_, query) => query).filter(
      (query) => !notCompared(query),
    );
    const rows = (values: Float64Array): Float64Array =>
      Float64Array.from(
        { length: 600 },
        (_, cell) => values[others[Math.floor(cell / 3)]! * 3 + (cell % 3)]!,
      );
    const { gate, outOfFold, ...rest } = learnChoice(
      makeTraining(
        { queries: 200, prompts: 3, successes: rows(rewards.successes), trials: rows(rewards.trials) },
        [rows(knowing!)],
        { folds: others.map((query) => query % FOLDS) },
      ),
    );
    expect(learned).toMatchObject(rest);
    expect(learned.gate).toEqual(gate);
    expect(rows(learned.outOfFold)).toEqual(outOfFold);
  });

  test("refuses sizes that disagree", () => {
    const rewards = drawRewards(20, 2, () => 0.5, seededRandom(8));
    const training = makeTraining(rewards, [new Float64Array(40)]);
    expect(() => learnChoice({ ...training, candidates: [new Float64Array(39)] })).toThrow(
      /a candidate's predictions must be 40 long for 20 questions and 2 prompts, found 39/,
    );
    expect(() => learnChoice({ ...training, folds: new Int32Array(3) })).toThrow(/folds must be 20 long/);
    expect(() => learnChoice({ ...training, clusters: new Int32Array(3) })).toThrow(
      /clusters must be 20 long/,
    );
    expect(() => learnChoice({ ...training, keepFixed: new Uint8Array(3) })).toThrow(/keepFixed must be 20/);
  });
});

describe("what judges is not what was chosen on", () => {
  test("the labels of a fold change nothing of what its questions get, only of what others get", () => {
    let othersMoved = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 0, max: FOLDS - 1 }),
        fc.constantFrom("complete", "one-each"),
        (seed, fold, shape) => {
          const random = seededRandom(seed);
          const queries = 60;
          // Prompts much alike, so that much hangs on luck.
          const rewards = drawRewards(queries, 3, () => 0.5, random, shape);
          const candidates = Array.from({ length: 9 }, () =>
            Float64Array.from({ length: queries * 3 }, () => random.next()),
          );
          const before = judged(makeTraining(rewards, candidates));
          const successes = rewards.successes.map((sum, cell) =>
            Math.floor(cell / 3) % FOLDS === fold ? rewards.trials[cell]! * random.nextInteger(2) : sum,
          );
          const after = judged(makeTraining({ ...rewards, successes }, candidates));
          for (let query = 0; query < queries; query++) {
            const row = (values: Float64Array): number[] => [...values.subarray(query * 3, (query + 1) * 3)];
            const same =
              before.chosen[query] === after.chosen[query] && before.fixed[query] === after.fixed[query];
            if (query % FOLDS === fold) {
              expect(same).toBe(true);
              expect(row(after.predicted)).toEqual(row(before.predicted));
            } else if (!same) othersMoved++;
          }
        },
      ),
      { numRuns: 60 },
    );
    expect(othersMoved).toBeGreaterThan(100);
  });

  test.each(["complete", "one-each"] as const)(
    "nothing to gain in a %s log: the gate opens no more often than its z allows",
    (shape) => {
      const logs = 200;
      const queries = shape === "complete" ? 120 : 300;
      let opened = 0;
      for (let log = 0; log < logs; log++) {
        const random = seededRandom(1000 + log);
        // Questions differ, and so do prompts; then each question's rewards change places among the prompts.
        const difficulty = Array.from({ length: queries }, () => random.next());
        const made = drawRewards(
          queries,
          3,
          (query, column) => difficulty[query]! * (1 - column / 4),
          random,
        );
        const rewards = drawRewards(queries, 3, () => 0, random, shape);
        for (let query = 0; query < queries; query++)
          shuffledIndices(3, random).forEach((from, column) => {
            const cell = query * 3 + column;
            rewards.successes[cell] = rewards.trials[cell]! * made.successes[query * 3 + from]!;
          });
        const candidates = binCandidates(rewards, arbitraryBins(queries, 1, random), [1, 3, 9, 27, 81]);
        const training = makeTraining(rewards, candidates);
        if (learnChoice(training).gate.open) opened++;
      }
      // 16 % by the normal law; the standard error of the share is 2.6 points.
      expect(opened / logs).toBeLessThanOrEqual(0.2);
    },
  );
});
