import fc from "fast-check";
import { expect, test } from "vitest";
import { CompactIndex, textKey } from "./compact-index.ts";
import { GivenRepetitions } from "./given-repetitions.ts";
import { RepetitionOrder } from "./repetition-order.ts";

test("behaves like a Map, over several growths", () => {
  const small = fc.nat(40);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(small, small, fc.integer()), { maxLength: 3000, size: "max" }),
      (entries) => {
        const index = new CompactIndex();
        const twin = new Map<string, number>();
        for (const [high, low, value] of entries) {
          expect(index.get([high, low])).toBe(twin.get(`${high},${low}`));
          index.set([high, low], value);
          twin.set(`${high},${low}`, value);
        }
        expect(index.size).toBe(twin.size);
        for (const [key, value] of twin) {
          const [high, low] = key.split(",").map(Number);
          expect(index.get([high!, low!])).toBe(value);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("holds a hundred thousand texts, and keys stay below 2^53", () => {
  const index = new CompactIndex();
  for (let number = 0; number < 100_000; number++) index.set(textKey(`text ${number}`), number);
  expect(index.size).toBe(100_000);
  for (let number = 0; number < 100_000; number += 997) {
    const key = textKey(`text ${number}`);
    expect(key.every(Number.isSafeInteger)).toBe(true);
    expect(index.get(key)).toBe(number);
  }
  expect(index.get(textKey("another"))).toBeUndefined();
});

test("counted repetitions: the n-th of a pair by hash, and as many rows as the most repeated prompt", () => {
  const entry = fc.tuple(fc.nat(4), fc.nat(6), fc.nat(2 ** 45 - 1));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
      const order = new RepetitionOrder();
      for (const [query, pair, hash] of entries) order.add(query, pair, hash * 2 ** 8);
      const { rows, numbers } = order.settle();
      const known = new Map<string, number[]>();
      for (const [query, pair, hash] of entries)
        known.set(`${query}/${pair}`, [...(known.get(`${query}/${pair}`) ?? []), Math.floor(hash / 2 ** 13)]);
      const expected = new Set<string>();
      for (const [key, hashes] of known)
        for (const repetition of hashes.keys()) expected.add(`${key.split("/")[0]}/${repetition}`);
      expect(rows).toBe(expected.size);
      expect(numbers === null).toBe([...known.values()].every(({ length }) => length === 1));
      for (const [at, [query, pair, hash]] of entries.entries()) {
        const hashes = known.get(`${query}/${pair}`)!;
        const smaller = hashes.filter((other) => other < Math.floor(hash / 2 ** 13)).length;
        expect(numbers?.[at] ?? 0).toBeGreaterThanOrEqual(smaller);
        expect(numbers?.[at] ?? 0).toBeLessThan(hashes.length);
      }
    }),
  );
});

test("given repetitions: taken only once, large ones too", () => {
  const claim = fc.tuple(
    fc.nat(3),
    fc.nat(2),
    fc.nat(1),
    fc.oneof(fc.nat(5), fc.integer({ min: 28, max: 34 })),
  );
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 300 }), (claims) => {
      const counter = new GivenRepetitions();
      const taken = new Set<string>();
      const rows = new Set<string>();
      for (const [query, prompt, model, repetition] of claims) {
        const key = `${query}/${prompt}/${model}/${repetition}`;
        expect(counter.claim(query, prompt, model, repetition)).toBe(!taken.has(key));
        taken.add(key);
        rows.add(`${query}/${repetition}`);
      }
      expect(counter.rows).toBe(rows.size);
    }),
  );
});
