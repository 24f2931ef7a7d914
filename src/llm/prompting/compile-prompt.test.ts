import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../errors.ts";
import { compilePrompt } from "./compile-prompt.ts";
import { fillVariables, variablesIn } from "./fill-variables.ts";
import { PRESETS, type PromptSettings, samplingFor } from "./prompt-settings.ts";
import { templateParts } from "./template-parts.ts";

function render(template: string, question: string, settings: Partial<PromptSettings> = {}) {
  const prompt = { id: "p", template, split: "training" } as const;
  return compilePrompt(prompt, { ...PRESETS.plain, ...settings })
    .render(question)
    .map(({ role, content }) => [role, content]);
}

describe("one message", () => {
  test.each<readonly [string, Partial<PromptSettings>, string]>([
    ["Q: {{query}} A:", {}, "Q: 1 + 1? A:"],
    ["Q: {{ question }} A:", {}, "Q: 1 + 1? A:"],
    ["Think.", {}, "1 + 1?\n\nThink."],
    ["Think.", { questionPosition: "after" }, "Think.\n\n1 + 1?"],
    ["The answer is:", PRESETS.reference, "1 + 1?The answer is:"],
    ["{{query}} as {{tone}}", { variables: { tone: "verse" } }, "1 + 1? as verse"],
    ["\\{{query}} of {{query}}", {}, "{{query}} of 1 + 1?"],
    ["{{query}} {{ not this }}", {}, "1 + 1? {{ not this }}"],
  ])("%j with %j", (template, settings, expected) => {
    expect(render(template, "1 + 1?", settings)).toEqual([["user", expected]]);
  });

  test("braces in a question or a value stay what they are", () => {
    expect(
      render("{{query}} / {{tone}}", "{{tone}} $& {{query}}", { variables: { tone: "{{query}}" } }),
    ).toEqual([["user", "{{tone}} $& {{query}} / {{query}}"]]);
  });

  test("any question comes through unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (question) => {
        expect(render("<{{query}}>", question)).toEqual([["user", `<${question}>`]]);
        expect(render("t", question)).toEqual([["user", `${question}\n\nt`]]);
      }),
    );
  });
});

test("parts of a conversation, system messages and examples stand in order", () => {
  const template = "[[system]]\nBe brief.\n[[user]]\n2 + 2?\n[[assistant]]\n4\n[[user]]\n{{query}}\n";
  const settings = {
    system: "You are {{who}}.",
    variables: { who: "wise" },
    fewShot: [{ text: "0 + 0?", answer: "0" }],
  };
  expect(render(template, "1 + 1?", settings)).toEqual([
    ["system", "You are wise.\n\nBe brief."],
    ["user", "0 + 0?"],
    ["assistant", "0"],
    ["user", "2 + 2?"],
    ["assistant", "4"],
    ["user", "1 + 1?\n"],
  ]);
});

test("no message is blank where a prompt's system message stands before a template with parts", () => {
  const template = "[[system]]\nBe brief.\n[[user]]\n[[user]]\n2 + 2?\n[[assistant]]\n4\n[[user]]\n{{query}}";
  expect(render(template, "1 + 1?")).toEqual([
    ["system", "Be brief."],
    ["user", "2 + 2?"],
    ["assistant", "4"],
    ["user", "1 + 1?"],
  ]);
});

test("says how many messages, from the first, no question changes", () => {
  const stable = (template: string, settings: Partial<PromptSettings> = {}): number => {
    const compiled = compilePrompt(
      { id: "p", template, split: "training" },
      { ...PRESETS.plain, fewShot: [{ text: "0 + 0?", answer: "0" }], ...settings },
    );
    const [one, other] = ["1 + 1?", "2 + 2?"].map((question) => compiled.render(question));
    const same = one!.findIndex(({ content }, index) => content !== other![index]!.content);
    expect(compiled.stableMessages).toBe(same);
    return same;
  };
  expect(stable("Think.")).toBe(2);
  expect(stable("Think.", { fewShot: [] })).toBe(0);
  expect(stable("[[system]]\nBe brief.\n[[user]]\n2 + 2?\n[[assistant]]\n4\n[[user]]\n{{query}}")).toBe(5);
  expect(stable("[[system]]\nAbout {{query}}.\n[[user]]\nGo.")).toBe(0);
});

test("a question mentioned in the system part is not added again", () => {
  expect(render("[[system]]\nAbout {{query}}\n[[user]]\nGo.", "X")).toEqual([
    ["system", "About X"],
    ["user", "Go."],
  ]);
});

test("text before the first marker is the user's; markers count on lines of their own only", () => {
  expect(templateParts("a\n[[system]]\r\nb\r\n[[user]]\nc [[user]] d")).toEqual([
    { role: "user", text: "a" },
    { role: "system", text: "b" },
    { role: "user", text: "c [[user]] d" },
  ]);
});

test.each([
  ["{{query}} {{tone}}", /"p" has the variable \{\{tone\}\}, which has no value.*--variable tone=/],
  ["{{query}}\n[[assistant]]\nSure:", /does not end in a part of the user's/],
  ["{{constructor}}", /variable \{\{constructor\}\}/],
])("%j is refused", (template, message) => {
  expect(() => render(template, "x")).toThrow(message);
  expect(() => render(template, "x")).toThrow(DataError);
});

test("variables are found and filled in one pass", () => {
  expect([...variablesIn("{{a}} \\{{b}} {{ c-d }} {{é}} {{1}}")]).toEqual(["a", "c-d", "é"]);
  expect(fillVariables("{{a}}{{b}}", new Map([["a", "{{b}}"]]))).toBe("{{b}}{{b}}");
});

test("512 tokens in all leave the rest to the answer", () => {
  expect(samplingFor(PRESETS.reference, 360, "x")).toEqual({ temperature: 0.6, topP: 0.9, maxTokens: 412 });
  const limited = { ...PRESETS.reference, sampling: { maxTokens: 50 } };
  expect(samplingFor(limited, 360, "x").maxTokens).toBe(50);
  expect(() => samplingFor(PRESETS.reference, 1900, "It")).toThrow(/It has 1900 bytes/);
  expect(samplingFor(PRESETS.plain, 1e6, "x")).toEqual({});
});
