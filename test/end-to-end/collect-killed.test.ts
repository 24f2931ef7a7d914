import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRunDirectory, readRewardLog } from "../../src/data/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { builtCli, startCli } from "../support/built-cli.ts";
import { additions, readInteractions, scratchFolder, somePrompts } from "../support/collect-fixture.ts";
import { type ScriptedChatEndpoint, startScriptedChatEndpoint } from "../support/scripted-chat-endpoint.ts";

const KILLS = 20;
const CONCURRENCY = 32;
const QUESTIONS = 250;
const PROMPTS = 4;
const SEED = 11;

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let endpoint: ScriptedChatEndpoint;
let run: string;
let commandLine: string[];

beforeAll(async () => {
  await builtCli();
  folder = await scratchFolder();
  const random = seededRandom(SEED);
  endpoint = await startScriptedChatEndpoint({ delayMs: () => 5 + random.nextInteger(40) });
  run = join(folder.path, "run");
  const toLines = (records: readonly object[]): string =>
    records.map((record) => JSON.stringify(record)).join("\n");
  const queries = join(folder.path, "queries.jsonl");
  const prompts = join(folder.path, "prompts.jsonl");
  await writeFile(queries, toLines(additions(QUESTIONS)));
  await writeFile(prompts, toLines(somePrompts(PROMPTS)));
  commandLine = ["collect", run, "--base-url", endpoint.baseUrl, "--model", "scripted", "--queries", queries];
  commandLine.push("--prompts", prompts, "--concurrency", String(CONCURRENCY), "--json");
});
afterAll(async () => {
  await endpoint.close();
  await folder.remove();
});

/** Keys of the calls whose answers stand on disk, whole lines only. */
async function keptCalls(): Promise<Set<string>> {
  const text = await readFile(join(run, "interactions.jsonl"), "utf8").catch(() => "");
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean);
  const keys = lines
    .map((line) => JSON.parse(line))
    .map(({ queryId, promptId }) => `${queryId} / ${promptId}`);
  expect(new Set(keys).size).toBe(keys.length);
  return new Set(keys);
}

/** Key of a call from what was sent for it: `Way 3: How much is 5 + 5?`. */
function keyOf(content: string): string {
  const [, prompt, query] = /^Way (\d+): How much is (\d+) /.exec(content)!;
  return `q-${query} / p-${prompt}`;
}

/** The calls of unknown outcome that a session lists when it starts. */
function listedUnknown(stderr: string): Set<string> {
  return new Set([...stderr.matchAll(/^ {2}(q-\d+ \/ p-\d+) \/ repetition 0$/gm)].map(([, key]) => key!));
}

test(`killed at ${KILLS} random moments, nothing answered is lost or asked again`, async () => {
  const random = seededRandom(SEED);
  let mayRepeat = new Set<string>();
  let before = new Set<string>();
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const from = endpoint.requests.length;
    const { process: child, outcome } = await startCli(commandLine);
    const target = from + random.nextInteger(90);
    const pauseMs = random.nextInteger(20);
    while (child.exitCode === null && endpoint.requests.length < target)
      await new Promise((wake) => setTimeout(wake, 1));
    await new Promise((wake) => setTimeout(wake, pauseMs));
    child.kill("SIGKILL");
    const { stderr, exitCode } = await outcome;
    expect(exitCode).toBeNull();
    // What arrived before the process died may still be on its way in.
    await new Promise((wake) => setTimeout(wake, 30));

    const sent = endpoint.requests.slice(from).map(({ messages }) => keyOf(messages.at(-1)!.content));
    expect(new Set(sent).size).toBe(sent.length);
    const after = await keptCalls();
    for (const key of before) expect(after).toContain(key);
    // Nothing is asked again but what was open and was listed.
    const listed = listedUnknown(stderr);
    expect(listed.size).toBeLessThanOrEqual(CONCURRENCY);
    for (const key of sent) expect(before).not.toContain(key);
    // What was open is listed, unless only its line was missing, which is then made again from the journal.
    if (sent.length > 0)
      for (const key of mayRepeat)
        expect(listed.has(key) || (after.has(key) && !sent.includes(key))).toBe(true);
    const lost = sent.filter((key) => !after.has(key));
    expect(lost.length).toBeLessThanOrEqual(CONCURRENCY);
    if (lost.length > 0) interrupted++;
    mayRepeat = new Set([...mayRepeat].filter((key) => !after.has(key)).concat(lost));
    before = after;
  }
  // Kills that hit nothing would test nothing.
  expect(interrupted).toBeGreaterThan(KILLS / 2);

  const from = endpoint.requests.length;
  const { outcome } = await startCli(commandLine);
  const { exitCode, stdout, stderr } = await outcome;
  expect({ exitCode, stderr: stderr.includes("error") }).toEqual({ exitCode: 0, stderr: false });
  const summary = JSON.parse(stdout);
  expect(summary).toMatchObject({ ended: "complete", interactions: QUESTIONS * PROMPTS, success: 1 });
  const listed = summary.unknown.map(
    ({ queryId, promptId }: { queryId: string; promptId: string }) => `${queryId} / ${promptId}`,
  );
  const sent = endpoint.requests.slice(from).map(({ messages }) => keyOf(messages.at(-1)!.content));
  for (const key of sent) expect(before).not.toContain(key);
  for (const key of mayRepeat) expect(listed.includes(key)).toBe(sent.includes(key));
  expect(await readInteractions(run)).toHaveLength(QUESTIONS * PROMPTS);
  expect((await readRewardLog(await openRunDirectory(run))).length).toBe(QUESTIONS * PROMPTS);
});

test("killed again and again, a run never costs more than its limit", async () => {
  const random = seededRandom(SEED + 1);
  const target = join(folder.path, "limited");
  const limit = 0.03;
  const flags = [
    "--max-cost",
    String(limit),
    "--price-input",
    "1",
    "--price-output",
    "2",
    "--max-tokens",
    "50",
  ];
  const limited = [...commandLine.map((word) => (word === run ? target : word)), ...flags];
  const before = endpoint.billed;
  const billed = (): number => endpoint.billed - before;
  for (let kill = 0; kill < 3; kill++) {
    const from = endpoint.requests.length;
    const { process: child, outcome } = await startCli(limited);
    while (child.exitCode === null && endpoint.requests.length < from + 5 + random.nextInteger(60))
      await new Promise((wake) => setTimeout(wake, 1));
    child.kill("SIGKILL");
    await outcome;
    await new Promise((wake) => setTimeout(wake, 60));
    expect(billed()).toBeLessThanOrEqual(limit);
  }
  const { exitCode, stdout } = await (await startCli(limited)).outcome;
  const summary = JSON.parse(stdout);
  expect([exitCode, summary.ended]).toEqual([0, "max-cost"]);
  expect(billed()).toBeGreaterThan(0);
  expect(billed()).toBeLessThanOrEqual(summary.cost + summary.possibleCost + 1e-9);
  expect(summary.cost + summary.possibleCost).toBeLessThanOrEqual(limit);
});
