import { join } from "node:path";
import { openRunDirectory, readRewardLog } from "../../../src/data/index.ts";
import { seededRandom } from "../../../src/util/index.ts";
import { additions, indexContents, somePrompts, writeInputs } from "../collect-fixture.ts";
import { startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";
import { KilledRun } from "./killed-run.ts";

const CONCURRENCY = 32;
const PROMPTS = 4;
/** Calls for each kill, so that there is always something left to interrupt. */
const CALLS_PER_KILL = 50;

/** Kills one long uniform collection at random moments. */
export async function checkKilledAtRandom(size: {
  readonly kills: number;
  readonly folder: string;
  readonly seed?: number;
}): Promise<CheckReport> {
  const { kills, folder, seed = 11 } = size;
  const random = seededRandom(seed);
  const delays = seededRandom(seed + 1);
  const endpoint = await startScriptedChatEndpoint({ delayMs: () => 5 + delays.nextInteger(40) });
  const violations = new Violations();
  const queries = additions(Math.ceil((kills * CALLS_PER_KILL) / PROMPTS));
  const prompts = somePrompts(PROMPTS);
  const run = join(folder, "killed");
  const findContent = indexContents(queries, prompts);
  const killed = new KilledRun({ run, endpoint, concurrency: CONCURRENCY, findContent, violations });
  try {
    const commandLine = [
      ...["collect", run, "--base-url", endpoint.baseUrl, "--llm", "scripted"],
      ...(await writeInputs(folder, "killed", queries, prompts)),
      ...["--concurrency", String(CONCURRENCY), "--json"],
    ];
    for (let kill = 0; kill < kills; kill++) {
      const target = endpoint.requests.length + random.nextInteger(90);
      const pauseMs = random.nextInteger(20);
      const ended = await killed.kill(commandLine, () => endpoint.requests.length >= target, pauseMs);
      violations.require(ended.exitCode === null, `kill ${kill} came too late: ${ended.stderr}`);
    }
    const last = await killed.finish(commandLine);
    const calls = queries.length * PROMPTS;
    violations.require(last.exitCode === 0, `the last session ended with ${last.exitCode}: ${last.stderr}`);
    violations.require(killed.lines === calls, `${killed.lines} lines of ${calls}`);
    const log = await readRewardLog(await openRunDirectory(run));
    violations.require(log.length === calls && log.reward.every((reward) => reward === 1), "wrong rewards");
    const { interrupted, listed } = killed;
    // Kills that hit nothing would test nothing.
    violations.require(interrupted > kills / 2, `only ${interrupted} of ${kills} kills hit calls under way`);
    const repeated = endpoint.requests.length - calls;
    violations.require(repeated <= listed, `${repeated} calls repeated, ${listed} listed`);
    return {
      name: "killed",
      done: `kill -9 at ${kills} random moments, ${CONCURRENCY} calls at once, ${calls} calls counted at the endpoint`,
      found: `${interrupted} kills hit calls under way; no answer lost, no completed call repeated; ${listed} unknown ones, all listed, sent again`,
      figures: { kills, interrupted, calls, requests: endpoint.requests.length, listed },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}
