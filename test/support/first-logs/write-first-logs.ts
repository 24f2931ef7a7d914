// Writes test/fixtures/first-logs anew, but for what is expected of each:
// node scripts/run-typescript.mjs test/support/first-logs/write-first-logs.ts
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFirstLogs } from "./make-first-logs.ts";

for (const [name, files] of Object.entries(makeFirstLogs()))
  for (const [path, text] of Object.entries(files)) {
    const file = join("test/fixtures/first-logs", name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
