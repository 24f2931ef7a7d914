import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadChooser, readLightgbmModel, readXgboostModel } from "../../src/index.ts";
import type { ModelExport } from "../../src/pipeline/index.ts";
import { callCli, callCliForJson } from "../support/captured-cli.ts";
import { importSmallLog } from "../support/small-log.ts";

let folder: string;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-export-model-"));
  run = await importSmallLog(folder);
  await callCliForJson(["train", run, "--reward-model", "gbdt-depthwise", "--embedder", "lsa:form-tf:16"]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(["xgboost-json", "xgboost-ubj", "lightgbm"])("writes the trained trees as %s", async (format) => {
  const out = join(folder, format);
  const result = await callCliForJson<ModelExport>([
    "export",
    "model",
    run,
    "--format",
    format,
    "--out",
    out,
  ]);
  expect(result).toMatchObject({ file: out, format, trees: 40, queryColumns: 16 });
  const bytes = await readFile(out);
  expect(result.bytes).toBe(bytes.length);
  const read = format === "lightgbm" ? readLightgbmModel : readXgboostModel;
  const model = read(bytes, result);
  expect(model.trees).toHaveLength(40);
  expect(model.trees.some(({ feature }) => feature.some((index) => index >= 16))).toBe(true);
});

test("writes into the run by default, and replaces nothing unasked", async () => {
  const first = await callCliForJson<ModelExport>(["export", "model", run, "--format", "lightgbm"]);
  expect(first.file).toBe(join(run, "models/export.txt"));
  const again = await callCli(["export", "model", run, "--format", "lightgbm"]);
  expect(again).toMatchObject({ exitCode: 2, stdout: "" });
  expect(again.stderr).toContain("--force");
  const replaced = await callCli(["export", "model", run, "--format", "lightgbm", "--force"]);
  expect(replaced.exitCode).toBe(0);
  expect(replaced.stdout).toContain("Wrote 40 trees");
  // The chooser beside it is untouched.
  expect((await loadChooser(run)).promptIds.length).toBeGreaterThan(3);
});

test("refuses a format it does not know, a run without a chooser and a model without trees", async () => {
  const unknown = await callCli(["export", "model", run, "--format", "onnx"]);
  expect(unknown).toMatchObject({ exitCode: 2, stdout: "" });
  expect(unknown.stderr).toContain("xgboost-json");
  const other = await importSmallLog(folder, "other");
  const untrained = await callCli(["export", "model", other, "--format", "lightgbm"]);
  expect(untrained).toMatchObject({ exitCode: 2, stdout: "" });
  expect(untrained.stderr).toContain("oirl train");
  await callCliForJson(["train", other]);
  const treeless = await callCli(["export", "model", other, "--format", "lightgbm"]);
  expect(treeless).toMatchObject({ exitCode: 2, stdout: "" });
  expect(treeless.stderr).toContain("gbdt-depthwise");
});
