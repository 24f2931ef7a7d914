import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AbortedError, ConfigError, DataError, ExistsError } from "../../errors.ts";
import type { Interaction, RewardLog } from "../../types/index.ts";
import { readRewardLog } from "../run/read-reward-log.ts";
import { openRunDirectory } from "../run/run-directory.ts";
import type { ImportSummary } from "../run/run-manifest.ts";
import { importTable } from "./import-table.ts";
import type { ImportTableOptions } from "./import-table-options.ts";
import { readTableConfig } from "./table-config.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-table-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Imported {
  readonly summary: ImportSummary;
  readonly log: RewardLog;
  readonly interactions: Interaction[];
  /** question / prompt id / repetition → reward, readable. */
  readonly rewards: Record<string, number>;
}

async function importContent(
  name: string,
  content: string | Uint8Array,
  options: Partial<ImportTableOptions> & { chosenModel?: string } = {},
): Promise<Imported> {
  const file = join(folder, name);
  await writeFile(file, content);
  const { chosenModel, ...rest } = options;
  const { mapping: _mapping, ...summary } = await importTable({
    file,
    out: join(folder, "run"),
    force: true,
    ...rest,
  });
  const run = await openRunDirectory(join(folder, "run"));
  const log = await readRewardLog(run, chosenModel === undefined ? {} : { llm: chosenModel });
  const interactions = (await readFile(run.file("interactions.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Interaction);
  const texts = new Map(log.queries.map(({ id, text }) => [id, text]));
  const rewards = Object.fromEntries(
    interactions.map(({ queryId, promptId, repetition, reward }) => [
      `${texts.get(queryId)}/${promptId}/${repetition}`,
      reward,
    ]),
  );
  return { summary, log, interactions, rewards };
}

const LONG = `question,prompt,correct,answer
1 + 1?,plain,True,2
1 + 1?,steps,False,3
"2 + 2, or
so?",plain,yes,4
1 + 1?,plain,0.5,2.0
`;

describe("long tables", () => {
  test("CSV: equal texts are one question, repeats are counted, quoted newlines are kept", async () => {
    const { summary, log, rewards, interactions } = await importContent("log.csv", LONG);
    expect(summary).toEqual({ queries: 3, uniqueQueries: 2, prompts: 2, interactions: 4, skipped: 0 });
    expect(log.queries.map(({ text }) => text).sort()).toEqual(["1 + 1?", "2 + 2, or\nso?"]);
    expect(log.prompts.map(({ id, split }) => [id, split])).toEqual([
      ["plain", "training"],
      ["steps", "training"],
    ]);
    expect(rewards).toEqual({
      "1 + 1?/plain/0": 1,
      "1 + 1?/steps/0": 0,
      "2 + 2, or\nso?/plain/0": 1,
      "1 + 1?/plain/1": 0.5,
    });
    expect(interactions[0]).toMatchObject({ answer: "2", llm: "unknown" });
    expect((await openRunDirectory(join(folder, "run"))).manifest).toMatchObject({
      task: "log",
      source: { kind: "table", files: [{ name: "log.csv", bytes: LONG.length }] },
      counts: summary,
      llms: ["unknown"],
    });
  });

  test("the same table in every format gives the same run", async () => {
    const rows = [
      { question: "a?", prompt: "p", reward: true, repetition: 0 },
      { question: "b?", prompt: "p", reward: false, repetition: 0 },
      { question: "a?", prompt: "p", reward: true, repetition: 7 },
    ];
    const csv = (separator: string): string =>
      [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))]
        .map((cells) => cells.join(separator))
        .join("\r\n");
    const column = (name: keyof (typeof rows)[0]): unknown[] => rows.map((row) => row[name]);
    const parquet = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "question", data: column("question") as string[] },
          { name: "prompt", data: column("prompt") as string[] },
          { name: "reward", data: column("reward") as boolean[] },
          { name: "repetition", data: (column("repetition") as number[]).map(BigInt), type: "INT64" },
        ],
      }),
    );
    const runs = [
      await importContent("t.csv", csv(",")),
      await importContent("t.csv", `\uFEFF${csv(";")}`),
      await importContent("t.csv", csv("\t")),
      await importContent("t.tsv", csv("\t")),
      await importContent("t.txt", csv("|"), { format: "csv", delimiter: "|" }),
      await importContent("t.jsonl", rows.map((row) => JSON.stringify(row)).join("\n")),
      await importContent("t.parquet", parquet),
    ];
    for (const { rewards, summary, log } of runs) {
      expect(rewards).toEqual({ "a?/p/0": 1, "b?/p/0": 0, "a?/p/7": 1 });
      expect(summary).toEqual({ queries: 3, uniqueQueries: 2, prompts: 1, interactions: 3, skipped: 0 });
      expect(log.queries.map(({ text }) => text).sort()).toEqual(["a?", "b?"]);
    }
  });

  test("all columns, mapped by name", async () => {
    const { log, interactions, summary } = await importContent(
      "all.csv",
      `nr,frage,variante,vorlage,gut,llm,lauf,antwort,soll,preis,zeit,teil,p,sicher,kritik,gruppe
7,Wie viel?,v1,Denke.,1,gpt,3,drei,3,0.25,1200,test,0.5,0.9,1,g1
`,
      {
        columns: {
          queryId: "nr",
          query: "frage",
          prompt: "variante",
          template: "vorlage",
          reward: "gut",
          llm: "llm",
          repetition: "lauf",
          answer: "antwort",
          goldenAnswer: "soll",
          cost: "preis",
          latencyMs: "zeit",
          split: "teil",
          propensity: "p",
          confidence: "sicher",
          critic: "kritik",
          group: "gruppe",
        },
        task: "deutsch",
      },
    );
    expect(log.queries).toEqual([{ id: "7", text: "Wie viel?", answer: "3", group: "g1" }]);
    expect(log.prompts).toMatchObject([{ id: "v1", template: "Denke.", split: "training" }]);
    expect(interactions).toEqual([
      {
        queryId: "7",
        promptId: "v1",
        llm: "gpt",
        repetition: 3,
        reward: 1,
        answer: "drei",
        cost: 0.25,
        latencyMs: 1200,
        split: "test",
        propensity: 0.5,
        confidence: 0.9,
        critic: 1,
      },
    ]);
    expect(summary.queries).toBe(1);
  });

  test("answers are graded where there is no reward: carefully, or as told", async () => {
    const content = 'question,prompt,response,expected\na?,p,"It is 1,000.",1000\nb?,p,no idea,3\nc?,p,,3\n';
    expect((await importContent("g.csv", content)).rewards).toEqual({
      "a?/p/0": 1,
      "b?/p/0": 0,
      "c?/p/0": 0,
    });
    const reference = await importContent("g.csv", content, { matcher: "reference" });
    expect(reference.rewards).toEqual({ "a?/p/0": 0, "b?/p/0": 0, "c?/p/0": 0 });
    expect(reference.summary.skipped).toBe(0);
    expect(reference.log.queries.find(({ text }) => text === "a?")!.answer).toBe("1000");
  });

  test("an empty reward is no wrong answer: skipped and counted, and its question and prompt are not invented", async () => {
    const { summary, log } = await importContent(
      "e.csv",
      "question,prompt,score\na?,p,1\nb?,q,\nc?,p,null\nd?,p, \na?,p,n/a\n",
    );
    expect(summary).toMatchObject({ interactions: 1, skipped: 4, uniqueQueries: 1, prompts: 1 });
    expect(log.prompts.map(({ id }) => id)).toEqual(["p"]);
  });

  test("a prompt column of sentences holds templates", async () => {
    const { log } = await importContent(
      "s.csv",
      'question,prompt,reward\na?,"Think step by step.",1\na?,Guess quickly.,0\n',
      { heldOut: ["Guess quickly."] },
    );
    expect(log.prompts).toMatchObject([
      { id: "guess-quickly-6b3e6ac8", template: "Guess quickly.", split: "held-out" },
      { id: "think-step-by-step-198a1111", template: "Think step by step.", split: "training" },
    ]);
  });

  test("templates come from a prompts file; its untried prompts become held-out candidates", async () => {
    await writeFile(
      join(folder, "prompts.yaml"),
      "- {id: plain, template: 'Answer:'}\n- {id: steps, template: Think., split: held-out}\n- {id: new, template: Never tried.}\n",
    );
    const warnings: string[] = [];
    const { log } = await importContent("log.csv", LONG, {
      promptsFile: join(folder, "prompts.yaml"),
      onWarning: (message) => warnings.push(message),
    });
    expect(log.prompts).toMatchObject([
      { id: "new", template: "Never tried.", split: "held-out" },
      { id: "plain", template: "Answer:", split: "training" },
      { id: "steps", template: "Think.", split: "held-out" },
    ]);
    expect(warnings).toEqual([expect.stringMatching(/"new" has no rows/)]);
    await expect(
      importContent("x.csv", "question,prompt,reward\na?,other,1\n", {
        promptsFile: join(folder, "prompts.yaml"),
      }),
    ).rejects.toThrow(/x\.csv:2: The prompt "other" is not in .*prompts\.yaml/);
  });

  test("several LLMs stand side by side", async () => {
    const { summary, log } = await importContent(
      "m.csv",
      "question,prompt,reward,model\na?,p,1,x\na?,p,0,y\na?,p,0,x\n",
      { chosenModel: "x" },
    );
    expect(summary).toMatchObject({ queries: 2, interactions: 3 });
    expect([...log.reward].sort()).toEqual([0, 1]);
  });
});

