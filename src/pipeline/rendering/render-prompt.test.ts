import { beforeAll, expect, test } from "vitest";
import { plantedRun } from "../../../test/support/planted-run.ts";
import { DataError, UsageError } from "../../errors.ts";
import { compilePrompt, PRESETS } from "../../llm/index.ts";
import type { Prompt } from "../../types/index.ts";
import { loadChooser } from "../load-chooser.ts";
import type { Chooser } from "../pipeline-types.ts";
import { trainRun } from "../train-run.ts";
import { PromptRenderer } from "./prompt-renderer.ts";
import { renderPrompt } from "./render-prompt.ts";

const prompt = (template: string): Prompt => ({ id: "p", template, split: "training" });

test("a prompt is rendered as collect renders it", () => {
  const template = "[[system]]\nAnswer in {{language}}.\n[[user]]\n{{question}}";
  const variables = { language: "Dutch" };
  const { messages, text, stableMessages } = renderPrompt(template, { question: "2 + 2?", variables });
  expect(messages).toEqual(compilePrompt(prompt(template), { ...PRESETS.plain, variables }).render("2 + 2?"));
  expect(text).toBe("Answer in Dutch.\n\n2 + 2?");
  expect(stableMessages).toBe(1);
});

test("numbers are values too; examples and a system message stand before", () => {
  const { messages } = renderPrompt(prompt("In {{n}} words."), {
    ...{
      question: "Why?",
      variables: { n: 3 },
      system: "Be kind.",
      questionPosition: "after",
      separator: " ",
    },
    fewShot: [{ text: "Who?", answer: "He." }],
  });
  expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    "system: Be kind.",
    "user: Who?",
    "assistant: He.",
    "user: In 3 words. Why?",
  ]);
});

test("a variable without a value is an error that names it and says what to do", () => {
  const render = (): unknown => renderPrompt(prompt("{{question}} as {{tone}}"), { question: "x" });
  expect(render).toThrow(DataError);
  expect(render).toThrow(/"p" has the variable \{\{tone\}\}, which has no value.*by variables/);
  expect(() => renderPrompt("t", { question: 4 as unknown as string })).toThrow(UsageError);
});

test("what the log says of how it asked is kept, and may be overruled", () => {
  const renderer = new PromptRenderer([prompt("Be {{tone}}.")], {
    ...{ questionPosition: "after", separator: " | ", variables: { tone: "brief" } },
  });
  expect(renderer.render(0, "Why?").text).toBe("Be brief. | Why?");
  expect(renderer.render(0, "How?").text).toBe("Be brief. | How?");
  expect(renderer.render(0, "Why?", { variables: { tone: "kind" } }).text).toBe("Be kind. | Why?");
  expect(renderer.render(0, "Why?", { questionPosition: "before" }).text).toBe("Why? | Be brief.");
});

test("examples that the log knows by their hash only must be given", () => {
  const renderer = new PromptRenderer([prompt("Go.")], { hadFewShot: true });
  expect(() => renderer.render(0, "Why?")).toThrow(/asked for with examples.*fewShot/);
  expect(renderer.render(0, "Why?", { fewShot: [] }).messages).toHaveLength(1);
});

let chooser: Chooser;
beforeAll(async () => {
  const run = await plantedRun({ questions: 60 });
  await trainRun(run);
  chooser = await loadChooser(run);
});

test("a recommendation holds the chosen prompt with the question in it, made when it is read", async () => {
  const question = "What is number 3 of apples plus some coins?";
  const recommended = chooser.recommend(question);
  const expected = renderPrompt(recommended.prompt, { question });
  expect(recommended.messages).toEqual(expected.messages);
  expect(recommended.text).toBe(`${question}\n\n${recommended.prompt}`);
  expect(recommended.messages).toBe(recommended.messages);
  expect(Object.keys(recommended)).not.toContain("messages");
  const many = await chooser.recommendMany([question, "Why?"], { questionPosition: "after" });
  expect(many.map(({ text }) => text.endsWith("?"))).toEqual([true, true]);
});
