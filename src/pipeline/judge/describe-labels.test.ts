import { expect, test } from "vitest";
import type { RunManifest } from "../../data/index.ts";
import { describeLabels } from "./describe-labels.ts";

const manifest = (judge: string): RunManifest => ({
  format: "prompt-oirl-run",
  formatVersion: 1,
  packageVersion: "0.0.0",
  createdAt: "2026-01-01T00:00:00.000Z",
  task: "task",
  counts: { queries: 0, uniqueQueries: 0, prompts: 0, interactions: 0, skipped: 0 },
  llms: [],
  source: {
    kind: "judge",
    files: [],
    options: {
      ...{ judge, mode: "rubric", isTrusted: false },
      agreement: { kappa: 0.5, kappaCi95: [0.4, 0.6] },
    },
  },
});

test("names the judge and how far it was checked", () => {
  expect(describeLabels(manifest("meta-llama/Llama-3.3-70B-Instruct-Turbo"))).toBe(
    'labels by "meta-llama/Llama-3.3-70B-Instruct-Turbo" as a judge (rubric), kappa 0.50 [0.40, 0.60] against known labels, not trusted',
  );
});

test("a run folder from elsewhere cannot steer the terminal by the judge's name", () => {
  const said = describeLabels(manifest("\u001b]0;title\u0007\u001b[2Jjudge"));
  expect(said).toContain('judge" as a judge');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(said).not.toMatch(/[\u0000-\u001f]/);
});
