import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadChooser, type Recommendation } from "../../src/index.ts";
import type { EvaluationResult } from "../../src/types/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const QUESTIONS = 500;
/** Chances of [short, steps] by LLM: any is right on sums, the large one alone can prove. */
const KINDS = [
  { ask: (a: number, b: number) => `Add ${a} and ${b}, please.`, mini: [1, 1], large: [1, 1] },
  { ask: (a: number, b: number) => `Prove that ${a} divides ${b}!`, mini: [0.2, 0.3], large: [0.5, 0.9] },
];
const PRICES = { mini: 0.001, large: 0.02 };

let folder: string;
let run: string;
let result: EvaluationResult & { readonly report: string };

beforeAll(async () => {
  folder = await temporaryFolder();
  run = join(folder, "run");
  const random = seededRandom(11);
  const lines = ["question,prompt_id,prompt,llm,correct,cost,latency_ms"];
  for (let index = 0; index < QUESTIONS; index++) {
    const kind = KINDS[index % 2]!;
    const question = kind.ask(index, random.nextInteger(1000));
    for (const llm of ["mini", "large"] as const)
      for (const [prompt, id] of ["short", "steps"].entries()) {
        const cost = PRICES[llm] * (1 + prompt) * (0.9 + 0.2 * random.next());
        const right = Number(random.next() < kind[llm][prompt]!);
        lines.push(
          `"${question}",${id},Answer: ${id}.,${llm},${right},${cost.toFixed(6)},${llm === "mini" ? 200 : 900}`,
        );
      }
  }
  await writeFile(join(folder, "log.csv"), `${lines.join("\n")}\n`);
  result = await callCliForJson(["run", join(folder, "log.csv"), "--out", run]);
});

