import fc from "fast-check";
import { expect, test } from "vitest";
import { CompactIndex, textKey } from "./compact-index.ts";
import { RepetitionCounter } from "./repetition-counter.ts";

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

test("counted repetitions: the n-th time a pair appears, and as many rows as the most repeated prompt", () => {
  const pair = fc.tuple(fc.nat(4), fc.nat(3), fc.nat(1));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 300 }), (pairs) => {
      const counter = new RepetitionCounter();
      const seen = new Map<string, number>();
      const rows = new Set<string>();
      for (const [query, prompt, model] of pairs) {
        const key = `${query}/${prompt}/${model}`;
        const expected = seen.get(key) ?? 0;
        seen.set(key, expected + 1);
        rows.add(`${query}/${expected}`);
        expect(counter.next(query, prompt, model)).toBe(expected);
      }
      expect(counter.rows).toBe(rows.size);
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
      const counter = new RepetitionCounter();
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
