import { expect, test } from "vitest";
import { promptColumns } from "./prompt-columns.ts";
import { PromptSets } from "./prompt-set.ts";
import { TrainingMemory } from "./training-memory.ts";

test("a number of a forgotten set is not given to another, since kept bounds go by it", () => {
  const columns = promptColumns({ kind: "dense", rows: 3, columns: 1, values: Float32Array.of(1, 2, 3) });
  const memory = new TrainingMemory({
    queries: 4,
    features: 4,
    prompts: 3,
    promptColumns: 1,
    workers: 1,
    cacheBytes: 0,
    webAssembly: false,
  });
  const sets = new PromptSets(memory, columns);
  const first = sets.get(Uint32Array.of(0, 1));
  sets.clear();
  const second = sets.get(Uint32Array.of(1, 2));
  expect(second.id).not.toBe(first.id);
  expect(second.hash).not.toBe(first.hash);
});
