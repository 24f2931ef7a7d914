import { expect, test } from "vitest";
import { seededRandom } from "../util/index.ts";
import { kindHeterogeneity } from "./kind-heterogeneity.ts";

const QUESTIONS = 240;
const everyOne = Int32Array.from({ length: QUESTIONS }, (_, query) => query);

/** Success of two prompts: on even questions the second leads by `lead`, on odd ones it is behind by as much. */
function planted(lead: number, seed: number): Float64Array[] {
  const random = seededRandom(seed);
  const draw = (rate: number): number => (random.next() < rate ? 1 : 0);
  return [
    Float64Array.from(everyOne, () => draw(0.5)),
    Float64Array.from(everyOne, (query) => draw(0.5 + (query % 2 === 0 ? lead : -lead))),
  ];
}

function estimateMean(lead: number, kindCount: number, findKind: (query: number) => number): number {
  const kinds = everyOne.map(findKind);
  let sum = 0;
  for (let seed = 0; seed < 200; seed++)
    sum += kindHeterogeneity(planted(lead, seed), 0, kinds, kindCount, everyOne);
  return sum / 200;
}

test("is the variance of the true leads where kinds are what prompts differ by", () => {
  expect(estimateMean(0.3, 2, (query) => query % 2)).toBeCloseTo(0.3 ** 2, 2);
});

test("is about 0 where prompts do not differ, however many kinds there are", () => {
  for (const kindCount of [2, 4, 12])
    expect(Math.abs(estimateMean(0, kindCount, (query) => query % kindCount))).toBeLessThan(0.005);
});

test("is about 0 for kinds that cut across what prompts differ by", () => {
  expect(Math.abs(estimateMean(0.3, 2, (query) => (query >> 1) % 2))).toBeLessThan(0.01);
});

test("passes over kinds of one group and prompts that were never tried", () => {
  const [first] = planted(0, 1);
  const untried = new Float64Array(QUESTIONS).fill(Number.NaN);
  const oneGroup = new Int32Array(QUESTIONS);
  expect(
    kindHeterogeneity(
      [first!, untried],
      0,
      everyOne.map((query) => query % 2),
      2,
      everyOne,
    ),
  ).toBe(0);
  expect(
    kindHeterogeneity(
      planted(0.3, 1),
      0,
      everyOne.map((query) => query % 2),
      2,
      oneGroup,
    ),
  ).toBe(0);
});
