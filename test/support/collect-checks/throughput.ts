import { spawn } from "node:child_process";
import { join } from "node:path";
import { PRESETS } from "../../../src/llm/index.ts";
import { additions, collectFrom, somePrompts } from "../collect-fixture.ts";
import { collectGarbage } from "../collect-garbage.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { type CheckReport, Violations } from "./check.ts";

const CONCURRENCY = 32;
const DELAY_MS = 50;
const PROMPTS = 4;
/** Calls a second that the endpoint's delay allows. */
const POSSIBLE = (CONCURRENCY * 1000) / DELAY_MS;
const MIN_SHARE = 0.85;
const MAX_GROWTH_MB = 6;

/** How fast some calls were, and the processor time of this process they took. */
interface Speed {
  readonly perSecond: number;
  readonly processorMs: number;
}

/**
 * Collects from an endpoint that takes 50 ms for an answer, beside a loop of bare `fetch`es in the same run.
 * @param size.holdsRate whether a rate below 85 % of what is possible counts as a broken promise; only on a quiet machine
 */
export async function checkThroughput(size: {
  readonly calls: number;
  readonly folder: string;
  readonly holdsRate: boolean;
}): Promise<CheckReport> {
  const questions = Math.ceil(size.calls / PROMPTS);
  const calls = questions * PROMPTS;
  const violations = new Violations();
  const endpoint = await startSlowEndpoint();
  try {
    const bareCalls = Math.min(5000, calls);
    const before = await measure(bareCalls, () => fetchOnly(endpoint.baseUrl, bareCalls));
    const memory: number[] = [];
    const marks = [0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.floor(share * (calls - CONCURRENCY)));
    let answered = 0;
    const own = await measure(calls, async () => {
      const summary = await collectFrom(endpoint.baseUrl, join(size.folder, "throughput"), {
        queries: additions(questions),
        prompts: somePrompts(PROMPTS),
        settings: PRESETS.plain,
        concurrency: CONCURRENCY,
        onProgress: (_stage, done) => {
          if (marks.includes(done)) memory.push(usedMemoryMb());
        },
      });
      answered = summary.calls.answered;
      violations.require(summary.calls.attempts === calls, `${summary.calls.attempts} attempts`);
    });
    const after = await measure(bareCalls, () => fetchOnly(endpoint.baseUrl, bareCalls));
    violations.require(answered === calls, `${answered} of ${calls} answered`);
    const bare = Math.max(before.perSecond, after.perSecond);
    const growth = memory.at(-1)! - memory[0]!;
    violations.require(memory.length === marks.length, `memory measured ${memory.length} times`);
    violations.require(
      growth <= MAX_GROWTH_MB,
      `memory grew from ${memory.map((megabytes) => megabytes.toFixed(1)).join(" to ")} MB`,
    );
    if (size.holdsRate)
      violations.require(
        own.perSecond >= MIN_SHARE * POSSIBLE,
        `${own.perSecond.toFixed(0)} calls a second of ${POSSIBLE} possible ones; bare fetch ${bare.toFixed(0)}`,
      );
    const share = (own.perSecond / POSSIBLE) * 100;
    return {
      name: "throughput",
      done: `${calls} calls, ${CONCURRENCY} at once, to an endpoint on this machine that takes ${DELAY_MS} ms`,
      found: `${own.perSecond.toFixed(0)} calls a second, ${share.toFixed(0)} % of the possible (bare fetch ${bare.toFixed(0)}); ${own.processorMs.toFixed(2)} ms of processor a call (bare fetch ${Math.min(before.processorMs, after.processorMs).toFixed(2)}); memory ${memory[0]!.toFixed(0)} MB after a fifth, ${memory.at(-1)!.toFixed(0)} MB at the end`,
      figures: {
        calls,
        perSecond: own.perSecond,
        possiblePerSecond: POSSIBLE,
        bareFetchPerSecond: bare,
        processorMsPerCall: own.processorMs,
        bareFetchProcessorMsPerCall: Math.min(before.processorMs, after.processorMs),
        memoryMbAfterFifth: memory[0]!,
        memoryMbAtEnd: memory.at(-1)!,
      },
      violations: violations.list,
    };
  } finally {
    endpoint.close();
  }
}

async function startSlowEndpoint(): Promise<{ readonly baseUrl: string; close(): void }> {
  const script = join(PROJECT_ROOT, "test/support/collect-checks/slow-chat-endpoint.mjs");
  const child = spawn(process.execPath, [script, String(DELAY_MS)], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", (data) => resolve(String(data).trim()));
  });
  return { baseUrl: `http://127.0.0.1:${port}/v1`, close: () => child.kill() };
}

async function measure(calls: number, work: () => Promise<void>): Promise<Speed> {
  const processor = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(processor);
  return { perSecond: calls / seconds, processorMs: (user + system) / 1000 / calls };
}

/** The least that calling an endpoint takes. */
async function fetchOnly(baseUrl: string, calls: number): Promise<void> {
  const body = JSON.stringify({
    model: "scripted",
    messages: [{ role: "user", content: "How much is 3 + 4?" }],
  });
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${baseUrl}/chat/completions`, { method: "POST", headers, body });
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** Memory in use after a collection of garbage, of JavaScript and buffers, in megabytes. */
function usedMemoryMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
