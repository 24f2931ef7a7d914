import { expect, test } from "vitest";
import { ModelFileError, UsageError } from "../errors.ts";
import { createEmbedder, EMBEDDERS } from "./create-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

test.each([
  "",
  "tf-idf",
  "FORM-TF",
  "__proto__",
  "toString",
  "form-tf:3",
  "lsa",
  "lsa:",
  "lsa:character-ngrams",
  "lsa:form-tf:16:16",
  "npy",
  "npy:",
  "openai",
  "openai:",
])("the name %j is refused with the list of names", (name) => {
  expect(() => createEmbedder(name)).toThrow(UsageError);
  for (const embedder of EMBEDDERS) expect(() => createEmbedder(name)).toThrow(embedder.name);
});

test("a stored embedder of unknown kind is refused", () => {
  expect(() => restoreEmbedder({ kind: "__proto__", header: {}, arrays: {} })).toThrow(ModelFileError);
});

test.each([
  ["form-tf", "form-tf"],
  ["masked-tf", "masked-tf"],
  ["character-ngrams", "character-ngrams"],
  ["lsa:form-tf", "lsa:form-tf:256"],
  ["lsa:masked-tf:16", "lsa:masked-tf:16"],
  ["npy:C:\\data\\rows.npy", "npy:C:\\data\\rows.npy"],
])("%s makes the embedder %s", (specification, name) => {
  expect(createEmbedder(specification, { texts: [] }).name).toBe(name);
});

test.each(["0", "4097", "-1", "1.5", "many", ""])("%j dimensions are refused", (dimensions) => {
  expect(() => createEmbedder(`lsa:form-tf:${dimensions}`)).toThrow(UsageError);
  expect(() => createEmbedder(`lsa:form-tf:${dimensions}`)).toThrow("a whole number from 1 to 4096");
});
