import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ExistsError } from "../../errors.ts";
import { takeRunLock } from "./run-lock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-lock-"));
  path = join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Number of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid!;
}

/** A process that has ended, but whose parent never asks how, so that its number stays taken. */
async function zombie(): Promise<{ readonly pid: number; readonly end: () => Promise<void> }> {
  const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const gone = new Promise((resolve) => parent.once("exit", resolve));
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once("data", (data) => resolve(String(data)))),
  );
  await vi.waitFor(async () => expect(await readFile(`/proc/${pid}/stat`, "utf8")).toContain(") Z "), 5000);
  return {
    pid,
    end: async () => {
      parent.kill("SIGKILL");
      await gone;
    },
  };
}

const holder = (values: object): string =>
  JSON.stringify({ pid: 1, startTime: "unknown", host: hostname(), token: "t", ...values });

test("a lock is held by one, and given back", async () => {
  const release = await takeRunLock(path);
  await expect(takeRunLock(path)).rejects.toBeInstanceOf(ExistsError);
  await release();
  expect(await readdir(folder)).toEqual([]);
  await (await takeRunLock(path))();
});

test("of many who ask at once, one gets it", async () => {
  const asked = await Promise.allSettled(Array.from({ length: 8 }, () => takeRunLock(path)));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["lock"]);
});

test("the lock of a process that is gone is taken over, by one of many", async () => {
  await writeFile(path, holder({ pid: await deadProcess() }));
  const asked = await Promise.allSettled(Array.from({ length: 8 }, () => takeRunLock(path)));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["lock"]);
  expect(JSON.parse(await readFile(path, "utf8")).pid).toBe(process.pid);
});

test.runIf(process.platform === "linux")(
  "the lock of a killed process is taken over, also where nobody clears its number away",
  async () => {
    const killed = await zombie();
    try {
      await writeFile(path, holder({ pid: killed.pid }));
      await (await takeRunLock(path))();
    } finally {
      await killed.end();
    }
  },
);

test("a living process with the number of a dead one is told from it by its start", async () => {
  const release = await takeRunLock(path);
  const own = JSON.parse(await readFile(path, "utf8"));
  await release();
  await writeFile(path, JSON.stringify({ ...own, token: "other" }));
  await expect(takeRunLock(path)).rejects.toThrow(new RegExp(`process ${process.pid} on`));
  if (own.startTime === "unknown") return;
  await writeFile(path, JSON.stringify({ ...own, token: "other", startTime: "1" }));
  await (await takeRunLock(path))();
});

test.each([
  [
    "another machine's",
    holder({ host: "elsewhere.example", pid: 999_999_999 }),
    /on elsewhere\.example is at work on this run/,
  ],
  ["an unreadable", "garbage", /another process is at work on this run.*delete .*lock/],
])("%s lock is respected, and what to do is said", async (_what, content, message) => {
  await writeFile(path, content);
  await expect(takeRunLock(path)).rejects.toThrow(message);
  expect(await readFile(path, "utf8")).toBe(content);
});
