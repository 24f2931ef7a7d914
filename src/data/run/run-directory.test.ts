import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DataError, ExistsError, IoError, UsageError } from "../../errors.ts";
import type { Interaction, Prompt, Query } from "../../types/index.ts";
import { createRunDirectory } from "./create-run-directory.ts";
import { readRewardLog } from "./read-reward-log.ts";
import { hashRun, openRunDirectory } from "./run-directory.ts";
import type { RunDescription } from "./run-manifest.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const description: RunDescription = {
  task: "arithmetic",
  source: { kind: "test", files: [], options: {} },
  counts: { queries: 2, uniqueQueries: 2, prompts: 2, interactions: 3, skipped: 0 },
  llms: ["llm"],
};
const queries: Query[] = [
  { id: "q1", text: "1 + 1 = ?", answer: "2" },
  { id: "__proto__", text: "2 + 2 = ?", group: "sums" },
];
const prompts: Prompt[] = [
  { id: "p1", template: "Think.", split: "training" },
  { id: "p2", template: "Guess.", split: "held-out" },
];
const interactions: Interaction[] = [
  { queryId: "q1", promptId: "p1", llm: "llm", repetition: 0, reward: 1, split: "train", confidence: 0.5 },
  {
    queryId: "__proto__",
    promptId: "p1",
    llm: "llm",
    repetition: 0,
    reward: 0.25,
    split: "test",
    critic: 1,
  },
  { queryId: "q1", promptId: "p2", llm: "llm", repetition: 3, reward: 0, answer: "3" },
];

async function makeRun(
  path: string,
  options: { force?: boolean; interactions?: readonly object[]; queries?: readonly object[] } = {},
): Promise<string> {
  const writer = await createRunDirectory(path, options);
  for (const query of options.queries ?? queries) writer.addQuery(query as Query);
  for (const prompt of prompts) writer.addPrompt(prompt);
  for (const interaction of options.interactions ?? interactions)
    writer.addInteraction(interaction as Interaction);
  const counts = {
    ...description.counts,
    interactions: (options.interactions ?? interactions).length,
    uniqueQueries: (options.queries ?? queries).length,
  };
  return (await writer.commit({ ...description, counts })).path;
}

