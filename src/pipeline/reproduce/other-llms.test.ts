import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pickledResults } from "../../../test/support/pickled-results.ts";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { writeNpy } from "../../data/index.ts";
import { readOtherLlms } from "./other-llms.ts";

async function clone(): Promise<string> {
  const release = await temporaryFolder();
  await mkdir(join(release, "active_results"));
  return release;
}

test("a clone without the folder has none", async () => {
  expect(await readOtherLlms(await temporaryFolder())).toEqual([]);
});

test("means by number of training prompts, the LLM told by the file's name", async () => {
  const release = await clone();
  const folder = join(release, "active_results");
  await writeFile(join(folder, "ALL_gsm8k_10_tiger.npy"), pickledResults(3));
  await writeFile(join(folder, "ALL_svamp_10.npy"), pickledResults(4));
  await writeFile(join(folder, "case_study_llama.txt"), "not a result");
  const files = await readOtherLlms(release);
  expect(files.map(({ file, llm, problem }) => [file, llm, problem])).toEqual([
    ["active_results/ALL_gsm8k_10_tiger.npy", "TigerBot", null],
    ["active_results/ALL_svamp_10.npy", "GPT-3.5", null],
  ]);
  for (const { sizes, task } of files) {
    // 20 rows are no test part of the release.
    expect(task).toBeNull();
    expect(sizes.map(({ size, models }) => [size, models])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    const values = new Map(sizes[1]!.values.map(({ name, value }) => [name, value]));
    // Every third of 20 rows from the first on: 7.
    expect(values.get("in_dom_prompt_test_q")).toBeCloseTo(7 / 20, 12);
    expect(values.get("active_combined")).toBeCloseTo(13 / 20, 12);
    // The best of the training prompts, not their mean.
    expect(values.get("train_gold")).toBeCloseTo(0.4, 12);
    expect([...values.keys()]).not.toContain("acc");
    expect(sizes[0]!.values.find(({ name }) => name === "train_gold")!.value).toBeCloseTo(0.25, 12);
  }
});

test("files that are something else say what, and do not stop the others", async () => {
  const release = await clone();
  const folder = join(release, "active_results");
  await writeFile(
    join(folder, "ALL_gsm8k_10.npy"),
    "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
  );
  await writeNpy(join(folder, "ALL_gsm8k_10_llama.npy"), Float64Array.of(1, 2), [2]);
  await writeFile(join(folder, "ALL_gsm8k_10_tiger.npy"), pickledResults(3).subarray(0, 600));
  await writeFile(join(folder, "gsm8k_10.npy"), pickledResults(3));
  const files = await readOtherLlms(release);
  expect(files.map(({ problem }) => problem)).toEqual([
    expect.stringContaining("pointer of Git LFS"),
    expect.stringContaining("holds plain numbers"),
    expect.stringContaining("it ends early"),
    null,
  ]);
});
