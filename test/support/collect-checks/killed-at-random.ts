import { existsSync } from "node:fs";
import { join } from "node:path";
import { openRunDirectory, readRewardLog } from "../../../src/data/index.ts";
import { seededRandom } from "../../../src/util/index.ts";
import { type ProcessOutcome, startCli } from "../built-cli.ts";
import { additions, readWholeLines, somePrompts, writeInputs } from "../collect-fixture.ts";
import { startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, pause, Violations } from "./check.ts";

const CONCURRENCY = 32;
const PROMPTS = 4;
/** Calls for each kill, so that there is always something left to interrupt. */
const CALLS_PER_KILL = 50;

/** What stands on disk after a kill, whole lines only; calls by name. */
interface OnDisk {
  readonly sent: ReadonlySet<string>;
  readonly answered: ReadonlySet<string>;
  readonly lines: readonly string[];
}

/**
 * Kills the shipped command with SIGKILL at random moments, counts at the endpoint what was asked, and compares it with
 * what stands on disk and with what the next session lists.
 */
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
  const questions = Math.ceil((kills * CALLS_PER_KILL) / PROMPTS);
  const run = join(folder, "killed");
  try {
    const commandLine = [
      ...["collect", run, "--base-url", endpoint.baseUrl, "--model", "scripted"],
      ...(await writeInputs(folder, "killed", additions(questions), somePrompts(PROMPTS))),
      ...["--concurrency", String(CONCURRENCY), "--json"],
    ];
    const everSent = new Set<string>();
    let before: OnDisk = { sent: new Set(), answered: new Set(), lines: [] };
    let open = new Set<string>();
    let interrupted = 0;
    let listedInAll = 0;
    let session = 0;

    /** Compares what one session did with what it found and what it left. */
    const inspect = async (from: number, outcome: ProcessOutcome): Promise<void> => {
      const where = `session ${session++}`;
      const sent = endpoint.requests.slice(from).map(({ messages }) => callOf(messages.at(-1)!.content));
      const listed = listedCalls(outcome.stderr);
      listedInAll += listed.size;
      const after = await onDisk(run);
      const lines = new Set(after.lines);
      violations.require(new Set(sent).size === sent.length, `${where}: a call was sent twice`);
      violations.require(listed.size <= CONCURRENCY, `${where}: ${listed.size} calls of unknown outcome`);
      violations.require(lines.size === after.lines.length, `${where}: a line stands twice in the log`);
      for (const call of sent) {
        violations.require(!before.answered.has(call), `${where}: the completed call ${call} was repeated`);
        violations.require(after.sent.has(call), `${where}: ${call} was sent without its intent on disk`);
        if (everSent.has(call))
          violations.require(listed.has(call), `${where}: ${call} was sent again without being listed`);
        everSent.add(call);
      }
      if (sent.length > 0)
        for (const call of open) violations.require(listed.has(call), `${where}: ${call} is not listed`);
      for (const call of before.answered)
        violations.require(after.answered.has(call), `${where}: the answer of ${call} was lost`);
      for (const call of before.lines)
        violations.require(lines.has(call), `${where}: the line of ${call} was lost`);
      for (const call of lines)
        violations.require(after.answered.has(call), `${where}: ${call} has a line and no answer`);
      open = new Set([...after.sent].filter((call) => !after.answered.has(call)));
      violations.require(open.size <= CONCURRENCY, `${where}: ${open.size} calls are open`);
      if (open.size > 0) interrupted++;
      if (existsSync(join(run, "run.json"))) await readRewardLog(await openRunDirectory(run));
      before = after;
    };

    for (let kill = 0; kill < kills; kill++) {
      const from = endpoint.requests.length;
      const { process: child, outcome } = await startCli(commandLine);
      const target = from + random.nextInteger(90);
      const pauseMs = random.nextInteger(20);
      while (child.exitCode === null && endpoint.requests.length < target) await pause(1);
      await pause(pauseMs);
      child.kill("SIGKILL");
      const ended = await outcome;
      violations.require(ended.exitCode === null, `kill ${kill} came too late: ${ended.stderr}`);
      // What arrived before the process died may still be on its way in.
      await pause(30);
      await inspect(from, ended);
    }
    const from = endpoint.requests.length;
    const last = await (await startCli(commandLine)).outcome;
    await inspect(from, last);
    const calls = questions * PROMPTS;
    violations.require(last.exitCode === 0, `the last session ended with ${last.exitCode}: ${last.stderr}`);
    violations.require(before.lines.length === calls, `${before.lines.length} lines of ${calls}`);
    const log = await readRewardLog(await openRunDirectory(run));
    violations.require(log.length === calls && log.reward.every((reward) => reward === 1), "wrong rewards");
    // Kills that hit nothing would test nothing.
    violations.require(interrupted > kills / 2, `only ${interrupted} of ${kills} kills hit calls under way`);
    const repeated = endpoint.requests.length - calls;
    violations.require(repeated <= listedInAll, `${repeated} calls repeated, ${listedInAll} listed`);
    return {
      name: "killed",
      done: `kill -9 at ${kills} random moments, ${CONCURRENCY} calls at once, ${calls} calls counted at the endpoint`,
      found: `${interrupted} kills hit calls under way; no answer lost, no completed call repeated; ${listedInAll} unknown ones, all listed, sent again`,
      figures: { kills, interrupted, calls, requests: endpoint.requests.length, listed: listedInAll },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}

/** Name of a call from what was sent for it: `Way 3: How much is 5 + 5?`. */
function callOf(content: string): string {
  const [, prompt, query] = /^Way (\d+): How much is (\d+) /.exec(content)!;
  return `q-${query} / p-${prompt}`;
}

/** The calls of unknown outcome that a session lists when it starts. */
function listedCalls(stderr: string): Set<string> {
  return new Set([...stderr.matchAll(/^ {2}(q-\d+ \/ p-\d+) \/ repetition 0$/gm)].map(([, call]) => call!));
}

async function onDisk(run: string): Promise<OnDisk> {
  const journal = await readWholeLines(join(run, "collect", "journal.jsonl"));
  const ofType = (wanted: string): Set<string> =>
    new Set(journal.filter(({ type }) => type === wanted).map(({ query, prompt }) => `${query} / ${prompt}`));
  const interactions = await readWholeLines(join(run, "interactions.jsonl"));
  return {
    sent: ofType("sent"),
    answered: ofType("answered"),
    lines: interactions.map(({ queryId, promptId }) => `${queryId} / ${promptId}`),
  };
}
