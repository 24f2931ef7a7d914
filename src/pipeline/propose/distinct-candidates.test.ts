import { expect, test } from "vitest";
import { PRESETS } from "../../llm/index.ts";
import type { Prompt } from "../../types/index.ts";
import { type Candidate, distinctCandidates } from "./distinct-candidates.ts";

const prompt = (id: string, template: string): Prompt => ({ id, template, split: "training" });
const KNOWN = [
  prompt("steps", "Let's think step by step."),
  prompt("brief", "Answer with one word, nothing else."),
  prompt("plain", "{{query}}"),
];
const QUESTIONS = ["What is the capital of France, please?", "2 + 2?"];

function from(...templates: string[]): Candidate[] {
  return templates.map((template, index) => ({
    prompt: prompt(`new-${index}`, template),
    source: "llm",
    scopeId: "all",
  }));
}

const keep = (...templates: string[]) =>
  distinctCandidates(from(...templates), KNOWN, QUESTIONS, PRESETS.plain);

test.each([
  ["a known prompt in other case and spaces", "  LET’S think  step by step ", /same as "steps"/],
  ["the question where it stands anyway", "{{ question }}\n\nLet's think step by step.", /same as "steps"/],
  ["one letter off", "Let's think step by steps.", /nearly the same as "steps" \(cosine 0\.90\)/],
  ["a variable nobody fills", "Answer in {{tone}} words.", /variable \{\{tone\}\}/],
  [
    "a part that is not the user's last",
    "[[user]]\n{{query}}\n[[assistant]]\nSo:",
    /does not end in a part of the user's/,
  ],
  [
    "a question of the log",
    "Q: what is the  capital of France, please? A: Paris. {{query}}",
    /quotes a question/,
  ],
  ["nothing besides the question", "{{query}}", /says nothing/],
])("%s is not taken", async (_what, template, reason) => {
  const { kept, rejected } = await keep(template);
  expect(kept).toEqual([]);
  expect(rejected).toEqual([{ template, reason: expect.stringMatching(reason) }]);
});

test("what is new is kept with the known prompt nearest to it", async () => {
  const { kept, rejected } = await keep(
    "Answer with one word, and then something else.",
    "Think about it step after step, then answer.",
    "Reply with a single word only.",
    "2 + 2? is easy. Do the sum.",
  );
  expect(rejected).toEqual([]);
  expect(kept.map(({ nearestPromptId }) => nearestPromptId).slice(0, 2)).toEqual(["brief", "steps"]);
  for (const { similarity } of kept) expect(similarity).toBeLessThan(0.88);
});

test("candidates are compared with each other, the first of two alike stays", async () => {
  const { kept, rejected } = await keep(
    "Name the city.",
    "Guess freely.",
    "name the city",
    "Name the city!!",
  );
  expect(kept.map((each) => each.prompt.id)).toEqual(["new-0", "new-1"]);
  expect(rejected.map(({ reason }) => reason)).toEqual(Array(2).fill('It says the same as "new-0".'));
});

test("where the question is named decides only where it would stand elsewhere", async () => {
  const before = { ...PRESETS.plain, questionPosition: "after" as const };
  const inside = "Question: {{query}} Let's think step by step.";
  const { kept } = await distinctCandidates(
    from(inside, "{{query}}\nLet's think step by step."),
    KNOWN,
    [],
    before,
  );
  expect(kept.map((each) => each.prompt.id)).toContain("new-0");
});
