import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createGrader, saveSchema } from "../../src/data/index.ts";
import type { LiveResult, ProposeResult } from "../../src/pipeline/index.ts";
import type { JsonValue } from "../../src/types/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { startCli } from "../support/built-cli.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { readLines, scratchFolder } from "../support/collect-fixture.ts";
import {
  type PlantedLlm,
  plantedChance,
  plantedQuestions,
  plantedScript,
  plantedTrainedRun,
  writeQuestions,
} from "../support/planted-llm.ts";
import {
  FAULTS,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../support/scripted-chat-endpoint.ts";

const GOOD = "Work it out on paper first, then check the result.";
const LLM: PlantedLlm = {
  chance: (question) => (question.template === GOOD ? 0.95 : plantedChance(0.5)(question)),
  templates: [GOOD],
  proposals: `<prompt>${GOOD}</prompt>\n<prompt>Sing very loudly about the numbers.</prompt>`,
};
const PRICES = ["--price-input", "1", "--price-output", "2"];

let folder: Awaited<ReturnType<typeof scratchFolder>>;
let trained: string;
let queries: string;
let endpoint: ScriptedChatEndpoint;
let run: string;
let model: string[];

beforeAll(async () => {
  folder = await scratchFolder();
  trained = await plantedTrainedRun(folder.path, LLM);
  queries = await writeQuestions(folder.path, plantedQuestions(300, 240));
});
afterAll(() => folder.remove());
beforeEach(async () => {
  run = join(folder.path, "copy");
  await rm(run, { recursive: true, force: true });
  await cp(trained, run, { recursive: true });
  endpoint = await startScriptedChatEndpoint({ answer: plantedScript(LLM) });
  model = ["--base-url", endpoint.baseUrl, "--llm", "planted-model"];
});
afterEach(() => endpoint.close());

describe("optimize --live", () => {
  const live = (): string[] => ["optimize", run, "--live", "--queries", queries, ...model];

  test("finds the planted gain over HTTP, faults or not, and says what it took", async () => {
    const random = seededRandom(3);
    endpoint.script = {
      ...endpoint.script,
      fault: () => (random.next() < 0.1 ? FAULTS.status(503) : undefined),
    };
    const result = await callCliForJson<LiveResult>([...live(), ...PRICES]);
    expect(result).toMatchObject({ verdict: "better", ended: "decided", agrees: true });
    expect(result.cost).toBeCloseTo(endpoint.billed, 9);
    expect(result.questions.compared).toBeLessThan(result.questions.differing);
    const sent = endpoint.requests.length;
    const { stdout, stderr, exitCode } = await callCli([...live(), ...PRICES]);
    expect(exitCode).toBe(0);
    expect(endpoint.requests).toHaveLength(sent);
    expect(stdout).toMatch(/^Better: choosing by question beats the fixed prompt/);
    expect(stdout).toMatch(/gain +\+\d+\.\d points \[\d+\.\d, \d+\.\d\] on \d+ questions/);
    expect(stdout).toMatch(/estimated +\+\d+\.\d points, within the interval/);
    expect(stdout).toContain(`Cost so far: $${endpoint.billed.toFixed(4)}.`);
    expect(stderr).toMatch(/at most \d+ calls; 240 of 240 held out; for \d+ another prompt/);
    const calls = 2 * result.questions.differing;
    expect(stderr).toMatch(new RegExp(`${result.calls} of ${calls} answered before\\.\\s+\\d+ left:`));
    expect(await callCliForJson([...live(), ...PRICES, "--dry-run"])).toMatchObject({
      calls,
      answered: result.calls,
      left: calls - result.calls,
    });
  });

  test("--dry-run says what it takes and leaves nothing behind", async () => {
    const before = await readdir(run);
    const planned = await callCliForJson<{ calls: number; questions: { differing: number } }>([
      ...live(),
      ...["--dry-run", "--max-tokens", "20", "--limit", "50", ...PRICES],
    ]);
    expect(planned).toMatchObject({ dryRun: true, questions: { given: 50, heldOut: 50 } });
    expect(planned.calls).toBe(2 * planned.questions.differing);
    expect((await callCli([...live(), "--dry-run"])).stdout).toMatch(/at most \d+ calls.*\n +about/);
    expect(endpoint.requests).toHaveLength(0);
    expect(await readdir(run)).toEqual(before);
  });

  test("flags that need a model go with --live; the run's own settings are taken, and a change is warned of", async () => {
    const offline = await callCli(["optimize", run, "--queries", queries, "--max-cost", "1"]);
    expect(offline.exitCode).toBe(2);
    expect(offline.stderr).toMatch(/--max-cost goes with --live/);
    const changed = await callCli([...live(), "--limit", "20", "--temperature", "0.5"]);
    expect(changed.stderr).toMatch(/The log was asked otherwise: temperature was null and is 0.5/);
    expect(endpoint.requests[0]!.temperature).toBe(0.5);
    const other = await callCli([...live().slice(0, -1), "other-model", "--limit", "20"]);
    expect(other.stderr).toMatch(/learned from answers of planted-model, and other-model is asked now/);
  });
});

describe("more is graded as the log was", () => {
  const dryRun = (...flags: readonly string[]) =>
    callCli(["optimize", run, "--live", "--queries", queries, ...model, "--dry-run", ...flags]);

  /** As if the run had been collected with another matcher; its answers do not matter here. */
  async function gradedBy(matcher: JsonValue, schemaText?: string): Promise<void> {
    const file = join(run, "collect", "settings.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), matcher }));
    if (schemaText !== undefined) await saveSchema(run, schemaText);
  }

  async function fileWith(name: string, text: string): Promise<string> {
    const file = join(folder.path, name);
    await writeFile(file, text);
    return file;
  }

  test("by a pattern, and by the schema that the run keeps", async () => {
    const pattern = "{{answer}}\\.$";
    await gradedBy((await createGrader({ matcher: "regex", pattern })).record);
    expect(await dryRun()).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("asked otherwise"),
    });
    const schemaFile = await fileWith("person.json", '{"type": "object"}');
    const { record, schemaText } = await createGrader({ matcher: "json-schema", schemaFile });
    await gradedBy(record);
    const lost = await dryRun();
    expect([lost.exitCode, lost.stderr.replaceAll(/\s+/g, " ")]).toEqual([
      2,
      expect.stringMatching(/schema that the run does not keep.*--matcher json-schema --schema FILE/),
    ]);
    await gradedBy(record, schemaText);
    await rm(schemaFile);
    expect(await dryRun()).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("asked otherwise"),
    });
    // The answers of the simulated LLM are no JSON.
    const result = await callCliForJson<LiveResult>([
      ...["optimize", run, "--live", "--queries", queries, ...model, "--limit", "20"],
    ]);
    expect(result.compared).toMatchObject({ chosen: 0, fixed: 0 });
    await gradedBy({ name: "json-schema", schema: "another" });
    expect((await dryRun()).stderr).toMatch(/not the JSON schema that graded/);
  });

  test("by a function that is named again, and that is noticed to be another one", async () => {
    const matcher = await fileWith("own.mjs", "export default (answer, golden) => answer.includes(golden);");
    await gradedBy((await createGrader({ matcher })).record);
    const unnamed = await dryRun();
    expect([unnamed.exitCode, unnamed.stderr.replaceAll(/\s+/g, " ")]).toEqual([
      2,
      expect.stringMatching(
        /by the function in own\.mjs\. Name its file again, such as --matcher \.\/own\.mjs/,
      ),
    ]);
    expect(await dryRun("--matcher", matcher)).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining("asked otherwise"),
    });
    const other = await fileWith("other.mjs", "export default () => true;");
    expect((await dryRun("--matcher", other)).stderr).toMatch(/asked otherwise: matcher was/);
  });

  test("not where there are no labels, or a judge's", async () => {
    await gradedBy("none");
    const none = await dryRun();
    expect([none.exitCode, none.stderr.replaceAll(/\s+/g, " ")]).toEqual([
      2,
      expect.stringMatching(/have no labels \(--matcher none\).*oirl judge .*--provider regrade/),
    ]);
    const file = join(run, "run.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...manifest, source: { ...manifest.source, kind: "judge" } }));
    const judged = await dryRun();
    expect([judged.exitCode, judged.stderr]).toEqual([2, expect.stringMatching(/are a judge's/)]);
    expect(await dryRun("--matcher", "contains")).toMatchObject({ exitCode: 0 });
  });

  test("a log that was graded again says by what, too", async () => {
    await rm(join(run, "collect"), { recursive: true });
    const file = join(run, "run.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    const source = { kind: "regrade", files: [], options: { matcher: "none-such" } };
    await writeFile(file, JSON.stringify({ ...manifest, source }));
    const { exitCode, stderr } = await dryRun();
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/graded by "none-such"/)]);
  });
});

