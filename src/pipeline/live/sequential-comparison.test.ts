import { expect, test } from "vitest";
import { seededRandom } from "../../util/index.ts";
import { type Comparison, compareSequentially } from "./sequential-comparison.ts";

/** An LLM with a planted chance for either prompt, on questions of which some share differs. */
interface Planted {
  readonly questions: number;
  readonly share: number;
  readonly chosen: number;
  readonly fixed: number;
  readonly seed: number;
}

async function simulate(
  { questions, share, chosen, fixed, seed }: Planted,
  margin = 0.02,
): Promise<Comparison> {
  const random = seededRandom(seed);
  return compareSequentially({
    differs: Array.from({ length: questions }, () => random.next() < share),
    perRound: 8,
    margin,
    ask: async (positions) => ({
      isOutOfMoney: false,
      rewards: positions.map(() => ({
        chosen: random.next() < chosen ? 1 : 0,
        fixed: random.next() < fixed ? 1 : 0,
      })),
    }),
  });
}

test("a planted gain is found, and found before all questions are asked", async () => {
  const planted = { questions: 400, share: 0.5, chosen: 0.8, fixed: 0.4 };
  const asked: number[] = [];
  let better = 0;
  let covered = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { verdict, ended, interval, rewards, gain } = await simulate({ ...planted, seed });
    asked.push(rewards.size);
    if (verdict === "better" && ended === "decided") better++;
    if (interval[0] <= 0.2 && 0.2 <= interval[1]) covered++;
    expect(gain).toBeGreaterThanOrEqual(interval[0]);
  }
  expect(better).toBe(100);
  expect(covered).toBeGreaterThanOrEqual(95);
  // Of some 200 questions that differ, half of the runs need no more than a fifth.
  expect(asked.sort((one, other) => one - other)[50]).toBeLessThan(40);
});

test.each([
  [0.5, 0.6],
  [1, 0.5],
  [0.1, 0.3],
])(
  "without a gain (share %d, success %d) it is hardly ever called better or worse, however often it looks",
  async (share, success) => {
    const runs = 300;
    let better = 0;
    let worse = 0;
    for (let seed = 0; seed < runs; seed++) {
      const { verdict } = await simulate(
        { questions: 200, share, chosen: success, fixed: success, seed: 5000 + seed },
        0,
      );
      // With a margin of 0, "not better" is a gain surely below 0: false here too.
      if (verdict === "better") better++;
      if (verdict === "worse" || verdict === "not-better") worse++;
    }
    expect((better + worse) / runs).toBeLessThanOrEqual(0.05);
  },
);

test("a gain surely below the margin ends it, as a loss does", async () => {
  const none = await simulate({ questions: 5000, share: 0.1, chosen: 0.5, fixed: 0.5, seed: 1 }, 0.05);
  expect([none.verdict, none.ended]).toEqual(["not-better", "decided"]);
  expect(none.counted.length).toBeLessThan(2000);
  const loss = await simulate({ questions: 2000, share: 0.5, chosen: 0.2, fixed: 0.8, seed: 2 }, 0);
  expect([loss.verdict, loss.ended]).toEqual(["worse", "decided"]);
  const few = await simulate({ questions: 10, share: 0.5, chosen: 0.6, fixed: 0.5, seed: 3 });
  expect([few.verdict, few.ended]).toEqual(["undecided", "all-asked"]);
});

test("questions without a difference cost nothing and count as no difference", async () => {
  const asked: number[][] = [];
  const differs = [false, true, false, false, true, true, false];
  const { counted, gain, rewards, unanswered } = await compareSequentially({
    differs,
    perRound: 2,
    margin: 0,
    ask: async (positions) => {
      asked.push([...positions]);
      return { isOutOfMoney: false, rewards: positions.map(() => ({ chosen: 1, fixed: 0 })) };
    },
  });
  expect(asked).toEqual([[1, 4], [5]]);
  expect(counted).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([...rewards.keys()]).toEqual([1, 4, 5]);
  expect(gain).toBeCloseTo(3 / 7, 12);
  expect(unanswered).toBe(0);
});

test("a question without both answers does not count; without money it ends there", async () => {
  const pair = { chosen: 1, fixed: 1 };
  const failed = await compareSequentially({
    differs: [true, true, true],
    perRound: 3,
    margin: 0,
    ask: async () => ({ isOutOfMoney: false, rewards: [pair, undefined, pair] }),
  });
  expect(failed).toMatchObject({ counted: [0, 2], unanswered: 1, ended: "all-asked" });
  const spent = await compareSequentially({
    differs: [true, false, true, false, true],
    perRound: 3,
    margin: 0,
    ask: async () => ({ isOutOfMoney: true, rewards: [pair, undefined, pair] }),
  });
  expect(spent).toMatchObject({ counted: [0, 1], unanswered: 0, ended: "max-cost", verdict: "undecided" });
});

test("where the fixed prompt is chosen everywhere, nothing is asked", async () => {
  const ask = async () => {
    throw new Error("asked");
  };
  const same = await compareSequentially({ differs: [false, false], perRound: 8, margin: 0.02, ask });
  expect(same).toMatchObject({
    verdict: "same",
    ended: "all-asked",
    gain: 0,
    interval: [0, 0],
    counted: [0, 1],
  });
});
