import { existsSync } from "node:fs";
import { join } from "node:path";
import { openRunDirectory, readRewardLog } from "../../../src/data/index.ts";
import { type ProcessOutcome, startCli } from "../built-cli.ts";
import { readWholeLines } from "../collect-fixture.ts";
import type { ScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { pause, type Violations } from "./check.ts";

/** What stands on disk after a session, whole lines only. Calls go by name: `q-3 / p-1 / repetition 0`. */
interface OnDisk {
  /** Calls in order of sending, again and again where they were sent again. */
  readonly sent: readonly string[];
  readonly answers: ReadonlyMap<string, string>;
  /** The lines of the log, as they stand there. */
  readonly lines: ReadonlyMap<string, string>;
  /** Sent, and not answered. */
  readonly open: ReadonlySet<string>;
}

/** A run that is killed again and again, and what it is held to. */
export interface KilledRunSetting {
  readonly run: string;
  /** Serves this run alone. */
  readonly endpoint: ScriptedChatEndpoint;
  readonly concurrency: number;
  /** What is sent for a question and a prompt. */
  readonly findContent: (queryId: string, promptId: string) => string;
  readonly violations: Violations;
}

/**
 * Kills the shipped command with SIGKILL, counts at the endpoint what was asked, and compares it with what stands on disk
 * and with what the next session lists.
 */
export class KilledRun {
  /** Kills that left calls without an answer. */
  interrupted = 0;
  /** Calls of unknown outcome that sessions listed, all together. */
  listed = 0;
  private sessions = 0;
  private before: OnDisk = { sent: [], answers: new Map(), lines: new Map(), open: new Set() };

  constructor(private readonly setting: KilledRunSetting) {}

  /** Lines of the log. */
  get lines(): number {
    return this.before.lines.size;
  }

  /**
   * Starts the command and kills it; it may end before by itself.
   * @param isTime asked every millisecond
   * @param pauseMs from then to the kill
   */
  async kill(
    commandLine: readonly string[],
    isTime: () => boolean,
    pauseMs: number,
  ): Promise<ProcessOutcome> {
    const from = this.setting.endpoint.requests.length;
    const { process: child, outcome } = await startCli(commandLine);
    while (child.exitCode === null && !isTime()) await pause(1);
    await pause(pauseMs);
    child.kill("SIGKILL");
    const ended = await outcome;
    // What arrived before the process died may still be on its way in.
    await pause(30);
    await this.inspect(from, ended);
    if (ended.exitCode === null && this.before.open.size > 0) this.interrupted++;
    return ended;
  }

  /** Leaves the command alone until it ends. */
  async finish(commandLine: readonly string[]): Promise<ProcessOutcome> {
    const from = this.setting.endpoint.requests.length;
    const ended = await (await startCli(commandLine)).outcome;
    await this.inspect(from, ended);
    return ended;
  }

  /** Compares what one session did with what it found and what it left. */
  private async inspect(from: number, { stderr }: ProcessOutcome): Promise<void> {
    const { run, endpoint, concurrency, violations } = this.setting;
    const where = `session ${this.sessions++} of ${run}`;
    const { before } = this;
    const after = await this.onDisk(where);
    const listed = listedCalls(stderr);
    this.listed += listed.size;
    violations.require(listed.size <= concurrency, `${where}: ${listed.size} calls of unknown outcome`);

    const sent = after.sent.slice(before.sent.length);
    const sentBefore = new Set(before.sent);
    violations.require(new Set(sent).size === sent.length, `${where}: a call was sent twice`);
    for (const call of sent) {
      violations.require(!before.answers.has(call), `${where}: the completed call ${call} was repeated`);
      if (sentBefore.has(call))
        violations.require(listed.has(call), `${where}: ${call} was sent again without being listed`);
    }
    // Repetitions look alike at the endpoint, so they are counted together.
    const intents = tally(sent.map((call) => this.contentOfCall(call)));
    const arrived = tally(endpoint.requests.slice(from).map(({ messages }) => messages.at(-1)!.content));
    for (const [content, count] of arrived) {
      const wanted = intents.get(content) ?? 0;
      violations.require(
        count <= wanted,
        `${where}: "${content}" arrived ${count} times, ${wanted} intents on disk`,
      );
    }
    if (arrived.size > 0)
      for (const call of before.open) violations.require(listed.has(call), `${where}: ${call} is not listed`);

    for (const [call, answer] of before.answers)
      violations.require(after.answers.get(call) === answer, `${where}: the answer of ${call} was lost`);
    for (const [call, line] of before.lines)
      violations.require(after.lines.get(call) === line, `${where}: the line of ${call} was lost`);
    for (const [call, line] of after.lines)
      violations.require(
        JSON.parse(line).answer === after.answers.get(call),
        `${where}: the line of ${call} has another answer than the journal`,
      );
    violations.require(after.open.size <= concurrency, `${where}: ${after.open.size} calls are open`);
    if (existsSync(join(run, "run.json"))) await readRewardLog(await openRunDirectory(run));
    this.before = after;
  }

  private async onDisk(where: string): Promise<OnDisk> {
    const { run, violations } = this.setting;
    const journal = await readWholeLines(join(run, "collect", "journal.jsonl"));
    const sent: string[] = [];
    const answers = new Map<string, string>();
    for (const { type, query, prompt, repetition, answer } of journal) {
      const call = `${query} / ${prompt} / repetition ${repetition}`;
      if (type === "sent") sent.push(call);
      if (type !== "answered") continue;
      violations.require(!answers.has(call), `${where}: ${call} was answered twice`);
      answers.set(call, answer!);
    }
    const lines = new Map<string, string>();
    for (const line of await readWholeLines(join(run, "interactions.jsonl"))) {
      const call = `${line.queryId} / ${line.promptId} / repetition ${line.repetition}`;
      violations.require(!lines.has(call), `${where}: the line of ${call} stands twice in the log`);
      lines.set(call, JSON.stringify(line));
    }
    return { sent, answers, lines, open: new Set(sent.filter((call) => !answers.has(call))) };
  }

  private contentOfCall(call: string): string {
    const [queryId, promptId] = call.split(" / ");
    return this.setting.findContent(queryId!, promptId!);
  }
}

/** The calls of unknown outcome that a session lists when it starts. */
function listedCalls(stderr: string): Set<string> {
  return new Set([...stderr.matchAll(/^ {2}(q-\d+ \/ p-\d+ \/ repetition \d+)$/gm)].map(([, call]) => call!));
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
