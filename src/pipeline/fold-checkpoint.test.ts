import { copyFile, readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { openRunDirectory, type RunDirectory, readStoredState, writeStoredState } from "../data/index.ts";
import type { StoredState } from "../types/index.ts";
import { type FoldCheckpoint, foldCheckpoint } from "./fold-checkpoint.ts";
import type { FoldOutcome } from "./fold-outcome.ts";

const KEY = "0123456789abcdef-and-more";
const SHAPE = { units: 2, neighbors: 3, trained: 2, candidates: 3 };
const OUTCOME: FoldOutcome = {
  scores: Float64Array.of(0, 0.25, 0.5, 0.75, 1, 0.1),
  chosen: Int32Array.of(0, 1),
  fallback: Uint8Array.of(0, 2),
  neighbor: Int32Array.of(1, 1, 0),
  fixedColumn: 1,
  gate: {
    open: true,
    upliftOutOfFold: 0.02,
    standardError: 0.01,
    z: 2,
    reason: "It gains enough.",
    questions: 50,
    switched: 0.3,
  },
  priced: {
    trade: {
      means: [0.5, 0.6],
      costs: [1, 2],
      points: [{ worth: 0, isOpen: false, success: 0.5, cost: 1 }],
      saving: null,
    },
    costModel: { intercepts: [1, 2], slopes: [0, 0.5], lowest: [1, 1], highest: [1, 4] },
    costUnit: "dollars",
    knob: null,
  },
};

let run: RunDirectory;
let warnings: string[];
let checkpoint: FoldCheckpoint;
let file: string;

beforeEach(async () => {
  run = await openRunDirectory(await plantedRun({ questions: 4 }));
  warnings = [];
  checkpoint = foldCheckpoint(run, KEY, (message) => void warnings.push(message));
  await checkpoint.save(0, OUTCOME);
  const folder = join(run.path, "results/.resume");
  file = join(folder, (await readdir(folder))[0]!, "fold-0.bin");
});

test("what was saved is loaded; what was not is missing without a word", async () => {
  expect(await checkpoint.load(0, SHAPE)).toEqual(OUTCOME);
  expect(await checkpoint.load(1, SHAPE)).toBeNull();
  expect(warnings).toEqual([]);
});

test.each<[name: string, change: (state: StoredState) => Partial<StoredState>]>([
  ["another kind", () => ({ kind: "reward-model" })],
  ["another evaluation", ({ header }) => ({ header: { ...header, key: `${KEY}-of-another` } })],
  ["a fixed prompt that is not there", ({ header }) => ({ header: { ...header, fixedColumn: 2 } })],
  ["no number of the fixed prompt", ({ header }) => ({ header: { ...header, fixedColumn: "one" } })],
  ["no gate", ({ header }) => ({ header: { ...header, gate: null } })],
  ["too few scores", ({ arrays }) => ({ arrays: { ...arrays, scores: new Float64Array(4) } })],
  ["scores beyond 1", ({ arrays }) => ({ arrays: { ...arrays, scores: new Float64Array(6).fill(2) } })],
  ["NaN", ({ arrays }) => ({ arrays: { ...arrays, scores: new Float64Array(6).fill(Number.NaN) } })],
  ["numbers of another type", ({ arrays }) => ({ arrays: { ...arrays, scores: new Float32Array(6) } })],
  ["too many units", ({ arrays }) => ({ arrays: { ...arrays, fallback: new Uint8Array(3) } })],
  ["reasons that are none", ({ arrays }) => ({ arrays: { ...arrays, fallback: Uint8Array.of(0, 7) } })],
  ["a choice that is no prompt", ({ arrays }) => ({ arrays: { ...arrays, chosen: Int32Array.of(0, 2) } })],
  ["a choice below all", ({ arrays }) => ({ arrays: { ...arrays, chosen: Int32Array.of(0, -1) } })],
  ["no choices", ({ arrays: { chosen: _, ...arrays } }) => ({ arrays })],
  ["too few neighbors", ({ arrays }) => ({ arrays: { ...arrays, neighbor: new Int32Array(2) } })],
  ["other neighbors", ({ arrays }) => ({ arrays: { ...arrays, neighbor: new Int32Array(3).fill(2) } })],
])("a fold with %s counts as none, with a note", async (_name, change) => {
  const state = await readStoredState(file);
  await writeStoredState(file, { ...state, ...change(state) });
  expect(await checkpoint.load(0, SHAPE)).toBeNull();
  expect(warnings).toEqual([expect.stringContaining(file)]);
});

test("a damaged file does too", async () => {
  await copyFile(file, file.replace("fold-0", "fold-1"));
  await truncate(file, 100);
  expect(await checkpoint.load(0, SHAPE)).toBeNull();
  expect(warnings).toHaveLength(1);
  expect(await checkpoint.load(1, SHAPE)).toEqual(OUTCOME);
});
