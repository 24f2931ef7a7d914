import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { UsageError } from "../../errors.ts";
import { locateRelease, missingFiles } from "./release-files.ts";

async function touch(directory: string, ...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), "");
  }
}

describe("the parts of the release", () => {
  test("are found in the folder under their usual names, or when the folder is the clone", async () => {
    const data = await temporaryFolder();
    await expect(locateRelease(data)).rejects.toThrow(UsageError);
    await expect(locateRelease(data)).rejects.toThrow(/holds no clone of holarissun\/Prompt-OIRL/);
    await touch(data, "Prompt-OIRL/llama_exps/x");
    expect(await locateRelease(data)).toEqual({ release: join(data, "Prompt-OIRL"), texts: data });
    const clone = join(data, "Prompt-OIRL");
    expect(await locateRelease(clone)).toEqual({ release: clone, texts: clone });
  });

  test("that are missing are named as the release names them; text logs serve where arrays are absent", async () => {
    const release = await temporaryFolder();
    const none = await missingFiles(release, "svamp");
    expect(none.training).toHaveLength(12);
    expect(none.training).toContain("llama_exps/LMllama2/svamp_train_CoT.npy");
    expect(none.other).toHaveLength(10 + 32);
    await touch(
      release,
      "llama_exps/LMllama2/svamp_train_CoT.npy",
      "LMllama2/svamp_test_CoT.npy",
      "llama_exps/llama2_chat_logs/svamp/llama_svamp_corr_nan.txt",
      "llama_exps/llama2_chat_logs/gsm8k/llama_gsm8k_corr_nan.txt",
      "critics/Processed_llama_svamp_prompt_15_critic.npy",
    );
    const some = await missingFiles(release, "svamp");
    expect(some.training).toHaveLength(8);
    expect(some.training.join()).not.toMatch(/CoT|nan/);
    expect(some.other).toHaveLength(10 + 31);
    // gsm8k keeps the test rows' text log apart.
    expect((await missingFiles(release, "gsm8k")).training).toContain(
      "llama_exps/LMllama2/gsm8k_test_nan.npy",
    );
    expect((await missingFiles(release, "gsm8k")).training).not.toContain(
      "llama_exps/LMllama2/gsm8k_train_nan.npy",
    );
  });
});
