import { expect, test } from "vitest";
import { seededRandom, shuffledIndices } from "./seeded-random.ts";

test("one seed gives one sequence, another seed another", () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("normal draws have mean 0 and variance 1", () => {
  const random = seededRandom(1);
  const draws = Array.from({ length: 20_000 }, () => random.nextNormal());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

test("a shuffle is a permutation and every position is equally likely", () => {
  const random = seededRandom(3);
  const firsts = new Array<number>(4).fill(0);
  for (let round = 0; round < 8000; round++) {
    const order = shuffledIndices(4, random);
    expect([...order].sort()).toEqual([0, 1, 2, 3]);
    firsts[order[0]!]!++;
  }
  for (const count of firsts) expect(Math.abs(count - 2000)).toBeLessThan(200);
});
