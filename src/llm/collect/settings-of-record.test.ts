import { expect, test } from "vitest";
import type { ChatModel } from "../chat-model.ts";
import { type CallSettings, PRESETS } from "../prompting/prompt-settings.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { settingsOfRecord } from "./settings-of-record.ts";

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
  expect(found).toEqual({ model: "scripted", settings, matcher: "exact", hadFewShot: false });
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
  expect(settingsOfRecord({ ...record, matcher: "vibes" })).toBeNull();
});
