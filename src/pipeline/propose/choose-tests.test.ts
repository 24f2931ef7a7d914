import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseTests } from "./choose-tests.ts";

test("candidates of one scope share questions and the fixed prompt's calls", () => {
  const questions = ["a", "b", "c", "d"];
  const chosen = chooseTests(
    [
      { promptId: "x", questions },
      { promptId: "y", questions },
    ],
    "fixed",
    9,
  );
  expect(chosen.questions).toEqual([
    ["a", "b", "c"],
    ["a", "b", "c"],
  ]);
  expect(chosen.pairs.slice(0, 3)).toEqual([
    { queryId: "a", promptId: "fixed" },
    { queryId: "a", promptId: "x" },
    { queryId: "a", promptId: "y" },
  ]);
  expect(chosen.pairs).toHaveLength(9);
});

test("never more calls than given, every question paired, no pair twice, nobody far behind", () => {
  const ids = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 4 }), fc.nat(30), (lists, calls) => {
      const candidates = lists.map((questions, index) => ({ promptId: `p${index}`, questions }));
      const { pairs, questions } = chooseTests(candidates, "fixed", calls);
      expect(pairs.length).toBeLessThanOrEqual(calls);
      const keys = new Set(pairs.map(({ queryId, promptId }) => `${queryId}/${promptId}`));
      expect(keys.size).toBe(pairs.length);
      for (const [index, tested] of questions.entries()) {
        expect(tested).toEqual(lists[index]!.slice(0, tested.length));
        for (const id of tested)
          for (const prompt of [`p${index}`, "fixed"]) expect(keys).toContain(`${id}/${prompt}`);
      }
      const unfinished = questions.filter((tested, index) => tested.length < lists[index]!.length);
      // One call may be left over where the next question needs two.
      if (unfinished.length > 0) expect(pairs.length).toBeGreaterThanOrEqual(calls - 1);
    }),
  );
});
