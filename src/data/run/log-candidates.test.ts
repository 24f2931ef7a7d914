import { describe, expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import type { Prompt } from "../../types/index.ts";
import { logCandidates } from "./log-candidates.ts";

const prompt = (id: string, split: Prompt["split"] = "training"): Prompt => ({ id, template: id, split });

/** So many answers of a prompt under an LLM, all with one reward. */
interface Answers {
  readonly prompt: number;
  readonly llm: number;
  readonly reward: number;
  readonly count: number;
}

function listCandidates(prompts: readonly Prompt[], llms: readonly string[], answers: readonly Answers[]) {
  const warnings: string[] = [];
  const single = answers.flatMap(({ count, ...answer }) => Array.from({ length: count }, () => answer));
  const found = logCandidates(
    { prompts, llms, answers: single },
    { onWarning: (message) => warnings.push(message) },
  );
  return { ...found, ids: found.candidates.map(({ id }) => id), warnings };
}

describe("what is chosen among", () => {
  test("two pairs never have one name", () => {
    const { ids } = listCandidates(
      [prompt("a @ b"), prompt("a")],
      ["c", "b @ c"],
      [
        { prompt: 0, llm: 0, reward: 1, count: 20 },
        { prompt: 1, llm: 1, reward: 1, count: 20 },
      ],
    );
    expect(ids).toEqual(['"a @ b" @ c', 'a @ "b @ c"']);
  });

  test("a pair with hardly an answer is left out, and it is said", () => {
    const { ids, warnings, candidateOf } = listCandidates(
      [prompt("a"), prompt("b")],
      ["x", "y", "rare"],
      [0, 1].flatMap((own) => [
        { prompt: own, llm: 0, reward: 1, count: 60 },
        { prompt: own, llm: 1, reward: 1, count: 60 },
        ...(own === 0 ? [{ prompt: 0, llm: 2, reward: 1, count: 1 }] : []),
      ]),
    );
    expect(ids).toEqual(["a @ x", "a @ y", "b @ x", "b @ y"]);
    expect(candidateOf(0, 2)).toBe(-1);
    expect(warnings).toEqual([
      'One pair of prompt and LLM has fewer than 10 answers and is left out: "a @ rare".',
    ]);
  });

  test("of a small log all pairs count", () => {
    const { ids, warnings } = listCandidates(
      [prompt("a")],
      ["x", "y"],
      [
        { prompt: 0, llm: 0, reward: 1, count: 3 },
        { prompt: 0, llm: 1, reward: 1, count: 3 },
      ],
    );
    expect([ids, warnings]).toEqual([["x", "y"], []]);
  });

  test("LLMs are compared under a training prompt, even where a held-out one does better", () => {
    const prompts = [prompt("trained"), prompt("kept", "held-out")];
    const answers = [0, 1].flatMap((own) =>
      [0, 1].map((llm) => ({ prompt: own, llm, reward: own, count: 20 })),
    );
    const single = answers.flatMap(({ count, ...answer }) => Array.from({ length: count }, () => answer));
    const { candidates } = logCandidates({ prompts, llms: ["x", "y"], answers: single }, { choose: "llm" });
    expect(candidates.map(({ id, promptId, split }) => [id, promptId, split])).toEqual([
      ["x", "trained", "training"],
      ["y", "trained", "training"],
    ]);
  });

  test("an LLM that is not there, or named beside LLMs to choose, is refused", () => {
    const log = { prompts: [prompt("a")], llms: ["x", "y"], answers: [] };
    expect(() => logCandidates(log, { llm: "z" })).toThrow(/no answers of "z"; it has "x", "y"/);
    expect(() => logCandidates(log, { llm: "x", choose: "both" })).toThrow(UsageError);
    expect(() => logCandidates(log, { choose: "prompt" })).toThrow(/Choose one by --llm/);
  });
});
