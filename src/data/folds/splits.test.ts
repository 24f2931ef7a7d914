import { describe, expect, test } from "vitest";
import { makeLog } from "../../../test/support/make-log.ts";
import { UsageError } from "../../errors.ts";
import { PART_CODES, type RewardLog } from "../../types/index.ts";
import { countRewards, meanSignal } from "./count-rewards.ts";
import { assignGroupFolds } from "./group-folds.ts";
import { groupedSplit } from "./grouped-split.ts";
import { logRows } from "./log-rows.ts";
import { paperSplit } from "./paper-split.ts";
import { assignQuestionGroups } from "./question-groups.ts";

describe("group folds", () => {
  test("a group is never divided, folds are balanced, and the seed decides", () => {
    const groups = Int32Array.from({ length: 100 }, (_, index) => Math.floor(index / 3));
    const folds = assignGroupFolds(groups, 5, 1);
    groups.forEach((group, index) => {
      expect(folds[index]).toBe(folds[groups.indexOf(group)]);
    });
    const groupsPerFold = [0, 1, 2, 3, 4].map(
      (fold) => new Set([...groups].filter((_, index) => folds[index] === fold)).size,
    );
    expect(groupsPerFold.sort()).toEqual([6, 7, 7, 7, 7]);
    expect(assignGroupFolds(groups, 5, 1)).toEqual(folds);
    expect(assignGroupFolds(groups, 5, 2)).not.toEqual(folds);
  });

  test("too few groups is an error that says so", () => {
    expect(() => assignGroupFolds(Int32Array.of(0, 0, 1), 3, 1)).toThrow(UsageError);
  });
});

describe("grouped split", () => {
  const questions = (part: (index: number) => "train" | "test" | undefined) =>
    Array.from({ length: 10 }, (_, index) => {
      const named = part(index);
      const question = `question ${"abcdefghij"[index]}`;
      return { question, prompt: "p", reward: 1, ...(named === undefined ? {} : { part: named }) };
    });
  const everyQuery = (log: RewardLog) => Int32Array.from(log.queries.keys());

  test("a leak-free published test part is used as it stands", () => {
    const log = makeLog(questions((index) => (index < 7 ? "train" : "test")));
    const split = groupedSplit(log, assignQuestionGroups(log.queries), everyQuery(log), 1);
    expect(split.source).toBe("published");
    expect([...split.test]).toEqual([7, 8, 9]);
  });

  test("a leaking published part is replaced by a seeded fifth of the groups", () => {
    const leaking = [
      ...questions((index) => (index < 7 ? "train" : "test")),
      { question: " Question  A", prompt: "p", reward: 1, part: "test" as const },
    ];
    const log = makeLog(leaking);
    const groups = assignQuestionGroups(log.queries);
    const split = groupedSplit(log, groups, everyQuery(log), 1);
    expect(split.source).toBe("seeded");
    const trainGroups = new Set(Array.from(split.train, (query) => groups[query]));
    for (const query of split.test) expect(trainGroups.has(groups[query])).toBe(false);
    expect(split.train.length + split.test.length).toBe(11);
    expect(new Set(Array.from(split.test, (query) => groups[query])).size).toBe(2);
  });

  test("only the questions named are divided, a fifth of their own groups", () => {
    for (const part of [undefined, "train"] as const) {
      const log = makeLog(questions(() => part));
      const named = Int32Array.of(1, 3, 5, 7, 9);
      const split = groupedSplit(log, assignQuestionGroups(log.queries), named, 1);
      expect(split.test).toHaveLength(1);
      expect([...split.train, ...split.test].sort()).toEqual([...named]);
    }
  });
});

describe("rows and the paper split", () => {
  const log = makeLog([
    { question: "a", prompt: "p", reward: 1, part: "train", repetition: 0 },
    { question: "a", prompt: "r", reward: 0, part: "train", repetition: 0 },
    { question: "b", prompt: "p", reward: 1, part: "train", repetition: 0 },
    { question: "a", prompt: "p", reward: 0, part: "train", repetition: 1 },
    { question: "c", prompt: "p", reward: 0, part: "train" },
    { question: "d", prompt: "p", reward: 0, part: "train" },
    { question: "a", prompt: "p", reward: 1, part: "test", repetition: 2, confidence: 0.5 },
    { question: "e", prompt: "p", reward: 1, part: "test" },
  ]);

  test("a row is one asking of a question, in order of first appearance", () => {
    const rows = logRows(log);
    expect([...rows.queryIndex]).toEqual([0, 1, 0, 2, 3, 0, 4]);
    expect([...rows.rowOfInteraction]).toEqual([0, 0, 1, 2, 3, 4, 5, 6]);
    expect(rows.part[5]).toBe(PART_CODES.test);
  });

  test("the fit uses the first 80 % of the training rows and the leak is counted", () => {
    const split = paperSplit(log, logRows(log));
    expect([...split.fitRows]).toEqual([0, 1, 2, 3]);
    expect([...split.testRows]).toEqual([5, 6]);
    expect(split.leak).toEqual({ testQuestions: 2, alsoInTrain: 1 });
  });

  test("a log without parts cannot be split as the paper does", () => {
    const bare = makeLog([{ question: "a", prompt: "p", reward: 1 }]);
    expect(() => paperSplit(bare, logRows(bare))).toThrow(/grouped or nested/);
  });

  test("counts add up per question or per row, and left-out units do not count", () => {
    const columns = Int32Array.of(1, 0);
    const perQuestion = countRewards(log, log.queryIndex, log.queries.length, columns);
    expect([...perQuestion.trials.subarray(0, 2)]).toEqual([1, 3]);
    expect([...perQuestion.successes.subarray(0, 2)]).toEqual([0, 2]);
    const rows = logRows(log);
    const perRow = countRewards(log, rows.rowOfInteraction, rows.length, columns);
    expect(perRow.trials.reduce((sum, count) => sum + count)).toBe(log.length);
    const none = countRewards(log, new Int32Array(log.length).fill(-1), 1, columns);
    expect([...none.trials]).toEqual([0, 0]);
  });

  test("signals are averaged where present and NaN elsewhere; a log without any gives null", () => {
    const columns = Int32Array.of(0, 1);
    const confidence = meanSignal(log, log.confidence, log.queryIndex, log.queries.length, columns);
    expect(confidence?.[0]).toBe(0.5);
    expect(confidence?.[1]).toBeNaN();
    expect(meanSignal(log, log.critic, log.queryIndex, log.queries.length, columns)).toBeNull();
  });
});
