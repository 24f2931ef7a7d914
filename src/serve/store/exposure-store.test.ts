import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { DataError, IoError } from "../../errors.ts";
import { drawChoice } from "./explore.ts";
import type { Exposure, FeedbackRecord, StoreRecord } from "./exposure-records.ts";
import { ExposureStore } from "./exposure-store.ts";
import { listSegments, readStore } from "./read-store.ts";

const at = "2026-12-01T12:00:00.000Z";
const exposure = (id: string): Exposure => ({
  ...{
    kind: "exposure",
    id,
    at,
    key: "k",
    question: "Why?\n\u2028",
    promptId: "p",
    llm: "l",
    propensity: 0.5,
    explore: 1,
  },
});
const feedback = (id: string, told: Partial<FeedbackRecord>): FeedbackRecord => ({
  ...{ kind: "feedback", id, at, revision: 0 },
  ...told,
});

async function makeStore(records: readonly StoreRecord[]): Promise<string> {
  const folder = join(await temporaryFolder(), "exposures");
  const store = await ExposureStore.open(folder);
  await Promise.all(records.map((record) => store.append(record)));
  await store.close();
  return folder;
}

test("a record is in the file when append resolves, and many are written together", async () => {
  const folder = join(await temporaryFolder(), "exposures");
  const store = await ExposureStore.open(folder);
  await store.append(exposure("one"));
  expect((await readStore(folder)).exposures.map(({ id }) => id)).toEqual(["one"]);
  await Promise.all(Array.from({ length: 3000 }, (_, k) => store.append(exposure(`n${k}`))));
  expect((await readStore(folder)).exposures).toHaveLength(3001);
  expect(await listSegments(folder)).toHaveLength(1);
  await store.close();
  await expect(store.append(exposure("late"))).rejects.toThrow(IoError);
});

test("several processes share a folder, each with segments of its own", async () => {
  const folder = join(await temporaryFolder(), "exposures");
  const stores = await Promise.all([1, 2, 3].map(() => ExposureStore.open(folder)));
  await Promise.all(stores.flatMap((store, n) => [1, 2].map((k) => store.append(exposure(`${n}-${k}`)))));
  expect(await listSegments(folder)).toHaveLength(3);
  expect((await readStore(folder)).exposures).toHaveLength(6);
  await Promise.all(stores.map((store) => store.close()));
});

test("a torn last line is dropped, wherever it was torn; any other damage is refused with its line", async () => {
  const folder = await makeStore([exposure("one"), exposure("two")]);
  const [segment] = await listSegments(folder);
  const whole = await readFile(segment!);
  const lastLine = whole.indexOf(10) + 1;
  for (let end = lastLine + 1; end < whole.length; end += 7) {
    await writeFile(segment!, whole.subarray(0, end));
    const { exposures, tornLines } = await readStore(folder);
    expect([exposures.map(({ id }) => id), tornLines]).toEqual([["one"], 1]);
  }
  await writeFile(segment!, whole);
  await appendFile(segment!, '{"kind":"exposure"}\n');
  await expect(readStore(folder)).rejects.toThrow(DataError);
  await expect(readStore(folder)).rejects.toThrow(/:3: /);
});

test("after a write that failed, nothing is written behind what it may have left", async () => {
  const folder = join(await temporaryFolder(), "exposures");
  const store = await ExposureStore.open(folder);
  await rm(folder, { recursive: true });
  await expect(store.append(exposure("lost"))).rejects.toThrow(IoError);
  await writeFile(folder, "a file");
  await expect(store.append(exposure("lost too"))).rejects.toThrow(IoError);
  await rm(folder);
  await ExposureStore.open(folder);
  await store.append(exposure("kept"));
  expect((await readStore(folder)).exposures.map(({ id }) => id)).toEqual(["kept"]);
  await store.close();
});

test("feedback is the same in every order, as long as revisions tell, and repeats change nothing", async () => {
  const records = [
    feedback("one", { revision: 1, reward: 0.25 }),
    feedback("one", { revision: 3, reward: 0.75 }),
    feedback("one", { revision: 2, cost: 0.5 }),
    feedback("two", { latencyMs: 12 }),
    feedback("gone", { reward: 1 }),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...records, ...records], { minLength: 10, maxLength: 10 }),
      async (shuffled) => {
        const folder = await makeStore([
          ...shuffled.slice(0, 5),
          exposure("one"),
          ...shuffled.slice(5),
          exposure("two"),
        ]);
        const { exposures, unmatched } = await readStore(folder);
        expect(exposures.map(({ id, reward, cost, latencyMs }) => ({ id, reward, cost, latencyMs }))).toEqual(
          [
            { id: "one", reward: 0.75, cost: 0.5, latencyMs: undefined },
            { id: "two", reward: undefined, cost: undefined, latencyMs: 12 },
          ],
        );
        expect(unmatched).toBe(2);
      },
    ),
    { numRuns: 15 },
  );
});

test("what is drawn has the probability it is logged with", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (prompts, epsilon) => {
        const greedy = prompts - 1;
        const chances = new Float64Array(prompts);
        const logged = new Float64Array(prompts);
        // The first number decides whether to draw, the second which: a fine grid of both.
        for (let i = 0; i < 200; i++)
          for (let j = 0; j < prompts; j++) {
            const numbers = [(i + 0.5) / 200, (j + 0.5) / prompts];
            const { column, propensity } = drawChoice(prompts, greedy, epsilon, () => numbers.shift()!);
            chances[column]! += 1 / (200 * prompts);
            logged[column] = propensity;
          }
        chances.forEach((chance, column) => {
          if (chance > 0) expect(Math.abs(chance - logged[column]!)).toBeLessThan(0.006);
        });
        expect(drawChoice(prompts, greedy, 0, Math.random)).toEqual({
          column: greedy,
          propensity: 1,
          explored: false,
        });
      },
    ),
  );
});
