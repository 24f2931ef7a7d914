import * as fileSystem from "node:fs/promises";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { importTable } from "../../src/data/index.ts";
import { type GuardedRun, makeGuardedRun } from "../support/guarded-run.ts";

vi.mock("node:fs/promises", { spy: true });

/** A good run, which every import below tries to replace on a file system that does not let it. */
let guarded: GuardedRun;
let folder: string;
let run: string;

beforeAll(async () => {
  guarded = await makeGuardedRun();
  ({ folder, run } = guarded);
});
afterAll(() => guarded.remove());
afterEach(() => {
  // Back to the real file system.
  vi.resetAllMocks();
});

describe("a file system that refuses", () => {
  const systemError = (code: string): NodeJS.ErrnoException =>
    Object.assign(new Error(`${code}: injected`), { code });

  test.each([
    [
      "interactions.jsonl",
      "ENOSPC",
      /interactions\.jsonl: the disk is full; free some space and try again \(ENOSPC\)/,
    ],
    ["queries.jsonl", "EDQUOT", /queries\.jsonl: the disk quota is used up/],
    ["interactions.jsonl", "EIO", /interactions\.jsonl: the device reported an error/],
  ])("%s: %s while writing", async (name, code, message) => {
    const { open: realOpen } = await vi.importActual<typeof fileSystem>("node:fs/promises");
    vi.mocked(fileSystem.open).mockImplementation(async (path, ...rest) => {
      const handle = await realOpen(path, ...rest);
      if (String(path).endsWith(name))
        handle.appendFile = async () => {
          throw systemError(code);
        };
      return handle;
    });
    await guarded.expectRefused(
      importTable({ file: guarded.goodFile, out: run, force: true }),
      "IO",
      message,
    );
  });

  test("a read-only file system, when the run's folder is made", async () => {
    const { mkdir: realMkdir } = await vi.importActual<typeof fileSystem>("node:fs/promises");
    vi.mocked(fileSystem.mkdir).mockImplementation(async (path, ...rest) => {
      if (String(path).includes(".oirl-tmp-")) throw systemError("EROFS");
      return realMkdir(path, ...(rest as [{ recursive: true }]));
    });
    const work = importTable({ file: guarded.goodFile, out: run, force: true });
    await guarded.expectRefused(
      work,
      "IO",
      /Cannot write .*run: the file system is read-only; choose another folder/,
    );
  });

  test("no permission, when the finished run is moved into place", async () => {
    vi.mocked(fileSystem.rename).mockRejectedValueOnce(systemError("EACCES"));
    const work = importTable({ file: guarded.goodFile, out: run, force: true });
    await guarded.expectRefused(work, "IO", /permission was denied; check the owner/);
  });

  test("the second of the two renames fails: the old run is put back", async () => {
    const { rename: realRename } = await vi.importActual<typeof fileSystem>("node:fs/promises");
    vi.mocked(fileSystem.rename).mockImplementation(async (from, to) => {
      if (String(from).includes(".oirl-tmp-") && String(to) === run) throw systemError("EPERM");
      return realRename(from, to);
    });
    const work = importTable({ file: guarded.goodFile, out: run, force: true });
    await guarded.expectRefused(work, "IO", /not permitted/);
  });

  test("a run below a file", async () => {
    const work = importTable({ file: guarded.goodFile, out: join(folder, "good.csv", "run") });
    await guarded.expectRefused(work, "IO", /a part of the path is a file, not a folder/);
  });

  test("a folder that is not a run, even with force", async () => {
    const thesis = join(folder, "thesis");
    await mkdir(thesis);
    await writeFile(join(thesis, "chapter.tex"), "years of work");
    const work = importTable({ file: guarded.goodFile, out: thesis, force: true });
    await guarded.expectRefused(work, "EXISTS", /is not a run directory.*left alone/);
    expect(await readdir(thesis)).toEqual(["chapter.tex"]);
  });
});
