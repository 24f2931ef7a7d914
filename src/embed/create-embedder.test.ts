import { expect, test } from "vitest";
import { ModelFileError, UsageError } from "../errors.ts";
import { createEmbedder, EMBEDDERS, embedderParts, learnsFromTexts } from "./create-embedder.ts";
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
  "style:3",
  "features",
  "features:",
  "form-tf+",
  "+form-tf",
  "form-tf+tf-idf",
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
  ["symbol-tf", "symbol-tf"],
  ["style", "style"],
  ["features:category, language", "features:category,language"],
  ["form-tf+lsa:form-tf+features:a,b", "form-tf+lsa:form-tf:256+features:a,b"],
])("%s makes the embedder %s", (specification, name) => {
  expect(createEmbedder(specification, { texts: [] }).name).toBe(name);
});

test.each(["0", "4097", "-1", "1.5", "many", ""])("%j dimensions are refused", (dimensions) => {
  expect(() => createEmbedder(`lsa:form-tf:${dimensions}`)).toThrow(UsageError);
  expect(() => createEmbedder(`lsa:form-tf:${dimensions}`)).toThrow("a whole number from 1 to 4096");
});

test.each<[specification: string, parts: readonly string[]]>([
  ["form-tf", ["form-tf"]],
  ["form-tf+symbol-tf+style", ["form-tf", "symbol-tf", "style"]],
  ["npy:/a+b.npy", ["npy:/a+b.npy"]],
  ["npy:/a+b.npy+form-tf", ["npy:/a+b.npy", "form-tf"]],
  ["form-tf+npy:/x+style/a.npy", ["form-tf", "npy:/x+style/a.npy"]],
  [
    "openai:a+b@https://host/v1+style+features:c+d,e",
    ["openai:a+b@https://host/v1", "style", "features:c+d,e"],
  ],
  ["lsa:form-tf:16+character-ngrams+masked-tf", ["lsa:form-tf:16", "character-ngrams", "masked-tf"]],
])("%s is divided only between embedders", (specification, parts) => {
  expect(embedderParts(specification)).toEqual(parts);
  expect(createEmbedder(specification, { texts: [] }).name.replace(":256", "")).toBe(specification);
});

test("embedders that learn from texts alone are known by name", () => {
  for (const name of ["form-tf", "symbol-tf", "masked-tf", "style", "character-ngrams", "lsa:form-tf:9"])
    expect(learnsFromTexts(name)).toBe(true);
  for (const name of ["npy:a.npy", "openai:m", "features:a", "form-tf+npy:a.npy", "form-tf+features:a"])
    expect(learnsFromTexts(name)).toBe(false);
});
