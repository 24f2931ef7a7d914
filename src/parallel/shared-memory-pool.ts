import { Worker } from "node:worker_threads";

/** Where in the shared memory the pool keeps its words: byte addresses of i32 values. */
export interface PoolWords {
  /** Counts stages; workers wait for it to change. */
  readonly generation: number;
  /** Which stage to run; STOP ends the workers. */
  readonly stage: number;
  /** Workers that are through with the stage. */
  readonly done: number;
  /** Workers whose code trapped. */
  readonly failed: number;
}

/** Threads that run the stages of one WebAssembly module over one shared memory. */
export interface SharedMemoryPool {
  /** Number of threads besides the calling one. */
  readonly helpers: number;
  /**
   * Runs a stage on all helpers and, by `runHere`, on the calling thread, which it blocks; returns when all are
   * through. The stage's tasks are shared out by the module itself.
   * @throws Error if the module traps on any thread
   */
  run(stage: number, runHere: () => void): void;
  /** Ends the helpers. */
  close(): void;
}

const STOP = -1;
/** How often a thread looks for work before it goes to sleep: some ten microseconds. */
const SPINS = 2000;
/** After so long without an answer a helper is taken for dead. */
const PATIENCE_MS = 600_000;

/*
 * What a helper runs. It stands here as text so that the pool works from TypeScript sources, from the built
 * package and inside other bundles alike: there is no worker file to be found. All real work is in the module.
 */
const HELPER_SOURCE = `
const { workerData } = require("node:worker_threads");
const { module, memory, worker, words, spins, stop } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const control = new Int32Array(memory.buffer);
const generation = words.generation >> 2, done = words.done >> 2;
let seen = 0;
for (;;) {
  for (let spin = 0; spin < spins && Atomics.load(control, generation) === seen; spin++);
  while (Atomics.load(control, generation) === seen) Atomics.wait(control, generation, seen);
  seen = Atomics.load(control, generation);
  const stage = Atomics.load(control, words.stage >> 2);
  if (stage === stop) break;
  try {
    exports.run(stage, worker);
  } catch {
    Atomics.add(control, words.failed >> 2, 1);
  }
  Atomics.add(control, done, 1);
  Atomics.notify(control, done);
}
`;

/**
 * Starts `helpers` threads; a stage that starts before they are up waits for them.
 * @param module exports `run(stage, worker)`, where worker 0 is the calling thread
 * @param memory shared
 */
export function startSharedMemoryPool(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  words: PoolWords,
  helpers: number,
): SharedMemoryPool {
  const control = new Int32Array(memory.buffer);
  const generation = words.generation >> 2;
  const done = words.done >> 2;
  const workers = Array.from({ length: helpers }, (_, index) => {
    const workerData = { module, memory, worker: index + 1, words, spins: SPINS, stop: STOP };
    const worker = new Worker(HELPER_SOURCE, { eval: true, workerData, execArgv: [], stdin: false });
    worker.unref();
    return worker;
  });
  const start = (stage: number): void => {
    Atomics.store(control, done, 0);
    Atomics.store(control, words.failed >> 2, 0);
    Atomics.store(control, words.stage >> 2, stage);
    Atomics.add(control, generation, 1);
    Atomics.notify(control, generation);
  };
  const waitForHelpers = (): void => {
    for (let spin = 0; spin < SPINS && Atomics.load(control, done) < helpers; spin++);
    const startedMs = performance.now();
    for (;;) {
      const finished = Atomics.load(control, done);
      if (finished >= helpers) break;
      Atomics.wait(control, done, finished, 1000);
      if (performance.now() - startedMs > PATIENCE_MS)
        throw new Error(`A worker thread has not answered for ${PATIENCE_MS / 1000} s.`);
    }
  };
  return {
    helpers,
    run(stage, runHere) {
      start(stage);
      runHere();
      waitForHelpers();
      if (Atomics.load(control, words.failed >> 2) > 0)
        throw new Error(`The kernels failed on a worker thread in stage ${stage}.`);
    },
    close() {
      start(STOP);
      for (const worker of workers) void worker.terminate();
    },
  };
}
