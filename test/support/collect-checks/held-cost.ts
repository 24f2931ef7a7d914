import { join } from "node:path";
import { PRESETS } from "../../../src/llm/index.ts";
import { type SeededRandom, seededRandom } from "../../../src/util/index.ts";
import { startCli } from "../built-cli.ts";
import { additions, collectFrom, somePrompts, writeInputs } from "../collect-fixture.ts";
import { failingDisk } from "../failing-line-file.ts";
import {
  type ChatScript,
  FAULTS,
  SCRIPTED_PRICE,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../scripted-chat-endpoint.ts";
import { type CheckReport, pause, Violations } from "./check.ts";

const CONCURRENCY = 64;
const MAX_TOKENS = 100;
const QUERIES = additions(40);
const PROMPTS = somePrompts(4);
/** One run in so many is the shipped command, killed with SIGKILL; the others have their disk fail. */
const KILLED_ONE_IN = 10;

/** What all runs did together. */
interface Tally {
  stopped: number;
  crashed: number;
  sessions: number;
  requests: number;
  closest: number;
  overspent: number;
  readonly violations: Violations;
}

/**
 * Random runs against a limit of costs: answers of any length up to the limit, faults that are billed, disks that fail,
 * processes that are killed. What the endpoint billed is compared with the limit after every session.
 */
export async function checkHeldCost(size: {
  readonly runs: number;
  readonly folder: string;
}): Promise<CheckReport> {
  const { runs, folder } = size;
  const violations = new Violations();
  const tally: Tally = {
    stopped: 0,
    crashed: 0,
    sessions: 0,
    requests: 0,
    closest: 0,
    overspent: 0,
    violations,
  };
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    const endpoint = await startScriptedChatEndpoint(randomScript(random));
    // One call costs about $0.00017, at most $0.0006: from a few calls to all of them.
    const maxCost = 0.0005 + random.next() ** 2 * 0.012;
    const run = join(folder, `limited-${seed}`);
    try {
      if (seed % KILLED_ONE_IN === KILLED_ONE_IN - 1)
        await killedRun(run, folder, endpoint, maxCost, random, tally);
      else await failingRun(run, endpoint, maxCost, random, tally);
      tally.requests += endpoint.requests.length;
    } finally {
      await endpoint.close();
    }
  }
  // Limits that never bite and crashes that never come would test nothing.
  const { stopped, crashed, sessions, requests, closest, overspent } = tally;
  violations.require(stopped > runs / 10, `only ${stopped} sessions were stopped by their limit`);
  violations.require(crashed > runs / 10, `only ${crashed} sessions crashed`);
  return {
    name: "held-cost",
    done: `${runs} random runs against a limit of costs, ${CONCURRENCY} calls at once, ${sessions} sessions, ${crashed} of them crashed`,
    found: `${overspent} runs overspent; ${stopped} sessions stopped by their limit, at most ${(100 * closest).toFixed(1)} % of it billed`,
    figures: { runs, sessions, crashed, stopped, requests, overspent, mostBilledShare: closest },
    violations: violations.list,
  };
}

function randomScript(random: SeededRandom): ChatScript {
  const billed = [
    FAULTS.truncate,
    FAULTS.garbage,
    FAULTS.empty,
    FAULTS.reset,
    FAULTS.status(500),
    FAULTS.status(504),
  ];
  const faults = [...billed, FAULTS.rateLimit("0"), FAULTS.status(503)];
  return {
    answer: () => ({
      text: "2",
      // Anything up to what a tokenizer and the limit of the answer can make of it.
      inputTokens: 20 + random.nextInteger(100),
      outputTokens: random.next() < 0.2 ? MAX_TOKENS : random.nextInteger(MAX_TOKENS + 1),
    }),
    fault: () => (random.next() < 0.15 ? faults[random.nextInteger(faults.length)] : undefined),
    bills: (fault) => billed.includes(fault),
    delayMs: () => random.nextInteger(8),
  };
}

/** Compares the bill with the limit, and with what the session says it spent. */
async function compare(
  run: string,
  endpoint: ScriptedChatEndpoint,
  maxCost: number,
  summary: { readonly ended: string; readonly cost?: number; readonly possibleCost?: number } | undefined,
  tally: Tally,
): Promise<void> {
  tally.sessions++;
  if (summary === undefined) tally.crashed++;
  else if (summary.ended === "max-cost") tally.stopped++;
  // Also what is still on its way is billed.
  await pause(15);
  const { billed } = endpoint;
  tally.closest = Math.max(tally.closest, billed / maxCost);
  if (billed > maxCost) tally.overspent++;
  tally.violations.require(billed <= maxCost, `${run}: billed ${billed}, limit ${maxCost}`);
  if (summary?.cost === undefined) return;
  const accounted = summary.cost + (summary.possibleCost ?? 0);
  tally.violations.require(accounted >= billed - 1e-9, `${run}: accounted ${accounted}, billed ${billed}`);
  tally.violations.require(accounted <= maxCost, `${run}: accounted ${accounted}, limit ${maxCost}`);
}

async function failingRun(
  run: string,
  endpoint: ScriptedChatEndpoint,
  maxCost: number,
  random: SeededRandom,
  tally: Tally,
): Promise<void> {
  const sessions = 1 + random.nextInteger(3);
  for (let session = 0; session < sessions; session++) {
    const isCrash = session < sessions - 1;
    const disk = failingDisk({
      at: isCrash ? random.nextInteger(40) : Number.POSITIVE_INFINITY,
      code: "EIO",
      tears: random.next() < 0.5,
    });
    const summary = await collectFrom(endpoint.baseUrl, run, {
      price: SCRIPTED_PRICE,
      settings: { ...PRESETS.plain, sampling: { maxTokens: MAX_TOKENS } },
      queries: QUERIES,
      prompts: PROMPTS,
      maxCost,
      concurrency: CONCURRENCY,
      failuresToStop: 1000,
      openLogFile: disk.open,
    }).catch(() => undefined);
    await compare(run, endpoint, maxCost, summary, tally);
  }
}

async function killedRun(
  run: string,
  folder: string,
  endpoint: ScriptedChatEndpoint,
  maxCost: number,
  random: SeededRandom,
  tally: Tally,
): Promise<void> {
  const commandLine = [
    ...["collect", run, "--base-url", endpoint.baseUrl, "--llm", "scripted", "--json"],
    ...(await writeInputs(folder, "limited", QUERIES, PROMPTS)),
    ...["--concurrency", String(CONCURRENCY)],
    ...["--max-tokens", String(MAX_TOKENS), "--price-input", "1", "--price-output", "2"],
    ...["--max-cost", String(maxCost), "--retries", "2"],
  ];
  for (let kill = 0; kill < 2; kill++) {
    const target = endpoint.requests.length + 1 + random.nextInteger(30);
    const { process: child, outcome } = await startCli(commandLine);
    while (child.exitCode === null && endpoint.requests.length < target) await pause(1);
    child.kill("SIGKILL");
    const { exitCode, stdout } = await outcome;
    await pause(30);
    await compare(run, endpoint, maxCost, exitCode === 0 ? JSON.parse(stdout) : undefined, tally);
  }
  const { exitCode, stdout } = await (await startCli(commandLine)).outcome;
  await compare(run, endpoint, maxCost, exitCode === 0 ? JSON.parse(stdout) : undefined, tally);
}
