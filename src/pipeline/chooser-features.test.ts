import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { createRunDirectory } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import { seededRandom } from "../util/index.ts";
import { evaluateRun } from "./evaluate-run.ts";
import { loadChooser } from "./load-chooser.ts";
import type { Chooser } from "./pipeline-types.ts";
import { trainRun } from "./train-run.ts";

const WORDS = ["invoice", "parcel", "password", "refund", "address", "order", "delivery", "account"];
const questionAt = (index: number): string =>
  `Where is my ${WORDS[index % 8]} and my ${WORDS[(index >> 3) % 8]}, case ${index}?`;

/** Texts say nothing of which prompt works; the tenant says all. */
async function tenantRun(): Promise<string> {
  const random = seededRandom(2);
  const path = join(await temporaryFolder(), "run");
  const writer = await createRunDirectory(path);
  for (const id of ["brief", "long"])
    writer.addPrompt({ id, template: `Answer in a ${id} way:`, split: "training" });
  for (let index = 0; index < 200; index++) {
    const tenant = random.next() < 0.5 ? "acme" : "bolt";
    writer.addQuery({ id: `q${index}`, text: questionAt(index), features: { tenant } });
    for (const promptId of ["brief", "long"]) {
      const suits = (promptId === "brief") === (tenant === "acme");
      writer.addInteraction({
        queryId: `q${index}`,
        promptId,
        llm: "planted-model",
        repetition: 0,
        reward: random.next() < (suits ? 0.9 : 0.2) ? 1 : 0,
      });
    }
  }
  await writer.commit({
    task: "tenants",
    source: { kind: "planted", files: [], options: {} },
    counts: { queries: 200, uniqueQueries: 200, prompts: 2, interactions: 400, skipped: 0 },
    llms: ["planted-model"],
    simulated: true,
  });
  return path;
}

let run: string;
let chooser: Chooser;
beforeAll(async () => {
  run = await tenantRun();
  await trainRun(run);
  chooser = await loadChooser(run);
});

test("what the log says of its questions is used without being asked for", async () => {
  const result = await evaluateRun(run, { protocol: "nested" });
  expect(result.features).toEqual(["form-tf", "symbol-tf", "style", "features:tenant"]);
  expect(result.strategies.find(({ name }) => name === "safe")!.uplift).toBeGreaterThan(0.2);
});

test("and asked for again: the choice follows the question's features", async () => {
  const questions = [questionAt(3), questionAt(3), questionAt(77)];
  const features = [{ tenant: "acme" }, { tenant: "bolt" }, { tenant: "acme" }];
  const ids = questions.map(
    (question, index) => chooser.recommend(question, { features: features[index] }).promptId,
  );
  expect(ids).toEqual(["brief", "long", "brief"]);
  const many = await chooser.recommendMany(questions, { features });
  expect(many.map(({ promptId }) => promptId)).toEqual(ids);
  for (const { similarity } of many) expect(similarity).toBeCloseTo(1, 5);
});

test("questions without them, or with values never seen, are answered all the same", () => {
  const without = chooser.recommend(questionAt(3));
  const other = chooser.recommend(questionAt(3), { features: { tenant: "never seen" } });
  expect(other.score).toBe(without.score);
  expect(without.score).toBeGreaterThan(0.3);
  expect(without.score).toBeLessThan(0.8);
});

test("as many features as questions are expected", async () => {
  await expect(chooser.recommendMany(["a", "b"], { features: [{}] })).rejects.toThrow(UsageError);
  await expect(chooser.recommendMany(["a", "b"], { features: [{}] })).rejects.toThrow(
    /each of 2 questions, found 1/,
  );
});
