import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type ChatModel, type CollectSummary, createChatModel } from "../../src/llm/index.ts";
import type { Interaction } from "../../src/types/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { readInteractions, scratchFolder } from "../support/collect-fixture.ts";
import { type FoundLlm, findLocalLlm, type LocalLlm, requireLocalLlm } from "../support/fetch-local-llm.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { serveChatModel } from "../support/serve-chat-model.ts";

const QUESTIONS = join(PROJECT_ROOT, "demo/questions.jsonl");
const PROMPTS = join(PROJECT_ROOT, "demo/prompts.yaml");
const KEEP_ANSWERS = join(PROJECT_ROOT, "scripts/keep-demo-answers.mjs");
const FEW_PROMPTS = `- { id: plain, template: "{{query}}" }
- { id: brief, template: "{{query}} Be brief." }
- { id: teacher, system: You are a teacher., template: "{{query}}" }
`;

const execute = promisify(execFile);

let found: FoundLlm;
let folder: Awaited<ReturnType<typeof scratchFolder>>;
let fewPrompts: string;
beforeAll(async () => {
  folder = await scratchFolder();
  fewPrompts = join(folder.path, "prompts.yaml");
  await writeFile(fewPrompts, FEW_PROMPTS);
  found = await findLocalLlm();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await folder.remove();
});
beforeEach(() => {
  if (found.llm !== null) vi.stubEnv("OIRL_LLAMA_FOLDER", found.llm.folder);
});

/** A command that collects from the model in this process. */
function local(llm: LocalLlm, run: string, ...more: readonly string[]): string[] {
  return [
    ...["collect", join(folder.path, run), "--provider", "local", "--llm", llm.model, "--threads", "1"],
    ...["--queries", QUESTIONS, "--prompts", fewPrompts, "--matcher", "contains", ...more],
  ];
}

/** Answers by question, prompt and repetition. */
async function answers(run: string): Promise<ReadonlyMap<string, string | undefined>> {
  const interactions = await readInteractions(join(folder.path, run));
  return new Map(
    interactions.map(({ queryId, promptId, repetition, answer }: Interaction) => [
      `${queryId} ${promptId} ${repetition}`,
      answer,
    ]),
  );
}

/** Of a kept answer: question, prompt and its first words. */
function beginning(line: string): string {
  return line.slice(0, line.indexOf('"answer":"') + 22);
}

describe("a real LLM in this process", () => {
  test("answers the demo's questions as in the demo's log; asked again, it is not", async (context) => {
    const llm = requireLocalLlm(context, found);
    const settings = ["--temperature", "0", "--max-tokens", "48"];
    const command = local(llm, "greedy", "--prompts", PROMPTS, "--limit", "4", ...settings);
    const summary = await callCliForJson<CollectSummary>(command);
    expect(summary).toMatchObject({ llm: "SmolLM2-135M-Instruct.Q4_1.gguf", interactions: 32 });
    expect(summary.calls).toMatchObject({ answered: 32, attempts: 32, failed: 0 });
    expect(summary.success).toBeGreaterThan(0);
    expect(summary.success).toBeLessThan(1);
    expect(summary.tokens.output).toBeLessThanOrEqual(32 * 48);
    expect(summary.cost).toBe(0);
    const { stdout } = await execute(process.execPath, [KEEP_ANSWERS, join(folder.path, "greedy")]);
    const kept = stdout.trimEnd().split("\n");
    expect(kept.length).toBe(32);
    const log = (await readFile(join(PROJECT_ROOT, "demo/answers.jsonl"), "utf8")).split("\n");
    // Processors round differently, which now and then changes a word and all that follows.
    const beginnings = new Set(log.map(beginning));
    expect(kept.filter((line) => beginnings.has(beginning(line))).length).toBeGreaterThanOrEqual(24);
    const again = await callCliForJson<CollectSummary>(command);
    expect(again.calls).toMatchObject({ answered: 0, answeredBefore: 32, attempts: 0 });
  });

  test("sampled answers are the same, whether a run was collected in one go or in two", async (context) => {
    const llm = requireLocalLlm(context, found);
    const sampled = ["--temperature", "1", "--repeats", "2", "--max-tokens", "8"];
    await callCliForJson(local(llm, "whole", "--limit", "2", ...sampled));
    await callCliForJson(local(llm, "parts", "--limit", "1", ...sampled));
    await callCliForJson(local(llm, "parts", "--limit", "2", ...sampled));
    const whole = await answers("whole");
    expect(whole.size).toBe(2 * 3 * 2);
    expect(await answers("parts")).toEqual(whole);
    const differing = [...whole].filter(
      ([key, answer]) => key.endsWith(" 0") && answer !== whole.get(key.replace(/0$/, "1")),
    );
    expect(differing.length).toBeGreaterThan(3);
  });

  test("another file of the same name is another model", async (context) => {
    const llm = requireLocalLlm(context, found);
    const name = "model.gguf";
    const file = join(folder.path, name);
    await cp(llm.model, file);
    const command = (): string[] =>
      local({ ...llm, model: file }, "renamed", "--limit", "1", "--max-tokens", "1");
    await callCliForJson(command());
    const bytes = await readFile(file);
    // The weights stand last.
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(file, bytes);
    const { exitCode, stderr } = await callCli(command());
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/begun with revision "[0-9a-f]{64}", but now it is/);
  });
});

describe("the same LLM over HTTP", () => {
  test("an OpenAI-compatible endpoint gives the answers it gives in this process", async (context) => {
    const llm = requireLocalLlm(context, found);
    const model: ChatModel = await createChatModel({ provider: "local", model: llm.model, threads: 1 });
    const endpoint = await serveChatModel(model);
    try {
      const summary = await callCliForJson<CollectSummary>([
        ...["collect", join(folder.path, "http"), "--base-url", endpoint.baseUrl, "--llm", "smollm2"],
        ...["--queries", QUESTIONS, "--prompts", fewPrompts, "--matcher", "contains"],
        ...["--limit", "3", "--max-tokens", "16", "--temperature", "0"],
      ]);
      expect(summary.calls).toMatchObject({ answered: 9, failed: 0 });
      expect(summary.tokens.input).toBeGreaterThan(9 * 20);
    } finally {
      await endpoint.close();
    }
    await callCliForJson(local(llm, "in-process", "--limit", "3", "--max-tokens", "16"));
    expect(await answers("http")).toEqual(await answers("in-process"));
  });
});