describe("the prompts' wording", () => {
  const templates = (log: RewardLog): [string, string][] =>
    log.prompts.map(({ id, template }) => [id, template]);
  const cot = "Think step by step.";

  test.each([
    ["question,prompt_name,prompt,answer,expected,correct,model", "cot", cot],
    ["question,prompt_id,prompt_text,answer,expected,correct,model", "1", cot],
    ["question,prompt_key,prompt_template,answer,expected,correct,model", "cot", cot],
    ["question,prompt id,template,answer,expected,correct,model", "cot", cot],
    ["question,prompt_alias,instruction,answer,expected,correct,model", "cot", cot],
    ["question,variant,prompt,answer,expected,correct,model", "cot", cot],
    ["question,prompt_name,prompt,answer,expected,correct,model", "Chain of thought", cot],
  ])("stands beside the id: %s", async (header, id, template) => {
    const { log } = await importContent(
      "w.csv",
      `${header}\na?,${id},${template},2,2,1,gpt\na?,plain,Answer:,3,2,0,gpt\n`,
    );
    expect(templates(log)).toEqual([
      [id, template],
      ["plain", "Answer:"],
    ]);
    expect(log.queries).toMatchObject([{ text: "a?", answer: "2" }]);
    expect(log.llm).toBe("gpt");
  });

  test("beside an id, prompts with the question inside are left out, and said so", async () => {
    const warnings: string[] = [];
    const { log } = await importContent(
      "w.csv",
      "question,prompt_name,prompt,reward\na?,cot,Think: a?,1\nb?,cot,Think: b?,1\na?,plain,a?,0\n",
      { onWarning: (message) => warnings.push(message) },
    );
    expect(templates(log)).toEqual([
      ["cot", "cot"],
      ["plain", "plain"],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/"prompt" is not taken.*one "prompt_name".*--template-column/),
    ]);
  });

  const rows = (count: number, cells: (row: number) => string): string =>
    Array.from({ length: count }, (_, row) => `${cells(row)}\n`).join("");
  const rendered = `question,prompt,style,reward\n${rows(750, (row) => `Is ${row} odd?,Think. Is ${row} odd?,Think.,${row % 2}`)}`;

  test("prompts with the question inside are refused: what was found, why, and what to do", async () => {
    await expect(importContent("r.csv", rendered)).rejects.toThrow(DataError);
    await expect(importContent("r.csv", rendered)).rejects.toThrow(
      /r\.csv.*750 prompts were found, each tried on one question only \(the log has 750 questions\).*Nothing can be learned.*--template-column/,
    );
    const { log } = await importContent("r.csv", rendered, { columns: { template: "style" } });
    expect(templates(log)).toEqual([[expect.stringMatching(/^think-[0-9a-f]{8}$/), "Think."]]);
  });

  test.each([
    ["10 prompts on a question each", rows(10, (row) => `q${row}?,p${row},1`), 10],
    ["30 prompts on 10 questions", rows(30, (row) => `q${row % 10}?,p${row},1`), 30],
    [
      "each prompt on two of 40 questions",
      rows(80, (row) => `q${row >> 1}?,p${(row >> 2) * 2 + (row % 2)},1`),
      40,
    ],
    [
      "a few prompts on all questions, and many stray ones",
      rows(200, (row) => `q${row}?,steady,1`) + rows(90, (row) => `q${row}?,stray${row},1`),
      91,
    ],
  ])("%s are a log", async (_name, content, prompts) => {
    const { summary } = await importContent("p.csv", `question,prompt,reward\n${content}`);
    expect(summary.prompts).toBe(prompts);
  });

  test("a wide table of many prompts and few answers is a log", async () => {
    const names = Array.from({ length: 12 }, (_, column) => `p${column}`);
    const content = `question,${names.join(",")}\n${rows(12, (row) => `q${row}?,${names.map((_, column) => (column === row ? "1" : "")).join(",")}`)}`;
    expect((await importContent("w.csv", content)).summary).toMatchObject({ prompts: 12, interactions: 12 });
  });
});

