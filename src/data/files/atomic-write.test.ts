import * as fileSystem from "node:fs/promises";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IoError } from "../../errors.ts";
import { writeFileAtomic } from "./atomic-write.ts";

vi.mock("node:fs/promises", { spy: true });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-atomic-"));
  await writeFile(join(folder, "result.json"), "old");
});
afterEach(async () => {
  vi.resetAllMocks();
  await rm(folder, { recursive: true, force: true });
});

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

test("replaces the old content and leaves nothing beside it", async () => {
  await writeFileAtomic(join(folder, "result.json"), "new");
  expect(await readFile(join(folder, "result.json"), "utf8")).toBe("new");
  expect(await readdir(folder)).toEqual(["result.json"]);
});

test.each([
  ["ENOSPC", /result\.json: the disk is full; free some space/],
  ["EROFS", /read-only; choose another folder/],
  ["EACCES", /permission was denied; check the owner/],
])("%s while writing keeps the old content, names the path and what to do", async (code, message) => {
  vi.mocked(fileSystem.open).mockImplementationOnce(async (path, flags) => {
    // The real file is made and half written before the disk "fills up".
    const actual = await vi.importActual<typeof fileSystem>("node:fs/promises");
    const handle = await actual.open(path, flags);
    handle.writeFile = async () => {
      await handle.write("ne");
      throw systemError(code);
    };
    return handle;
  });
  const failure = writeFileAtomic(join(folder, "result.json"), "new");
  await expect(failure).rejects.toThrow(IoError);
  await expect(failure).rejects.toThrow(message);
  expect(await readFile(join(folder, "result.json"), "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["result.json"]);
});

test("a failing rename keeps the old content", async () => {
  vi.mocked(fileSystem.rename).mockRejectedValueOnce(systemError("EROFS"));
  await expect(writeFileAtomic(join(folder, "result.json"), "new")).rejects.toThrow(IoError);
  expect(await readFile(join(folder, "result.json"), "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["result.json"]);
});

test("a path below a file and a missing folder are IoErrors", async () => {
  await expect(writeFileAtomic(join(folder, "result.json", "x"), "new")).rejects.toThrow(
    /is a file, not a folder/,
  );
  await expect(writeFileAtomic(join(folder, "none", "x"), "new")).rejects.toThrow(IoError);
});