describe("propose", () => {
  const propose = (): string[] => ["propose", run, ...model, "--test-calls", "60"];

  test("shows, tests and writes candidates, and the next step takes the file", async () => {
    const result = await callCliForJson<ProposeResult>([...propose(), ...PRICES]);
    const good = result.candidates.find(({ template }) => template === GOOD)!;
    expect(good).toMatchObject({ isWritten: true, test: { questions: expect.any(Number) } });
    expect(result.cost).toBeCloseTo(endpoint.billed, 9);
    const { stdout, stderr } = await callCli([...propose(), ...PRICES]);
    expect(stdout).toContain(good.id);
    expect(stdout).toMatch(/candidates? not taken:\n {2}Work it out on paper/);
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain(
      `Put them to the same questions, with the LLM and settings as before and --prompts ${result.file}, then:`,
    );
    expect(stdout).toContain(`\nNext: oirl run ${run}\n`);
    // A command to paste is never broken.
    for (const line of stdout.split("\n"))
      if (!/^(?: {2}|Next: )/.test(line)) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stderr).toMatch(
      /planted-model: (\d+) calls for prompts \(\1 answered before\), at most \d+ calls to test them/,
    );
    // As the next step says: the log grows by the new prompt only.
    const logged = join(folder.path, "logged.jsonl");
    const before = endpoint.requests.length;
    await cp(await writeQuestions(run, plantedQuestions(0, 300)), logged);
    const collected = await callCliForJson<{ interactions: number }>([
      ...["collect", run, "--queries", logged, "--prompts", result.file!, ...model],
    ]);
    const written = result.candidates.filter(({ isWritten }) => isWritten).length;
    expect(endpoint.requests.length - before).toBe(300 * written);
    expect(collected.interactions).toBe(900 + 300 * written);
  });

  test("--dry-run says what it takes and leaves nothing behind", async () => {
    const before = await readdir(run);
    const planned = await callCliForJson([...propose(), "--dry-run", "--max-tokens", "20", ...PRICES]);
    expect(planned).toMatchObject({ dryRun: true, llm: "planted-model", testCalls: 60 });
    expect((await callCli([...propose(), "--dry-run"])).stdout).toMatch(
      /calls for prompts, at most 60 calls to test/,
    );
    expect(endpoint.requests).toHaveLength(0);
    expect(await readdir(run)).toEqual(before);
  });

  test("a model that cannot write prompts is an error that says what it wrote", async () => {
    endpoint.script = { answer: plantedScript({ ...LLM, proposals: "la la la" }) };
    const { exitCode, stderr } = await callCli(propose());
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /replies of planted-model holds a prompt between <prompt> and <\/prompt>.*"la la la"/s,
    );
  });

  test("a model that answers no call for prompts is an error that says why; candidates by hand go on", async () => {
    const script = endpoint.script;
    const isForPrompts = /<prompt>/;
    endpoint.script = {
      ...script,
      fault: ({ messages }) =>
        messages.some(({ content }) => isForPrompts.test(content))
          ? FAULTS.status(400, "context too long")
          : undefined,
    };
    const { exitCode, stderr } = await callCli(propose());
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /answered none of the calls for prompts. The last: .*status 400: context too long/s,
    );
    const byHand = join(folder.path, "by-hand.yaml");
    await writeFile(byHand, `- id: own\n  template: ${JSON.stringify(GOOD)}\n`);
    const others = await callCli([...propose(), "--prompts", byHand]);
    expect(others.exitCode).toBe(0);
    expect(others.stderr).toMatch(/warning: .* call.* for prompts .*context too long/);
    expect(others.stdout).toContain("own");
  });
});

