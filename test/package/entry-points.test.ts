import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENTRIES } from "../../tsdown.config.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";

/** Bytes of an entry point, minified, without the packages it imports; and which packages these are. */
const BUDGETS: Readonly<Record<string, { readonly bytes: number; readonly packages: readonly string[] }>> = {
  "ai-sdk": { bytes: 4000, packages: [] },
  chooser: { bytes: 60_000, packages: ["zod"] },
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
  const { bytes, packages } = await staticImports(join(folder, name), `${name}.mjs`);
  expect(bytes).toBeLessThanOrEqual(budget.bytes);
  expect(packages).toEqual(budget.packages);
});

test("prompt-oirl/chooser needs nothing of Node: it loads in browsers and edge functions", async () => {
  const code = await readFile(join(folder, "chooser/chooser.mjs"), "utf8");
  expect(code.match(/"node:|[^y]Buffer\.|\bprocess\.|\brequire\(/gu)?.filter((found) => found)).toBe(
    undefined,
  );
});

/** What is loaded with a file, chunks it shares with others too; what `import()` brings is paid for by those who need it. */
async function staticImports(
  directory: string,
  entry: string,
): Promise<{ bytes: number; packages: string[] }> {
  const files = [entry];
  const packages = new Set<string>();
  let bytes = 0;
  for (const file of files) {
    const code = await readFile(join(directory, file), "utf8");
    bytes += Buffer.byteLength(code);
    for (const [, source] of code.matchAll(/(?:^|[;}])import(?:[\w*{][^"';]*?from)?"([^"]+)"/gu))
      if (source!.startsWith("./")) {
        if (!files.includes(source!.slice(2))) files.push(source!.slice(2));
      } else if (!source!.startsWith("node:")) packages.add(source!);
  }
  return { bytes, packages: [...packages].sort() };
}

test("every entry point but the main one and the command line has a budget", () => {
  const entries = Object.keys(ENTRIES).filter((name) => name !== "index" && name !== "cli");
  expect(entries.sort()).toEqual(Object.keys(BUDGETS));
});
