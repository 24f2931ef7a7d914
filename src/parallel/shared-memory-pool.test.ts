import { afterEach, expect, test } from "vitest";
import { type SharedMemoryPool, startSharedMemoryPool } from "./shared-memory-pool.ts";

const WORDS = { generation: 16, stage: 20, done: 32, failed: 48 };
const RESULTS = 64;

/** A module that imports the memory and exports `run(stage, worker)` with the given body. */
function assembleModule(...body: number[]): WebAssembly.Module {
  const text = (word: string): number[] => [word.length, ...Buffer.from(word)];
  const section = (id: number, ...bytes: number[]): number[] => [id, bytes.length, ...bytes];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 1, 0x60, 2, 0x7f, 0x7f, 0),
      ...section(2, 1, ...text("env"), ...text("memory"), 2, 3, 1, 1),
      ...section(3, 1, 0),
      ...section(7, 1, ...text("run"), 0, 0),
      ...section(10, 1, body.length + 2, 0, ...body, 0x0b),
    ]),
  );
}

/** memory[RESULTS + 4 × worker] = stage */
const STORE_STAGE = assembleModule(0x20, 1, 0x41, 2, 0x74, 0x20, 0, 0x36, 2, RESULTS);
const TRAP = assembleModule(0x00);

const sharedMemory = (): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

let pool: SharedMemoryPool | undefined;
afterEach(() => pool?.close());

test("every helper runs every stage, and run returns when all are through", () => {
  const memory = sharedMemory();
  pool = startSharedMemoryPool(STORE_STAGE, memory, WORDS, 2);
  expect(pool.helpers).toBe(2);
  const results = new Int32Array(memory.buffer, RESULTS, 3);
  for (const stage of [7, 3, 12]) {
    pool.run(stage, () => {
      results[0] = stage + 100;
    });
    expect([...results]).toEqual([stage + 100, stage, stage]);
  }
});

test("a trap on a helper is an error here", () => {
  pool = startSharedMemoryPool(TRAP, sharedMemory(), WORDS, 1);
  expect(() => pool?.run(1, () => {})).toThrow(/worker thread/);
});