describe("a log of two LLMs, two prompts and costs", () => {
  test("its candidates are the pairs, each with success, cost and time", () => {
    expect(result.choose).toBe("both");
    expect(result.candidates.map(({ id, promptId, llm }) => [id, promptId, llm])).toEqual([
      ["short @ large", "short", "large"],
      ["short @ mini", "short", "mini"],
      ["steps @ large", "steps", "large"],
      ["steps @ mini", "steps", "mini"],
    ]);
    for (const { cost, llm, promptId, latencyMs, success, successCi95 } of result.candidates) {
      const price = PRICES[llm as keyof typeof PRICES] * (promptId === "steps" ? 2 : 1);
      expect(cost! / price).toBeCloseTo(1, 1);
      expect(latencyMs).toBeCloseTo(llm === "mini" ? 200 : 900, 9);
      expect(successCi95![0]).toBeLessThan(success!);
    }
    expect(result.costUnit).toBe("dollars");
    expect(result.costPrediction?.source).toBe("logged");
  });

  test("choosing prompts or LLMs alone is estimated beside choosing both", () => {
    const both = result.strategies.find(({ name }) => name === "argmax")!.uplift!;
    expect(result.partialChoices.map(({ choose }) => choose)).toEqual(["prompt", "llm"]);
    for (const { uplift, upliftCi95 } of result.partialChoices) {
      expect(uplift).toBeLessThan(both + 0.05);
      expect(upliftCi95![0]).toBeLessThanOrEqual(uplift!);
    }
  });

  test("the frontier rises from the cheapest pair, and lies above mixing pairs at random", () => {
    const frontier = result.frontier!;
    const cheapest = Math.min(...result.candidates.map(({ cost }) => cost!));
    expect(frontier[0]).toMatchObject({ worth: 0 });
    expect(frontier[0]!.cost / cheapest).toBeCloseTo(1, 1);
    const above = frontier.map(({ success, mixedSuccess }) => success - mixedSuccess);
    expect(Math.max(...above)).toBeGreaterThan(0.05);
    expect(result.frontierArea).toBeGreaterThan(0.6);
    for (const { shares } of frontier)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  test("half of the questions need no dear pair, and that much is saved", async () => {
    const { saving } = result;
    expect(saving).toMatchObject({ atMargin: 0.01, openFolds: 5 });
    expect(saving!.share).toBeGreaterThan(0.3);
    expect(saving!.costCi95[0]).toBeGreaterThan(0);
    const page = await readFile(result.report, "utf8");
    expect(page).toContain("What success costs");
    expect(page).toContain(
      saving!.isNonInferior ? "Choosing per question costs" : "No choice was shown to cost less",
    );
  });

  test("one chooser serves several wishes at call time", async () => {
    const chooser = await loadChooser(run);
    const [sum, proof] = ["Add 17 and 4, please.", "Prove that 17 divides 4!"];
    expect(chooser.recommend(sum!, { keep: 0.98 })).toMatchObject({ llm: "mini" });
    expect(chooser.recommend(proof!, { keep: 0.98 })).toMatchObject({ llm: "large", promptId: "steps" });
    expect(chooser.recommend(sum!, { worth: 0 })).toMatchObject({ llm: "mini", promptId: "short" });
    const { expectedCost, expectedLatencyMs } = chooser.recommend(proof!);
    expect(expectedCost).toBeCloseTo(0.04, 2);
    expect(expectedLatencyMs).toBeCloseTo(900, 6);
    expect(() => chooser.recommend(sum!, { worth: 1, budget: 1 })).toThrow(/worth and budget are given/);
    expect(() => chooser.recommend(sum!, { budget: 0.0001 })).toThrow(/cannot be met/);
    expect(() => chooser.recommend(sum!, { keep: 99 })).toThrow(/from 0 to 1/);
  });

  test("the command line takes the same wishes, and says what they cost", async () => {
    const recommended = await callCliForJson<Recommendation>([
      ...["recommend", run, "Add 17 and 4, please.", "--keep", "98%"],
    ]);
    expect(recommended).toMatchObject({ llm: "mini", candidateId: expect.stringContaining(" @ mini") });
    const { stdout } = await callCli(["recommend", run, "Add 17 and 4, please.", "--keep", "98%"]);
    expect(stdout).toMatch(/cost +about 0\.00/);
    const many = join(folder, "many.csv");
    await writeFile(join(folder, "questions.txt"), "Add 1 and 2, please.\nProve that 1 divides 2!\n");
    await callCli([
      ...["recommend", run, "--queries", join(folder, "questions.txt"), "--out", many, "--worth", "0.02"],
    ]);
    const [header, first] = (await readFile(many, "utf8")).split("\n");
    expect(header).toContain("candidate_id,prompt_id,llm,prompt,score,expected_cost");
    expect(first).toContain(",mini,");
  });

  test("a budget is kept on questions that had no part in setting it", async () => {
    const budget = 0.02;
    const { knob } = await callCliForJson<EvaluationResult>([
      ...["evaluate", run, "--budget", String(budget)],
    ]);
    expect(knob).toMatchObject({ kind: "budget", value: budget, openFolds: 5, netGain: null });
    expect(Math.abs(knob!.cost / budget - 1)).toBeLessThan(0.1);
    expect(knob!.upliftCi95[0]).toBeGreaterThan(0);
  });

  test("LLMs under one prompt, or prompts on one LLM, may be chosen alone", async () => {
    const llms = await callCliForJson<EvaluationResult>(["evaluate", run, "--choose", "llm"]);
    expect(llms.candidates.map(({ id, promptId }) => [id, promptId])).toEqual([
      ["large", "steps"],
      ["mini", "steps"],
    ]);
    const prompts = await callCliForJson<EvaluationResult>([...["evaluate", run, "--llm", "mini"]]);
    expect(prompts.candidates.map(({ id, llm }) => [id, llm])).toEqual([
      ["short", "mini"],
      ["steps", "mini"],
    ]);
    const asked = await callCli(["evaluate", run, "--choose", "prompt"]);
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toMatch(/answers of 2 LLMs: "mini", "large"/);
  });

  test("a doctor does not call one prompt on two LLMs two prompts, and a live test asks for prompts", async () => {
    const examined = await callCliForJson<{ duplicates: { prompts: object[] }; drift: object | null }>([
      ...["doctor", run],
    ]);
    expect(examined.duplicates.prompts).toEqual([]);
    expect(examined.drift).not.toBeNull();
    const live = await callCli([
      ...["optimize", run, "--live", "--dry-run", "--queries", join(folder, "questions.txt")],
      ...["--llm", "any", "--base-url", "http://127.0.0.1:9/v1", "--max-tokens", "9"],
    ]);
    expect(live.exitCode).toBe(2);
    expect(live.stderr).toMatch(/this chooser chooses pairs of prompt and LLM; train one of prompts/);
  });

  test("costs of nothing, or of some candidates alone, are no reason to fail", async () => {
    const lines = (await readFile(join(folder, "log.csv"), "utf8")).trim().split("\n");
    const withCosts = async (name: string, costOf: (llm: string) => string): Promise<string> => {
      const rows = lines.map((line, index) => {
        const cells = /^(".*?"),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),(.*)$/u.exec(line);
        return index === 0 || cells === null
          ? line
          : [...cells.slice(1, 6), costOf(cells[4]!), cells[7]].join(",");
      });
      await writeFile(join(folder, `${name}.csv`), `${rows.join("\n")}\n`);
      const out = join(folder, name);
      await callCliForJson(["import", "table", join(folder, `${name}.csv`), "--out", out]);
      return out;
    };
    const free = await callCliForJson<EvaluationResult>(["evaluate", await withCosts("free", () => "0")]);
    expect(free.saving).toMatchObject({ cost: 0, share: 0 });
    expect(JSON.stringify(free)).not.toContain(':null,"success"');
    const some = await callCliForJson<EvaluationResult>([
      ...["evaluate", await withCosts("some", (llm) => (llm === "mini" ? "" : "0.02"))],
    ]);
    expect(some.frontier).toBeNull();
    expect(some.warnings).toEqual([
      expect.stringMatching(/no cost of "short @ mini", "steps @ mini", so success is not weighed/u),
    ]);
  });

  test("costs given by name stand above those of the log; a name that is none is refused", async () => {
    const given = await callCliForJson<EvaluationResult>([
      ...["evaluate", run, "--cost", "mini=1", "--cost", "large=7", "--cost-unit", "credits"],
    ]);
    expect(given.costUnit).toBe("credits");
    expect(given.costPrediction).toEqual({ source: "given", explained: null });
    expect(given.candidates.map(({ cost }) => Math.round(cost!))).toEqual([7, 1, 7, 1]);
    const unknown = await callCli(["evaluate", run, "--cost", "mimi=1"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/"mimi", which is no candidate; there are: short @ large/);
    const lacking = await callCli(["evaluate", run, "--cost", "mini=1"]);
    expect(lacking.stderr).toMatch(/none for "short @ large"/);
  });
});