describe("other tools' logs", () => {
  test("dotted paths lead into JSON objects, and only into their own fields", async () => {
    const lines = [
      { vars: { question: "a?" }, prompt: { label: "p" }, "v.success": true, success: 0 },
      { vars: { question: "b?" }, prompt: { label: "p" }, "v.success": false, v: { success: true } },
    ];
    const content = lines.map((line) => JSON.stringify(line)).join("\n");
    const columns = { query: "vars.question", prompt: "prompt.label", reward: "v.success" };
    const { log, rewards } = await importContent("d.jsonl", content, { columns });
    expect(log.queries.map(({ text }) => text).sort()).toEqual(["a?", "b?"]);
    expect(log.prompts.map(({ id }) => id)).toEqual(["p"]);
    expect(rewards).toEqual({ "a?/p/0": 1, "b?/p/0": 0 });
    for (const query of ["vars.text", "vars.__proto__", "vars.question.length"])
      await expect(importContent("d.jsonl", content, { columns: { ...columns, query } })).rejects.toThrow(
        `no column "${query}"`,
      );
  });

  test("promptfoo's JSON lines, as the documentation maps them", async () => {
    const result = (question: string, promptIdx: number, success: boolean): string => {
      const label = ["Think. {{question}}", "{{question}}"][promptIdx]!;
      const prompt = { raw: label.replace("{{question}}", question), label };
      return JSON.stringify({
        promptIdx,
        vars: { question },
        prompt,
        provider: { id: "gpt", label: "" },
        success,
        score: success ? 1 : 0.3,
        latencyMs: 12,
      });
    };
    const { log, rewards } = await importContent(
      "results.jsonl",
      [result("a?", 0, true), result("a?", 1, false), result("b?", 0, false)].join("\n"),
      {
        columns: {
          query: "vars.question",
          prompt: "promptIdx",
          template: "prompt.label",
          reward: "success",
          llm: "provider.id",
        },
      },
    );
    expect(log.llm).toBe("gpt");
    expect(log.prompts.map(({ id, template }) => [id, template])).toEqual([
      ["0", "Think. {{question}}"],
      ["1", "{{question}}"],
    ]);
    expect(rewards).toEqual({ "a?/0/0": 1, "a?/1/0": 0, "b?/0/0": 0 });
  });

  test("a reward that cannot be read names every word that can", async () => {
    await expect(importContent("x.csv", "question,prompt,reward\na?,p,good\n")).rejects.toThrow(
      /x\.csv:2: .*"good".*\[0, 1\].*true.*yes.*pass.*correct.*false.*no.*fail.*wrong/,
    );
  });
});

