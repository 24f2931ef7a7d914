import { expect, test } from "vitest";
import { createGrader, type MatcherOptions } from "../../data/index.ts";
import type { JsonValue } from "../../types/index.ts";
import type { ChatModel } from "../chat-model.ts";
import { type CallSettings, PRESETS } from "../prompting/prompt-settings.ts";
import { settingsRecord } from "./call-settings-record.ts";
import { matcherOfRecord, type RecordedMatcher, settingsFromRecord } from "./settings-from-record.ts";

const llm = { name: "scripted", provider: "test" } as ChatModel;

test.each<readonly [string, CallSettings]>([
  ["plain", PRESETS.plain],
  ["reference", PRESETS.reference],
  [
    "everything set",
    {
      sampling: { temperature: 0, topP: 0.5, maxTokens: 7 },
      totalTokens: 100,
      system: "Be brief.",
      questionPosition: "after",
      separator: "",
      variables: { a: "1", b: "2" },
      fewShot: [],
    },
  ],
])("%s comes back as it was", (_what, settings) => {
  const found = settingsFromRecord(settingsRecord(llm, settings, "exact"));
  expect(found).toEqual({
    llm: "scripted",
    settings,
    matcher: { kind: "named", options: { matcher: "exact" } },
    hadFewShot: false,
  });
});

test("examples are known to have been shown, not which", () => {
  const settings = { ...PRESETS.plain, fewShot: [{ text: "1 + 1?", answer: "2" }] };
  const found = settingsFromRecord(settingsRecord(llm, settings, "numeric"));
  expect(found).toMatchObject({ hadFewShot: true, settings: PRESETS.plain });
});

test("a record of another kind is none", () => {
  expect(settingsFromRecord({})).toBeNull();
  const record = settingsRecord(llm, PRESETS.plain, "numeric");
  expect(settingsFromRecord({ ...record, questionPosition: "middle" })).toBeNull();
  expect(settingsFromRecord({ ...record, matcher: 7 })).toBeNull();
});

test.each<readonly [MatcherOptions]>([
  [{ matcher: "contains" }],
  [{ matcher: "regex" }],
  [{ matcher: "regex", pattern: "^{{answer}}$" }],
  [{ matcher: "json-schema" }],
])("the matcher %j is known again", async (options) => {
  const { record } = await createGrader(options);
  const expected = { kind: "named", options };
  expect(settingsFromRecord(settingsRecord(llm, PRESETS.plain, record))?.matcher).toEqual(expected);
});

test.each<readonly [JsonValue, RecordedMatcher]>([
  [
    { name: "json-schema", schema: "abc" },
    { kind: "schema", hash: "abc" },
  ],
  [
    { name: "module", file: "m.mjs", content: "abc" },
    { kind: "module", file: "m.mjs" },
  ],
  ["none", { kind: "none" }],
  // A record is anybody's: a path in it is no module to load.
  ["./anybodys.mjs", { kind: "unknown" }],
  [{ name: "/tmp/anybodys.mjs" }, { kind: "unknown" }],
  [null, { kind: "unknown" }],
])("of the matcher %j its record says what it is", (record, expected) => {
  expect(matcherOfRecord(record)).toEqual(expected);
});
