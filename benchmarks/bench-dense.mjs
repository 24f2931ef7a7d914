/* The inner loops of dense linear algebra, with SIMD and in plain TypeScript; see README.md. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const build = await rolldown({ input: join(here, "../src/kernels/dense/index.ts"), platform: "node" });
await build.write({ file: join(here, ".cache/dense.mjs"), format: "esm", codeSplitting: false });
const { denseWorkspace, REFLECTORS } = await import("./.cache/dense.mjs");

const SIZE = 1400;
const REPEATS = 5;
const numbers = (length) => Float64Array.from({ length }, () => Math.random() - 0.5);
const identity = () => {
  const matrix = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < SIZE; i++) matrix[i * SIZE + i] = 1;
  return matrix;
};

/** Each with its arrays and how often it is done in one timing. */
const LOOPS = {
  updateAndMultiply: {
    arrays: {
      matrix: numbers(SIZE * SIZE),
      next: numbers(SIZE),
      last: numbers(SIZE),
      partner: numbers(SIZE),
      product: numbers(SIZE),
    },
    times: 20,
    run: (kernels, { matrix, next, last, partner, product }) =>
      kernels.updateAndMultiply(matrix, SIZE, SIZE, next, last, partner, product),
  },
  applyReflectors: {
    arrays: {
      q: identity(),
      vectors: numbers(REFLECTORS * SIZE),
      factor: numbers(REFLECTORS ** 2).map((x) => x / SIZE),
      products: new Float64Array(REFLECTORS * SIZE),
    },
    times: 10,
    run: (kernels, { q, vectors, factor, products }) =>
      kernels.applyReflectors(q, SIZE, SIZE - 1, vectors, factor, products),
  },
  solveLowerRows: {
    arrays: { lower: identity(), rows: numbers(256 * SIZE) },
    times: 1,
    run: (kernels, { lower, rows }) => kernels.solveLowerRows(lower, SIZE, SIZE, rows, SIZE, 256),
  },
  addProducts: {
    arrays: { a: numbers(256 * 512), b: numbers(256 * 512), target: new Float64Array(256 * 256) },
    times: 10,
    run: (kernels, { a, b, target }) => kernels.addProducts(a, 256, b, 256, 512, 0, 512, target),
  },
};

/** Milliseconds of processor time for one run. */
function timed({ arrays, times, run }, choice) {
  const lengths = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.length]));
  const workspace = denseWorkspace(lengths, choice);
  for (const [name, array] of Object.entries(arrays)) workspace.arrays[name].set(array);
  const start = process.cpuUsage();
  for (let time = 0; time < times; time++) run(workspace.kernels, workspace.arrays);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / times;
}

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
for (const [name, loop] of Object.entries(LOOPS)) {
  const found = { typescript: [], wasm: [] };
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const choice of ["typescript", "wasm"]) found[choice].push(timed(loop, choice));
  const [plain, simd] = [median(found.typescript), median(found.wasm)];
  process.stdout.write(
    `${name}: ${plain.toFixed(2)} ms plain, ${simd.toFixed(2)} ms SIMD, ${(plain / simd).toFixed(1)} x\n`,
  );
}
