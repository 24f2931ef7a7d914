import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES } from "../../tsdown.config.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

/** Bytes of an entry point, minified, without the packages it imports; and which packages these are. */
const BUDGETS: Readonly<Record<string, { readonly bytes: number; readonly packages: readonly string[] }>> = {
  collect: { bytes: 84_000, packages: ["@cfworker/json-schema", "zod"] },
  formats: { bytes: 40_000, packages: ["zod"] },
  trees: { bytes: 80_000, packages: ["zod"] },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-entries-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(Object.entries(BUDGETS))("prompt-oirl/%s stays small", async (name, budget) => {
  await build({
    ...{ config: false, cwd: PROJECT_ROOT, logLevel: "error" },
    ...{ entry: { [name]: ENTRIES[name]! }, outDir: join(folder, name) },
    ...{ format: "esm", platform: "node", target: "node20", dts: false, minify: true },
  });
  const code = await readFile(join(folder, name, `${name}.mjs`), "utf8");
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(budget.bytes);
  // What is imported when it is loaded; what `import()` brings is paid for by those who need it.
  const imports = [...code.matchAll(/(?:^|[;}])import(?:[\w*{][^"';]*?from)?"([^"]+)"/gu)].map(
    (match) => match[1]!,
  );
  expect(imports).toContain("zod");
  expect([...new Set(imports)].filter((name) => !name.startsWith("node:")).sort()).toEqual(budget.packages);
});

test("every entry point but the main one and the command line has a budget", () => {
  const entries = Object.keys(ENTRIES).filter((name) => name !== "index" && name !== "cli");
  expect(entries.sort()).toEqual(Object.keys(BUDGETS));
});
