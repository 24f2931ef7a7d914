import { expect, test } from "vitest";
import { observationDesign } from "../evaluate/index.ts";
import type { Candidate } from "../types/index.ts";
import { judgePartialChoices } from "./partial-choice.ts";

const pair = (promptId: string, llm: string): Candidate => ({
  ...{ id: `${promptId} @ ${llm}`, promptId, llm, template: promptId, split: "training" },
});

test("prompts alone keep the LLM, LLMs alone keep the prompt", () => {
  const candidates = [pair("a", "x"), pair("b", "x"), pair("a", "y"), pair("b", "y")];
  const units = 40;
  // Even units are right under b @ x and a @ y alone, odd ones under a @ x alone; scores know.
  const row = (unit: number): number[] => (unit % 2 === 0 ? [0, 1, 1, 0] : [1, 0, 0, 0]);
  const rewards = Float64Array.from({ length: 4 * units }, (_, cell) => row(cell >> 2)[cell & 3]!);
  const input = {
    design: observationDesign({
      queries: units,
      prompts: 4,
      successes: rewards,
      trials: new Float64Array(4 * units).fill(1),
    }),
    candidates,
    scores: rewards,
    clusters: Int32Array.from({ length: units }, (_, unit) => unit),
    fixed: new Int32Array(units),
    keepFixed: new Uint8Array(units),
  };
  const gains = judgePartialChoices(input);
  expect(gains.map(({ choose, uplift }) => [choose, uplift])).toEqual([
    ["prompt", 0.5],
    ["llm", 0.5],
  ]);
  // From b @ y, no other prompt of y helps odd units, and b of x helps even ones only.
  const fromOther = judgePartialChoices({ ...input, fixed: new Int32Array(units).fill(3) });
  expect(fromOther.map(({ uplift }) => uplift)).toEqual([0.5, 0.5]);
  const kept = judgePartialChoices({ ...input, keepFixed: new Uint8Array(units).fill(1) });
  expect(kept.map(({ uplift }) => uplift)).toEqual([0, 0]);
});
