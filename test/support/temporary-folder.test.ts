import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plantedRun } from "./planted-run.ts";
import { removeTemporaryFolders, temporaryFolder } from "./temporary-folder.ts";

test("folders differ, and go with all that is in them, planted runs too", async () => {
  const folders = [await temporaryFolder(), await temporaryFolder(), await plantedRun({ questions: 2 })];
  expect(new Set(folders).size).toBe(3);
  await mkdir(join(folders[0]!, "inside"));
  await writeFile(join(folders[0]!, "inside/file"), "kept until the end");
  await access(folders[2]!);
  await removeTemporaryFolders();
  for (const folder of folders) await expect(access(folder)).rejects.toThrow("ENOENT");
});