describe("wide tables", () => {
  test("one column a prompt, recognized by its rewards; empty cells are untried pairs", async () => {
    const { summary, rewards, log } = await importContent(
      "w.csv",
      "id,question,answer,category,plain,steps\n1,a?,5,sums,1,0\n2,b?,6,sums,,true\n",
    );
    expect(summary).toEqual({ queries: 2, uniqueQueries: 2, prompts: 2, interactions: 3, skipped: 1 });
    expect(rewards).toEqual({ "a?/plain/0": 1, "a?/steps/0": 0, "b?/steps/0": 1 });
    expect(log.queries.map(({ text }) => text).sort()).toEqual(["a?", "b?"]);
  });

  test("columns as told", async () => {
    const { rewards } = await importContent("w.csv", "question,x,y,z\na?,1,0,1\n", {
      promptColumns: ["z", "x"],
    });
    expect(rewards).toEqual({ "a?/z/0": 1, "a?/x/0": 1 });
  });
});

describe("configuration", () => {
  test("a YAML file says what the flags say", async () => {
    const path = join(folder, "columns.yaml");
    await writeFile(path, "columns:\n  query: frage\n  reward: gut\nheldOut: [steps]\nllm: gpt\n");
    const config = await readTableConfig(path);
    const { log } = await importContent("c.csv", "frage,prompt,gut\na?,plain,1\na?,steps,0\n", config);
    expect(log.prompts.map(({ split }) => split)).toEqual(["training", "held-out"]);
    expect(log.llm).toBe("gpt");
  });

  test.each([
    ["an unknown key", "colums: {}", /columns\.yaml:1: unknown key "colums"\. Did you mean "columns"/],
    ["an unknown column", "columns: {qestion: a}", /columns\.yaml:1: unknown key "columns\.qestion"/],
    ["a wrong type", "columns: {query: [a]}", /"columns\.query" is \["a"\]: .*expected string/],
    ["broken YAML", "columns: {query: 'a", /columns\.yaml:1: /],
    ["a key twice", "task: a\ntask: b", /columns\.yaml:2: /],
    [
      "aliases without end",
      `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
      /alias/,
    ],
  ])("%s is refused", async (_name, content, message) => {
    const path = join(folder, "columns.yaml");
    await writeFile(path, content);
    await expect(readTableConfig(path)).rejects.toThrow(ConfigError);
    await expect(readTableConfig(path)).rejects.toThrow(message);
  });

  test.each([
    [
      "a named column that is missing",
      LONG,
      { columns: { reward: "ok" } },
      /no column "ok"; it has "question", "prompt"/,
    ],
    ["no question", "text_a,prompt,reward\na,p,1\n", {}, /recognized as the question's text.*--query-column/],
    ["no prompt", "question,reward\na?,1\n", {}, /recognized as the prompt.*--prompt-column/],
    ["no reward", "question,prompt\na?,p\n", {}, /recognized as the reward.*--reward-column/],
    ["no prompt columns", "question,notes\na?,hello\n", {}, /one prompt's rewards each/],
  ] as const)("%s is named with the columns there are", async (_name, content, options, message) => {
    await expect(importContent("x.csv", content, options)).rejects.toThrow(ConfigError);
    await expect(importContent("x.csv", content, options)).rejects.toThrow(message);
  });

  test("an extension that says nothing needs a format", async () => {
    await expect(importContent("log.data", LONG)).rejects.toThrow(
      /Name its format: csv, tsv, jsonl, json, parquet/,
    );
  });
});

test("an existing run is kept without force, and a canceled import leaves nothing behind", async () => {
  await importContent("log.csv", LONG);
  await expect(importContent("log.csv", LONG, { force: false })).rejects.toThrow(ExistsError);
  const before = await readFile(join(folder, "run", "run.json"), "utf8");
  await expect(importContent("log.csv", LONG, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  expect(await readFile(join(folder, "run", "run.json"), "utf8")).toBe(before);
});

test("an import canceled in the middle leaves nothing behind", async () => {
  const control = new AbortController();
  const rows = Array.from(
    { length: 20_000 },
    (_, row) => `How much is ${row} plus ${row}, and why?,p,1\n`,
  ).join("");
  const work = importContent("long.csv", `question,prompt,reward\n${rows.replaceAll(", and", " and")}`, {
    signal: control.signal,
    onProgress: (_stage, done, total) => {
      if (done > total / 3) control.abort();
    },
  });
  await expect(work).rejects.toThrow(AbortedError);
  expect(await readdir(folder)).toEqual(["long.csv"]);
});

test("progress counts the file's bytes", async () => {
  const calls: [string, number, number][] = [];
  await importContent("log.csv", LONG, { onProgress: (...call) => calls.push(call) });
  expect(calls.at(-1)).toEqual(["import", LONG.length, LONG.length]);
});

test("a log without a single reward is an error", async () => {
  await expect(importContent("x.csv", "question,prompt,reward\na?,p,\n")).rejects.toThrow(DataError);
  await expect(importContent("x.csv", "question,prompt,reward\na?,p,\n")).rejects.toThrow(
    /not one interaction with a reward \(1 entries have none\)/,
  );
});
