import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { fetchWheels } from "../../test/support/fetch-wheels.ts";
import { describeReason } from "../../test/support/fetched-folder.ts";
import { makeLog } from "../../test/support/make-log.ts";
import { countRewards } from "../data/index.ts";
import type { RewardMatrix } from "../types/index.ts";
import { seededRandom } from "../util/index.ts";
import { doublyRobustScores, inversePropensityEstimate } from "./doubly-robust.ts";

const PROMPTS = ["a", "b", "c"];

/** One answer a question, with its propensity. */
function makeRewards(
  rounds: readonly { readonly prompt: number; readonly reward: number; readonly propensity: number }[],
): RewardMatrix {
  const log = makeLog(
    rounds.map(({ prompt, reward }, index) => ({ question: `${index}`, prompt: PROMPTS[prompt]!, reward })),
  );
  const columns = Int32Array.from(PROMPTS, (name) => log.prompts.findIndex(({ id }) => id === name));
  const propensity = Float64Array.from(rounds, ({ propensity: chance }) => chance);
  return countRewards({ ...log, propensity }, log.queryIndex, rounds.length, columns);
}

test("inverse propensities, plain and self-normalized, are those of vw-estimators", async (context) => {
  let folder: string;
  try {
    folder = await fetchWheels("policy-estimators.txt");
  } catch (error) {
    if (process.env.OIRL_REQUIRE_DATA === "1") throw error;
    return context.skip(`needs vw-estimators from the Python package index: ${describeReason(error)}`);
  }
  const random = seededRandom(11);
  const rounds = Array.from({ length: 500 }, () => {
    const propensity = 0.1 + 0.8 * random.next();
    const prompt = random.next() < propensity ? 0 : 1 + random.nextInteger(2);
    return {
      prompt,
      reward: random.next(),
      propensity: prompt === 0 ? propensity : (1 - propensity) / 2,
    };
  });
  const policy = Float64Array.from({ length: 1500 }, (_, cell) => [0.5, 0.3, 0.2][cell % 3]!);
  const { status, stdout, stderr } = spawnSync(
    "python3",
    [
      fileURLToPath(new URL("../../test/support/vw-estimates.py", import.meta.url)),
      join(folder, "vw-estimators-0.2.2"),
    ],
    {
      encoding: "utf8",
      input: JSON.stringify(
        rounds.map(({ prompt, reward, propensity }) => [propensity, reward, policy[prompt]]),
      ),
    },
  );
  expect(status, stderr).toBe(0);
  const theirs = JSON.parse(stdout) as { ips: number; snips: number };
  const ours = inversePropensityEstimate(makeRewards(rounds), policy, new Float64Array(500).fill(1));
  expect(ours.plain).toBeCloseTo(theirs.ips, 12);
  expect(ours.selfNormalized).toBeCloseTo(theirs.snips, 12);
});

test("doubly robust scores are those of the Open Bandit Pipeline", () => {
  // Computed by its own code: test/support/obp-estimates.py has the fixture, and how.
  const certain = [0, 5, 0.2, 0.4, 3.4, 0.6, 0.8, -3.2, 1, 0.1, -0.4, 0.3];
  const mixed = [
    0.808333333333, 2.825, -0.15, 0.041666666667, 1.95, 0.725, 0.475, -1.425, 1.725, 0.825, 0.175, -0.45,
  ];
  const rounds = certain.map((_, t) => {
    const prompt = (t * t + 1) % 3;
    return { prompt, reward: Number((3 * t + 1) % 4 < 2), propensity: [0.5, 0.3, 0.2][prompt]! };
  });
  const rewards = makeRewards(rounds);
  const predicted = Float64Array.from(
    { length: 36 },
    (_, cell) => ((5 * Math.floor(cell / 3) + 3 * (cell % 3)) % 11) / 10,
  );
  const chosen = Int32Array.from(rounds, (_, t) => (2 * t) % 3);
  const probabilities = Float64Array.from({ length: 36 }, (_, cell) =>
    chosen[Math.floor(cell / 3)] === cell % 3 ? 0.5 : 0.25,
  );
  doublyRobustScores(rewards, predicted, chosen).forEach((score, t) => {
    expect(score, `round ${t}`).toBeCloseTo(certain[t]!, 9);
  });
  doublyRobustScores(rewards, predicted, probabilities).forEach((score, t) => {
    expect(score, `round ${t}`).toBeCloseTo(mixed[t]!, 9);
  });
});
