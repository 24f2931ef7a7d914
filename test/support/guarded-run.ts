import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { hashRun, importTable, openRunDirectory, readRewardLog } from "../../src/data/index.ts";
import { type ErrorCode, PromptOirlError } from "../../src/errors.ts";

/** A good run in a folder of its own, which hostile imports try to replace. */
export interface GuardedRun {
  readonly folder: string;
  /** The run directory. */
  readonly run: string;
  /** A small table that imports without complaint. */
  readonly goodFile: string;
  /**
   * Waits for `work` to fail with an error of ours, and checks that the run is as it was and nothing half-made lies
   * beside it.
   */
  expectRefused(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void>;
  remove(): Promise<void>;
}

/** Makes such a run. */
export async function makeGuardedRun(): Promise<GuardedRun> {
  const folder = await mkdtemp(join(tmpdir(), "oirl-guarded-"));
  const run = join(folder, "run");
  const goodFile = join(folder, "good.csv");
  await writeFile(goodFile, "question,prompt,reward\n1 + 1?,plain,1\n1 + 1?,steps,0\n");
  await importTable({ file: goodFile, out: run });
  const goodHash = await hashRun(await openRunDirectory(run));
  return {
    folder,
    run,
    goodFile,
    async expectRefused(work, code, message) {
      let thrown: unknown;
      try {
        await work;
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(PromptOirlError);
      expect((thrown as PromptOirlError).message).toMatch(message);
      expect((thrown as PromptOirlError).code).toBe(code);
      const opened = await openRunDirectory(run);
      expect(await hashRun(opened)).toBe(goodHash);
      expect((await readRewardLog(opened)).length).toBe(2);
      expect((await readdir(folder)).filter((name) => name.includes(".oirl-"))).toEqual([]);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
