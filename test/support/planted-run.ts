import { join } from "node:path";
import { createRunDirectory } from "../../src/data/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What to plant. */
export interface PlantedLog {
  /** Distinct questions. */
  readonly questions: number;
  /** Repeats of every pair. @default 1 */
  readonly repeats?: number;
  /** How much better `sum` is on sums than on wholes, and `product` the other way round. @default 0.5 */
  readonly effect?: number;
  /** Fraction of the pairs that are logged. @default 1 */
  readonly filled?: number;
  /** Marks every fifth question as the published test part. @default false */
  readonly parts?: boolean;
  readonly seed?: number;
}

const SUMS = ["plus", "added to", "together with"];
const PRODUCTS = ["times", "multiplied by", "rows of"];
const THINGS = ["apples", "pears", "stones", "coins", "books", "shells", "nuts", "pens", "cups", "hats"];
const PLACES = ["shop", "garden", "school", "harbour", "kitchen", "station", "forest", "market"];

/**
 * Writes a run directory whose best prompt depends on the question: `sum` works on sums, `product` on products,
 * `weak` rarely on either; `held-copy` is held out and worded like `sum`. Returns its path.
 */
export async function plantedRun(planted: PlantedLog): Promise<string> {
  const { questions, repeats = 1, effect = 0.5, filled = 1, parts = false, seed = 1 } = planted;
  const random = seededRandom(seed);
  const path = join(await temporaryFolder(), "run");
  const writer = await createRunDirectory(path);
  writer.addPrompt({ id: "sum", template: "Add up carefully, step by step:", split: "training" });
  writer.addPrompt({ id: "product", template: "Multiply and give the result:", split: "training" });
  writer.addPrompt({ id: "weak", template: "Sing a song about it.", split: "training" });
  writer.addPrompt({ id: "held-copy", template: "Add up carefully, in steps:", split: "held-out" });
  let interactions = 0;
  for (let index = 0; index < questions; index++) {
    const isSum = index % 2 === 0;
    const id = `q${index}`;
    writer.addQuery({ id, text: plantedQuestion(index, isSum) });
    const chances = { sum: isSum ? 0.4 + effect : 0.4, product: isSum ? 0.4 : 0.4 + effect, weak: 0.1 };
    const isTest = parts && index % 5 === 4;
    for (let repetition = 0; repetition < repeats; repetition++) {
      for (const [promptId, chance] of [...Object.entries(chances), ["held-copy", chances.sum] as const]) {
        if (promptId === "held-copy" && parts && !isTest) continue;
        if (random.next() >= filled) continue;
        interactions++;
        writer.addInteraction({
          queryId: id,
          promptId,
          llm: "planted-model",
          repetition,
          reward: random.next() < chance ? 1 : 0,
          ...(parts ? { split: isTest ? "test" : "train" } : {}),
        });
      }
    }
  }
  await writer.commit({
    task: "planted",
    source: { kind: "planted", files: [], options: {} },
    counts: {
      queries: questions * repeats,
      uniqueQueries: questions,
      prompts: 4,
      interactions,
      skipped: 0,
    },
    llms: ["planted-model"],
    simulated: true,
  });
  return path;
}

/** A question about a sum or a product; no two of the first 600 share a form. */
export function plantedQuestion(index: number, isSum: boolean): string {
  const pick = (words: readonly string[], step: number): string =>
    words[Math.floor(index / step) % words.length]!;
  const operation = pick(isSum ? SUMS : PRODUCTS, 2);
  return `In the ${pick(PLACES, 60)}, what is number ${index} of ${pick(THINGS, 6)} ${operation} some ${pick(THINGS, 13)} of kind ${"abcdefghij"[index % 10]}${"klmnopqrst"[Math.floor(index / 10) % 10]}${"uvwxyz"[Math.floor(index / 100) % 6]}?`;
}
