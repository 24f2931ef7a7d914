import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readPromptsFile } from "./read-prompts-file.ts";
import { writePromptsFile } from "./write-prompts-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-prompts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("whatever prompts and comments say, the prompts are read as they were", async () => {
  const file = join(folder, "new", "prompts.yaml");
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const template = fc.oneof(
    text,
    fc.constantFrom("a\nb\n", "- x: y", "{{query}}", "# no", "null", "'", "1", " a"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(template, text), { minLength: 1, maxLength: 5 }), async (entries) => {
      const prompts = entries.map(([each, comment], index) => ({
        id: `p ${index}`,
        template: each,
        comment,
      }));
      await writePromptsFile(file, prompts);
      expect(await readPromptsFile(file)).toEqual(
        prompts.map(({ id, template: each }) => ({ id, template: each, split: "training" })),
      );
    }),
  );
});

test("comments stand above their prompts", async () => {
  const file = join(folder, "commented.yaml");
  await writePromptsFile(file, [
    { id: "a", template: "Think.", comment: "estimated 70 %\n- id: trap" },
    { id: "b", template: "Guess." },
  ]);
  expect(await readFile(file, "utf8")).toBe(
    "# estimated 70 %\n# - id: trap\n- id: a\n  template: Think.\n- id: b\n  template: Guess.\n",
  );
});
