import { expect, test } from "vitest";
import { ModelFileError, UsageError } from "../errors.ts";
import { createEmbedder, EMBEDDERS } from "./create-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

test.each(["", "tf-idf", "FORM-TF", "__proto__", "toString"])(
  "the name %j is refused with the list of names",
  (name) => {
    expect(() => createEmbedder(name)).toThrow(UsageError);
    for (const embedder of EMBEDDERS) expect(() => createEmbedder(name)).toThrow(embedder.name);
  },
);

test("a stored embedder of unknown kind is refused", () => {
  expect(() => restoreEmbedder({ kind: "__proto__", header: {}, arrays: {} })).toThrow(ModelFileError);
});
