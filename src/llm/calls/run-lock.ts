import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { toIoError } from "../../data/index.ts";
import { ExistsError } from "../../errors.ts";

/** Time in which somebody who took a lock by mistake puts it back. */
const SETTLING_MS = 30;
const ATTEMPTS = 20;

/** Who holds a lock. */
interface LockHolder {
  readonly pid: number;
  /** When that process started, in the operating system's own words; tells it from a later one of the same number. */
  readonly startTime: string;
  readonly host: string;
  readonly token: string;
}

/**
 * Takes the lock `path`, so that no two processes work on one run. A lock whose process is gone is taken over.
 * @returns what gives it back
 * @throws ExistsError naming the process that holds it
 */
export async function takeRunLock(path: string): Promise<() => Promise<void>> {
  const holder: LockHolder = {
    pid: process.pid,
    startTime: (await readProcess(process.pid)).startTime ?? "unknown",
    host: hostname(),
    token: randomBytes(12).toString("hex"),
  };
  const own = `${path}-${holder.token}`;
  try {
    await writeFile(own, JSON.stringify(holder), { flag: "wx" });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // A link is there at once and with all its content, or not at all.
      if (await linked(own, path)) {
        await delay(SETTLING_MS);
        if ((await readHolder(path))?.token === holder.token) return () => release(path, holder.token);
        continue;
      }
      const found = await readHolder(path);
      if (found === null) continue;
      if (found === undefined || (await isHeld(found))) throw describeHolder(path, found);
      await removeStale(path, found.token, own);
    }
    throw describeHolder(path, undefined);
  } catch (error) {
    throw toIoError(error, path, "write");
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Null where there is no lock, undefined where it cannot be understood. */
async function readHolder(path: string): Promise<LockHolder | null | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const value = JSON.parse(text) as Partial<LockHolder>;
    const { pid, startTime, host, token } = value;
    return Number.isSafeInteger(pid) &&
      pid! > 0 &&
      [startTime, host, token].every((part) => typeof part === "string")
      ? (value as LockHolder)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Two may find the same stale lock: only who moves that very one away has removed it; another's is put back. */
async function removeStale(path: string, token: string, own: string): Promise<void> {
  const aside = `${own}-stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readHolder(aside))?.token !== token) await linked(aside, path);
  await rm(aside, { force: true });
}

async function release(path: string, token: string): Promise<void> {
  if ((await readHolder(path).catch(() => null))?.token === token) await rm(path, { force: true });
}

/** Whether the holder may still be at work; on another machine nobody can tell, so it is. */
async function isHeld(holder: LockHolder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const { startTime, hasEnded } = await readProcess(holder.pid);
  if (hasEnded) return false;
  return startTime === undefined || holder.startTime === "unknown" || startTime === holder.startTime;
}

function describeHolder(path: string, holder: LockHolder | undefined): ExistsError {
  const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new ExistsError(
    `${who} is at work on this run. Wait for it, or choose another folder. If it is certainly gone, delete ${path}.`,
    holder === undefined ? { path } : { path, pid: holder.pid, host: holder.host },
  );
}

/**
 * When a process started, undefined where the system does not say, or the process is gone; and whether it has ended
 * though its number is still taken: a killed process keeps it until its parent asks, which the first process of many
 * containers never does.
 */
async function readProcess(
  pid: number,
): Promise<{ readonly startTime: string | undefined; readonly hasEnded: boolean }> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // The name in brackets may hold anything; behind it stand the state (3rd field), the number of threads (20th) and
    // the start in clock ticks since boot (22nd). Another thread may still be writing where the first has ended.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { startTime: fields[19], hasEnded: fields[0] === "Z" && Number(fields[17]) <= 1 };
  }
  if (process.platform === "win32") return { startTime: undefined, hasEnded: false };
  const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return { startTime: stdout.trim() || undefined, hasEnded: false };
}