/** A process id that is surely not in use: that of a process that has ended. */
function deadProcessId(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("creating", () => {
  test("a run is seen at its path only once it is whole, and nothing is left beside it", async () => {
    const path = join(folder, "deep", "run");
    const writer = await createRunDirectory(path);
    for (const query of queries) writer.addQuery(query);
    await expect(openRunDirectory(path)).rejects.toThrow(UsageError);
    const run = await writer.commit(description);
    expect(run.manifest).toMatchObject({ ...description, format: "prompt-oirl-run", formatVersion: 1 });
    expect(await readdir(join(folder, "deep"))).toEqual(["run"]);
    expect((await readdir(path)).sort()).toEqual([
      "interactions.jsonl",
      "prompts.jsonl",
      "queries.jsonl",
      "run.json",
    ]);
    await writer.discard();
    expect(await readdir(path)).toHaveLength(4);
  });

  test("further files come with it", async () => {
    const writer = await createRunDirectory(join(folder, "run"));
    await writeFile(await writer.prepareFile("embeddings/prompts.npy"), "x");
    const run = await writer.commit(description);
    expect(await readFile(run.file("embeddings/prompts.npy"), "utf8")).toBe("x");
  });

  test("an existing run is refused without force and untouched", async () => {
    const path = await makeRun(join(folder, "run"));
    const before = await readFile(join(path, "run.json"), "utf8");
    await expect(createRunDirectory(path)).rejects.toThrow(ExistsError);
    await expect(createRunDirectory(path)).rejects.toThrow(/already holds a run.*--force/);
    expect(await readFile(join(path, "run.json"), "utf8")).toBe(before);
    expect(await readdir(folder)).toEqual(["run"]);
  });

  test("with force the old run stays until commit; its models and results go, the user's own files stay", async () => {
    const path = await makeRun(join(folder, "run"));
    await mkdir(join(path, "results"));
    await writeFile(join(path, "results", "old.json"), "{}");
    // Verdicts on the old log's answers, which must not pass for verdicts on the new log's.
    await mkdir(join(path, "critic"));
    await writeFile(join(path, "my-notes.txt"), "keep me");
    const old = await hashRun(await openRunDirectory(path));
    const writer = await createRunDirectory(path, { force: true });
    writer.addQuery(queries[0]!);
    expect(await hashRun(await openRunDirectory(path))).toBe(old);
    await writer.commit(description);
    expect(await hashRun(await openRunDirectory(path))).not.toBe(old);
    expect((await readdir(path)).includes("results")).toBe(false);
    expect((await readdir(path)).includes("critic")).toBe(false);
    expect(await readFile(join(path, "my-notes.txt"), "utf8")).toBe("keep me");
    expect(await readdir(folder)).toEqual(["run"]);
  });

  test("discarding leaves the old run and nothing else", async () => {
    const path = await makeRun(join(folder, "run"));
    const writer = await createRunDirectory(path, { force: true });
    writer.addQuery(queries[0]!);
    await writer.discard();
    expect(await readdir(folder)).toEqual(["run"]);
    expect((await readRewardLog(await openRunDirectory(path))).length).toBe(3);
  });

  test("a folder or file that is not a run is left alone even with force; an empty folder is used", async () => {
    await mkdir(join(folder, "thesis"));
    await writeFile(join(folder, "thesis", "chapter.tex"), "years of work");
    await expect(makeRun(join(folder, "thesis"), { force: true })).rejects.toThrow(
      /is not a run directory.*left alone/,
    );
    await writeFile(join(folder, "file"), "x");
    await expect(makeRun(join(folder, "file"), { force: true })).rejects.toThrow(/is a file; choose another/);
    await expect(makeRun(join(folder, "file", "run"))).rejects.toThrow(IoError);
    expect(await readFile(join(folder, "thesis", "chapter.tex"), "utf8")).toBe("years of work");
    await mkdir(join(folder, "empty"));
    await makeRun(join(folder, "empty"));
  });

  test("leftovers of dead processes are removed, those of living ones and of other runs are not", async () => {
    const dead = `.run.oirl-tmp-${deadProcessId()}-0123abcd`;
    const living = `.run.oirl-tmp-${process.pid}-0123abcd`;
    const other = `.other.oirl-tmp-${deadProcessId()}-0123abcd`;
    const foreign = ".run.oirl-tmp-notes";
    for (const name of [dead, living, other, foreign]) await mkdir(join(folder, name));
    await makeRun(join(folder, "run"));
    expect((await readdir(folder)).sort()).toEqual([other, living, foreign, "run"].sort());
  });

  test("killed between the two renames of a replacement, the old run comes back", async () => {
    const path = await makeRun(join(folder, "run"));
    await rename(path, join(folder, ".run.oirl-replaced"));
    expect((await readRewardLog(await openRunDirectory(path))).length).toBe(3);
    await rename(path, join(folder, ".run.oirl-replaced"));
    await expect(createRunDirectory(path)).rejects.toThrow(ExistsError);
    expect(await readdir(folder)).toEqual(["run"]);
  });

  test("killed after them, the rest of the old run goes and the user's files move over", async () => {
    const path = await makeRun(join(folder, "run"));
    await makeRun(join(folder, ".run.oirl-replaced"));
    await writeFile(join(folder, ".run.oirl-replaced", "notes.txt"), "mine");
    await openRunDirectory(path);
    expect(await readdir(folder)).toEqual(["run"]);
    expect(await readFile(join(path, "notes.txt"), "utf8")).toBe("mine");
  });
});

describe("opening", () => {
  test("what is missing is named with the command that makes it", async () => {
    await expect(openRunDirectory(join(folder, "none"))).rejects.toThrow(/does not exist.*oirl import/);
    await expect(openRunDirectory(folder)).rejects.toThrow(/is not a run directory.*oirl import/);
    await writeFile(join(folder, "f"), "");
    await expect(openRunDirectory(join(folder, "f"))).rejects.toThrow(/is a file, not a run directory/);
  });

  test.each([
    ["not JSON", "{", /run\.json: .*not JSON/],
    ["another format", "{}", /run\.json: .*manifest's "format" is missing/],
    ["a later version", '{"formatVersion": 9}', /version 9.*Update prompt-oirl/],
    ["null", "null", /run\.json: The run's manifest is null/],
  ])("a manifest that is %s", async (_name, content, message) => {
    const path = await makeRun(join(folder, "run"));
    await writeFile(join(path, "run.json"), content);
    await expect(openRunDirectory(path)).rejects.toThrow(DataError);
    await expect(openRunDirectory(path)).rejects.toThrow(message);
  });

  test("a missing file is named", async () => {
    const path = await makeRun(join(folder, "run"));
    await rm(join(path, "interactions.jsonl"));
    await expect(openRunDirectory(path)).rejects.toThrow(/interactions\.jsonl: The file is missing/);
  });

  test.each(["../x", "/etc/passwd", "a/../../b", "", ".", "results/../.."])(
    "no name leads out: %j",
    async (name) => {
      const run = await openRunDirectory(await makeRun(join(folder, "run")));
      expect(() => run.file(name)).toThrow(UsageError);
      expect(run.file("results/a.json")).toBe(join(run.path, "results", "a.json"));
      expect(run.file("..results")).toBe(join(run.path, "..results"));
    },
  );

  test("the hash follows the content of the log and nothing else", async () => {
    const first = await openRunDirectory(await makeRun(join(folder, "a")));
    const same = await openRunDirectory(await makeRun(join(folder, "b")));
    const other = await openRunDirectory(
      await makeRun(join(folder, "c"), { interactions: interactions.slice(1) }),
    );
    expect(await hashRun(first)).toBe(await hashRun(same));
    expect(await hashRun(first)).not.toBe(await hashRun(other));
  });
});

describe("reading the log", () => {
  test("records become columns", async () => {
    const log = await readRewardLog(await openRunDirectory(await makeRun(join(folder, "run"))));
    // In order of their ids, whatever the order of lines.
    expect(log.queries).toEqual([queries[1], queries[0]]);
    expect(log.prompts).toEqual(prompts.map((prompt) => ({ ...prompt, promptId: prompt.id, llm: "llm" })));
    expect(log.choose).toBe("prompt");
    expect(log.llm).toBe("llm");
    expect(log.length).toBe(3);
    expect([...log.queryIndex]).toEqual([0, 1, 1]);
    expect([...log.promptIndex]).toEqual([0, 0, 1]);
    expect([...log.repetition]).toEqual([0, 0, 3]);
    expect([...log.reward]).toEqual([0.25, 1, 0]);
    expect([...log.part]).toEqual([2, 1, 0]);
    expect([...log.confidence]).toEqual([Number.NaN, 0.5, Number.NaN]);
    expect([...log.critic]).toEqual([1, Number.NaN, Number.NaN]);
  });

  const good = interactions[0]!;
  test.each<readonly [string, object[], RegExp]>([
    [
      "reward above 1",
      [good, { ...good, repetition: 1, reward: 1.5 }],
      /jsonl:2: .*"reward" is 1\.5: must be in \[0, 1\]/,
    ],
    ["negative reward", [{ ...good, reward: -0.1 }], /jsonl:1: .*"reward" is -0\.1/],
    ["reward null, as NaN is written", [{ ...good, reward: Number.NaN }], /"reward" is null/],
    ["reward as text", [{ ...good, reward: "1" }], /"reward" is "1"/],
    ["no reward", [{ ...good, reward: undefined }], /"reward" is missing/],
    ["unknown query", [{ ...good, queryId: "q9" }], /jsonl:1: The query "q9" is not in queries\.jsonl/],
    ["unknown prompt", [{ ...good, promptId: "toString" }], /The prompt "toString" is not in prompts\.jsonl/],
    [
      "duplicate",
      [good, interactions[1]!, { ...good, reward: 0 }],
      /jsonl:3: .*repetition 0 stands already on line 1/,
    ],
    ["negative repetition", [{ ...good, repetition: -1 }], /"repetition" is -1/],
    ["half a repetition", [{ ...good, repetition: 0.5 }], /"repetition" is 0\.5/],
    ["propensity 0", [{ ...good, propensity: 0 }], /"propensity" is 0/],
    ["a line that is a list", [[1, 2] as object], /jsonl:1: The interaction is \[1,2\]/],
  ])("%s is refused with its line", async (_name, lines, message) => {
    const run = await openRunDirectory(await makeRun(join(folder, "run"), { interactions: lines }));
    await expect(readRewardLog(run)).rejects.toThrow(DataError);
    await expect(readRewardLog(run)).rejects.toThrow(message);
  });

  test("two queries of one id are refused", async () => {
    const run = await openRunDirectory(
      await makeRun(join(folder, "run"), { queries: [...queries, { id: "q1", text: "again" }] }),
    );
    await expect(readRewardLog(run)).rejects.toThrow(/queries\.jsonl:3: The id "q1" stands already/);
  });

  test("of several LLMs one is named, or they are chosen among", async () => {
    const mixed = [...interactions, { ...good, llm: "other", reward: 0 }];
    const run = await openRunDirectory(await makeRun(join(folder, "run"), { interactions: mixed }));
    await expect(readRewardLog(run, { choose: "prompt" })).rejects.toThrow(UsageError);
    await expect(readRewardLog(run, { choose: "prompt" })).rejects.toThrow(
      /2 LLMs: "llm", "other"\. Choose one by --llm/,
    );
    await expect(readRewardLog(run, { llm: "other", choose: "llm" })).rejects.toThrow(
      /leave one of the two out/,
    );
    await expect(readRewardLog(run, { llm: "third" })).rejects.toThrow(
      /no answers of "third"; it has "llm", "other"/,
    );
    const chosen = await readRewardLog(run, { llm: "other" });
    expect([chosen.llm, chosen.length, chosen.reward[0]]).toEqual(["other", 1, 0]);
    expect(chosen.choose).toBe("prompt");

    const pairs = await readRewardLog(run);
    expect(pairs.choose).toBe("both");
    expect(pairs.prompts.map(({ id, promptId, llm }) => [id, promptId, llm])).toEqual([
      ["p1 @ llm", "p1", "llm"],
      ["p1 @ other", "p1", "other"],
      ["p2 @ llm", "p2", "llm"],
    ]);
    expect(pairs.length).toBe(4);

    const llms = await readRewardLog(run, { choose: "llm" });
    expect(llms.prompts.map(({ id, promptId }) => [id, promptId])).toEqual([
      ["llm", "p1"],
      ["other", "p1"],
    ]);
    expect(llms.llm).toBe("llm, other");
    expect([...llms.promptIndex]).toEqual([0, 0, 1]);
  });

  test("costs and times are read where the log has any", async () => {
    const plain = await readRewardLog(await openRunDirectory(await makeRun(join(folder, "plain"))));
    expect([plain.cost, plain.latencyMs]).toEqual([undefined, undefined]);
    const paid = interactions.map((interaction, index) =>
      index === 1 ? { ...interaction, cost: 0.5, latencyMs: 20 } : interaction,
    );
    const run = await openRunDirectory(await makeRun(join(folder, "paid"), { interactions: paid }));
    const log = await readRewardLog(run);
    const at = log.reward.indexOf(interactions[1]!.reward);
    expect(log.cost?.[at]).toBe(0.5);
    expect(log.latencyMs?.[at]).toBe(20);
    expect(log.cost?.filter((cost) => Number.isNaN(cost))).toHaveLength(2);
  });

  test.each([
    ["interactions.jsonl", 3, "interactions"],
    ["queries.jsonl", 2, "questions"],
    ["prompts.jsonl", 2, "prompts"],
  ])("a cut %s is refused, torn within its last line or cut at a line's end", async (name, count, what) => {
    const run = await openRunDirectory(await makeRun(join(folder, "run")));
    const file = run.file(name);
    const whole = await readFile(file, "utf8");
    const lines = whole.trimEnd().split("\n").slice(0, -1);
    for (const cut of [whole.slice(0, -10), `${lines.join("\n")}\n`]) {
      await writeFile(file, cut);
      await expect(readRewardLog(run)).rejects.toThrow(DataError);
      await expect(readRewardLog(run)).rejects.toThrow(
        `${file}: The file holds ${count - 1} whole ${what}, but run.json counts ${count}: 1 are missing`,
      );
    }
  });

  test("a torn last line beyond what is counted is dropped with a warning, one in the middle is an error", async () => {
    const run = await openRunDirectory(await makeRun(join(folder, "run")));
    const file = run.file("interactions.jsonl");
    const whole = await readFile(file, "utf8");
    await writeFile(file, `${whole}{"queryId":"q1","pro`);
    const warnings: string[] = [];
    const log = await readRewardLog(run, { onWarning: (text) => warnings.push(text) });
    expect(log.length).toBe(3);
    expect(warnings).toEqual([expect.stringMatching(/interactions\.jsonl:4: the last line is incomplete/)]);
    await writeFile(file, `{"queryId":"q1","pro\n${whole}`);
    await expect(readRewardLog(run)).rejects.toThrow(/interactions\.jsonl:1: This is not a JSON value/);
  });
});