test.each([
  ["optimize", () => ["--live", "--queries", queries, "--margin", "0"]],
  ["propose", () => ["--test-calls", "80"]],
] as const)(
  "%s, killed again and again, repeats no answered call and ends as if it had not been",
  async (name, flags) => {
    const flat = { ...LLM, chance: () => 0.5 };
    endpoint.script = { answer: plantedScript(flat), delayMs: () => 10 };
    const commandLine = [name, run, ...model, ...flags(), "--concurrency", "8", "--json"];
    const random = seededRandom(17);
    for (let kill = 0; kill < 4; kill++) {
      const sent = endpoint.requests.length;
      const { process, outcome } = await startCli(commandLine);
      // Once it sends, it lives for as long as some calls take.
      while (endpoint.requests.length === sent && process.exitCode === null) await delay(5);
      await delay(random.nextInteger(80));
      process.kill("SIGKILL");
      await outcome;
    }
    const { outcome } = await startCli(commandLine);
    const { exitCode, stdout } = await outcome;
    expect(exitCode).toBe(0);
    const killed = JSON.parse(stdout) as { answers: string };
    // The endpoint may have answered what the killed process could not keep: eight calls a kill, never more.
    const counts = new Map<string, number>();
    for (const content of endpoint.answered) counts.set(content, (counts.get(content) ?? 0) + 1);
    const twice = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
    expect(twice).toBeLessThanOrEqual(4 * 8);
    const journal = await readLines(join(killed.answers, "collect", "journal.jsonl"));
    const answered = journal.filter(({ type }) => type === "answered");
    const names = answered.map(({ query, prompt, repetition }) =>
      JSON.stringify([query, prompt, repetition]),
    );
    expect(new Set(names).size).toBe(names.length);
    await rm(killed.answers, { recursive: true });
    const whole = await callCliForJson(commandLine.slice(0, -1));
    expect(killed).toEqual(whole);
    expect(await readFile(join(run, "interactions.jsonl"), "utf8")).toBe(
      await readFile(join(trained, "interactions.jsonl"), "utf8"),
    );
  },
);
