import fc from "fast-check";
import { expect, test } from "vitest";
import { DisjointSets } from "./disjoint-sets.ts";

test("joins make sets, numbered in order of first appearance", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 15 }), (joins) => {
      const sets = new DisjointSets(12);
      // Naive: relabel everything at each join.
      const labels = Array.from({ length: 12 }, (_, index) => index);
      for (const [one, other] of joins) {
        sets.join(one, other);
        const [kept, gone] = [labels[one]!, labels[other]!];
        for (let index = 0; index < 12; index++) if (labels[index] === gone) labels[index] = kept;
      }
      const distinct = [...new Set(labels)];
      expect([...sets.numbers()]).toEqual(labels.map((label) => distinct.indexOf(label)));
      for (let index = 0; index < 12; index++)
        expect(sets.findRoot(index)).toBe(labels.indexOf(labels[index]!));
    }),
  );
});
