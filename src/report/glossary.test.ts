import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../../test/support/project-root.ts";
import { GLOSSARY } from "./glossary.ts";

test("docs/glossary.md says what a report says behind its terms", async () => {
  const text = await readFile(join(PROJECT_ROOT, "docs/glossary.md"), "utf8");
  const entries = text
    .split(/^## /m)
    .slice(1)
    .map((entry) => {
      const [title = "", ...lines] = entry.split("\n");
      return { term: title.toLowerCase(), text: lines.join(" ").trim() };
    });
  expect(entries).toEqual(GLOSSARY);
});
