import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type AllocationRound, type AllocationSettings, PRESETS } from "../../../src/llm/index.ts";
import { type SeededRandom, seededRandom } from "../../../src/util/index.ts";
import { numberedQuestions, PROMPT_SUCCESS, ratedPrompts } from "../allocation-questions.ts";
import { collectFrom, indexContents, readInteractions, readLines, writeInputs } from "../collect-fixture.ts";
import {
  SCRIPTED_PRICE,
  type ScriptedAnswer,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";
import { KilledRun } from "./killed-run.ts";
import { wrongPropensities } from "./wrong-propensities.ts";

const CONCURRENCY = 32;
const KILLS_PER_RUN = 6;
const PROMPTS = ratedPrompts();
/** More calls than six killed sessions make, so that there is always something left to interrupt. */
const CALLS = 480;
/** Few, so that they are asked again, up to three times. */
const QUESTIONS = numberedQuestions(60);
const REPEATS = 3;
const MAX_TOKENS = 20;
const TEMPERATURE = 0.8;
/** Nearly the most that a call can have, so that a limit that forgets any of them is passed. */
const INPUT_TOKENS = 270;
/** In dollars: what two or three killed sessions cost. */
const COST_STEP = 0.06;

type AdaptiveStrategy = AllocationSettings["strategy"];

interface Tally {
  kills: number;
  interrupted: number;
  stopped: number;
  listed: number;
  calls: number;
  requests: number;
  rounds: number;
  readonly violations: Violations;
}

/**
 * Kills adaptive collections at random moments, some of them where a round has just been decided. Answers are sampled:
 * every request gets another one, so what is sent again after a kill may come back right where it was wrong. What must
 * not depend on the kills is everything that follows from the answers kept: an undisturbed collection, one call at a
 * time, at an endpoint that gives just these answers, must make the same rounds and the same log.
 */
export async function checkKilledAdaptive(size: {
  readonly strategy: AdaptiveStrategy;
  readonly kills: number;
  readonly folder: string;
  readonly seed?: number;
}): Promise<CheckReport> {
  const { strategy, kills, folder, seed = 23 } = size;
  const random = seededRandom(seed);
  const violations = new Violations();
  const tally: Tally = {
    kills: 0,
    interrupted: 0,
    stopped: 0,
    listed: 0,
    calls: 0,
    requests: 0,
    rounds: 0,
    violations,
  };
  let runs = 0;
  for (; tally.kills < kills && runs < kills; runs++) {
    const settings: AllocationSettings = {
      strategy,
      questions: QUESTIONS.length,
      prompts: PROMPTS.length,
      repeats: REPEATS,
      calls: CALLS,
      seed: runs,
    };
    const most = Math.min(KILLS_PER_RUN, kills - tally.kills);
    await killedRun(join(folder, `${strategy}-${runs}`), settings, most, random, tally);
  }
  const { interrupted, stopped, listed, calls, requests, rounds } = tally;
  violations.require(tally.kills === kills, `only ${tally.kills} kills of ${kills}`);
  // Kills that hit nothing would test nothing, nor would limits that never bite. Between two rounds nothing is under way.
  violations.require(interrupted >= kills / 6, `only ${interrupted} of ${kills} kills hit calls under way`);
  violations.require(stopped > 0, "no session was stopped by its limit");
  return {
    name: `killed-${strategy}`,
    done: `kill -9 at ${kills} random moments of ${runs} sampled collections by ${strategy} within --calls and --max-cost, ${CONCURRENCY} calls at once, counted at the endpoint`,
    found: `${interrupted} kills hit calls under way; of ${calls} calls no answer was lost and no completed call repeated; ${listed} unknown ones, all listed, sent again; ${rounds} rounds and all propensities those of undisturbed collections given the same answers; 0 calls and $0 over the limits, which stopped ${stopped} sessions`,
    figures: { kills, runs, interrupted, stopped, calls, requests, listed, rounds },
    violations: violations.list,
  };
}

/** Kills one collection, lets it come to its end, and compares it with an undisturbed one. */
async function killedRun(
  run: string,
  settings: AllocationSettings,
  kills: number,
  random: SeededRandom,
  tally: Tally,
): Promise<void> {
  const { violations } = tally;
  const drawn = new Map<string, ScriptedAnswer>();
  const endpoint = await startScriptedChatEndpoint({
    answer: ({ messages }) => drawAnswer(messages.at(-1)!.content, random, drawn),
    delayMs: () => 5 + random.nextInteger(40),
  });
  const findContent = indexContents(QUESTIONS, PROMPTS);
  const killed = new KilledRun({ run, endpoint, concurrency: CONCURRENCY, findContent, violations });
  const command = await commandLine(run, endpoint, settings);
  let maxCost = COST_STEP;
  /** @returns whether the session ended well, with nothing left to do */
  const isComplete = (ended: { exitCode: number | null; stdout: string; stderr: string }): boolean => {
    const { billed } = endpoint;
    violations.require(billed <= maxCost, `${run}: billed ${billed}, limit ${maxCost}`);
    if (ended.exitCode === null) return false;
    violations.require(ended.exitCode === 0, `${run}: exit code ${ended.exitCode}: ${ended.stderr}`);
    if (ended.exitCode !== 0 || JSON.parse(ended.stdout).ended === "complete") return true;
    tally.stopped++;
    maxCost += COST_STEP;
    return false;
  };
  try {
    for (let kill = 0; kill < kills; ) {
      const ended = await killSomewhere(
        killed,
        run,
        [...command, "--max-cost", String(maxCost)],
        endpoint,
        random,
      );
      if (isComplete(ended)) break;
      if (ended.exitCode !== null) continue;
      kill++;
      tally.kills++;
    }
    while (!isComplete(await killed.finish([...command, "--max-cost", String(maxCost)])));
    const requests = endpoint.requests.length;
    const repeated = requests - killed.lines;
    violations.require(killed.lines <= settings.calls, `${run}: ${killed.lines} calls of ${settings.calls}`);
    violations.require(repeated <= killed.listed, `${run}: ${repeated} repeated, ${killed.listed} listed`);
    tally.interrupted += killed.interrupted;
    tally.listed += killed.listed;
    tally.calls += killed.lines;
    tally.requests += requests;
    tally.rounds += (await readLines(roundsFile(run))).length;
    await compareWithUndisturbed(run, settings, endpoint, drawn, violations);
  } finally {
    await endpoint.close();
  }
}

async function commandLine(
  run: string,
  { baseUrl }: ScriptedChatEndpoint,
  { strategy, questions, repeats, calls, seed }: AllocationSettings,
): Promise<readonly string[]> {
  return [
    ...["collect", run, "--base-url", baseUrl, "--llm", "scripted", "--json"],
    // Questions beyond the limit, which nobody must be asked.
    ...(await writeInputs(dirname(run), basename(run), numberedQuestions(questions + 20), PROMPTS)),
    ...["--limit", String(questions), "--repeats", String(repeats), "--temperature", String(TEMPERATURE)],
    ...["--strategy", strategy, "--calls", String(calls), "--seed", String(seed)],
    ...["--concurrency", String(CONCURRENCY), "--max-tokens", String(MAX_TOKENS)],
    ...["--price-input", String(SCRIPTED_PRICE.input), "--price-output", String(SCRIPTED_PRICE.output)],
  ];
}

/** After so many requests; every other time sooner, where a round was decided before. */
function killSomewhere(
  killed: KilledRun,
  run: string,
  command: readonly string[],
  endpoint: ScriptedChatEndpoint,
  random: SeededRandom,
) {
  const sizeBefore = readFileSize(roundsFile(run));
  const target = endpoint.requests.length + random.nextInteger(90);
  const pauseMs = random.nextInteger(20);
  const awaitsDecision = random.next() < 0.5;
  const isTime = (): boolean =>
    endpoint.requests.length >= target || (awaitsDecision && readFileSize(roundsFile(run)) > sizeBefore);
  return killed.kill(command, isTime, pauseMs);
}

/** As often right as the prompt should be, and unlike any answer before. */
function drawAnswer(
  content: string,
  random: SeededRandom,
  drawn: Map<string, ScriptedAnswer>,
): ScriptedAnswer {
  const [, prompt, question] = /^Way (\d+): Say (\d+)\.$/.exec(content)!;
  const isRight = random.next() < PROMPT_SUCCESS[Number(prompt)]!;
  const text = `Draw ${drawn.size} says #### ${isRight ? question : -1}`;
  const answer = { text, inputTokens: INPUT_TOKENS, outputTokens: 1 + random.nextInteger(MAX_TOKENS) };
  drawn.set(text, answer);
  return answer;
}

/**
 * Collects again, one call at a time: repetitions of a question then come in order, and each gets the answer that is kept
 * of it in the killed run.
 */
async function compareWithUndisturbed(
  run: string,
  settings: AllocationSettings,
  endpoint: ScriptedChatEndpoint,
  drawn: ReadonlyMap<string, ScriptedAnswer>,
  violations: Violations,
): Promise<void> {
  const lines = await readInteractions(run);
  const findContent = indexContents(QUESTIONS, PROMPTS);
  const kept = new Map<string, ScriptedAnswer[]>();
  for (const { queryId, promptId, answer } of lines.toSorted((a, b) => a.repetition - b.repetition)) {
    const content = findContent(queryId, promptId);
    kept.set(content, [...(kept.get(content) ?? []), drawn.get(answer!)!]);
  }
  const strange = { text: "not asked in the killed run", inputTokens: 1, outputTokens: 1 };
  endpoint.script = { answer: ({ messages }) => kept.get(messages.at(-1)!.content)?.shift() ?? strange };
  const undisturbed = `${run}-undisturbed`;
  await collectFrom(endpoint.baseUrl, undisturbed, {
    queries: QUESTIONS,
    prompts: PROMPTS,
    settings: { ...PRESETS.plain, sampling: { temperature: TEMPERATURE, maxTokens: MAX_TOKENS } },
    price: SCRIPTED_PRICE,
    strategy: settings.strategy,
    calls: settings.calls,
    repeats: settings.repeats,
    seed: settings.seed,
    concurrency: 1,
  });
  const rounds = await readLines<AllocationRound>(roundsFile(run));
  violations.require(
    JSON.stringify(rounds) === JSON.stringify(await readLines(roundsFile(undisturbed))),
    `${run}: an undisturbed collection with the same answers decides otherwise`,
  );
  const others = new Set((await readInteractions(undisturbed)).map(withoutLatency));
  violations.require(others.size === lines.length, `${run}: undisturbed there are ${others.size} lines`);
  for (const line of lines.map(withoutLatency))
    violations.require(others.has(line), `${run}: undisturbed there is no line ${line}`);
  for (const wrong of wrongPropensities(settings, rounds, lines, QUESTIONS, PROMPTS))
    violations.require(false, `${run}: ${wrong}`);
}

function withoutLatency({ latencyMs: _, ...line }: object & { latencyMs?: number }): string {
  return JSON.stringify(line);
}

function roundsFile(run: string): string {
  return join(run, "collect", "allocation.jsonl");
}

function readFileSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
