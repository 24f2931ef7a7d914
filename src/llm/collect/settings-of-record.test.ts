import { expect, test } from "vitest";
import { createGrader, type MatcherOptions } from "../../data/index.ts";
import type { ChatModel } from "../chat-model.ts";
import { type CallSettings, PRESETS } from "../prompting/prompt-settings.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { type RecordedSettings, settingsOfRecord } from "./settings-of-record.ts";

const model = { name: "scripted", provider: "test" } as ChatModel;

test.each<readonly [string, CallSettings]>([
  ["plain", PRESETS.plain],
  ["reference", PRESETS.reference],
  [
    "everything set",
    {
      sampling: { temperature: 0, topP: 0.5, maxTokens: 7 },
      totalTokens: 100,
      system: "Be brief.",
      place: "before",
      separator: "",
      variables: { a: "1", b: "2" },
      fewShot: [],
    },
  ],
])("%s comes back as it was", (_what, settings) => {
  const found = settingsOfRecord(settingsRecord(model, settings, "exact"));
  expect(found).toEqual({ model: "scripted", settings, matcher: { matcher: "exact" }, hadFewShot: false });
});

test("examples are known to have been shown, not which", () => {
  const settings = { ...PRESETS.plain, fewShot: [{ text: "1 + 1?", answer: "2" }] };
  const found = settingsOfRecord(settingsRecord(model, settings, "numeric"));
  expect(found).toMatchObject({ hadFewShot: true, settings: PRESETS.plain });
});

test("a record of another kind is none", () => {
  expect(settingsOfRecord({})).toBeNull();
  const record = settingsRecord(model, PRESETS.plain, "numeric");
  expect(settingsOfRecord({ ...record, place: "middle" })).toBeNull();
  expect(settingsOfRecord({ ...record, matcher: 7 })).toBeNull();
});

test.each<readonly [MatcherOptions, RecordedSettings["matcher"]]>([
  [{ matcher: "contains" }, { matcher: "contains" }],
  [{ matcher: "regex" }, { matcher: "regex" }],
  [
    { matcher: "regex", pattern: "^{{answer}}$" },
    { matcher: "regex", pattern: "^{{answer}}$" },
  ],
  [{ matcher: "json-schema" }, { matcher: "json-schema" }],
])("the matcher %j is known again", async (options, expected) => {
  const { record } = await createGrader(options);
  expect(settingsOfRecord(settingsRecord(model, PRESETS.plain, record))?.matcher).toEqual(expected);
});

test.each([
  [{ name: "json-schema", schema: "abc" }],
  [{ name: "module", file: "m.mjs", content: "abc" }],
  ["none"],
])("the matcher %j needs more than its record", (record) => {
  expect(settingsOfRecord(settingsRecord(model, PRESETS.plain, record))?.matcher).toBeUndefined();
});
