import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../../test/support/hostile-report.ts";
import { hostileReproduction, reproductionFixture } from "../../../test/support/reproduction-fixture.ts";
import { renderReproduction } from "./render-reproduction.ts";
import { reproductionCsv, reproductionSubsetsCsv } from "./reproduction-csv.ts";
import { formatReproduction } from "./reproduction-table.ts";

describe("the page", () => {
  const rendered = renderReproduction(reproductionFixture());

  test("loads nothing, runs nothing, and allows its own style sheet only", () => {
    const page = rendered;
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b/i);
    expect(page).not.toMatch(/\b(?:src|srcset|xlink:href|action)=|\sstyle="|@import|url\(/i);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
  });

  test("has a section for every data set, the other LLMs and the method, each linked from the top", () => {
    const page = rendered;
    for (const id of ["task-0", "other-llms", "method"]) {
      expect(page).toContain(`<section id="${id}"`);
      expect(page).toContain(`href="#${id}"`);
    }
  });

  test("sets ours, published and difference into one cell, marked where they disagree", () => {
    const page = rendered;
    // K = 3: all 53.00, published 67.00, outside [48, 55]; train 68.00, published 66.00, inside.
    expect(page).toContain(
      '53.00<span class="published">67.00</span><span class="published outside">−14.0</span>',
    );
    expect(page).toContain('68.00<span class="published">66.00</span><span class="published">+2.0</span>');
    expect(page).toContain('0.800<span class="published">0.790</span><span class="published">+0.010</span>');
  });

  test("names what is missing and what could not be read", () => {
    const page = rendered;
    expect(page).toContain("svamp was left out");
    expect(page).toContain("svamp_train_nan.npy");
    expect(page).toContain("It could not be read: it ends early");
    expect(page).toContain("43.21");
  });

  test("escapes every text of the data", () => {
    const page = renderReproduction(hostileReproduction());
    const style = /<style>[\s\S]*<\/style>/.exec(page)![0];
    const body = page.replace(style, "");
    expect(body).not.toMatch(/<(?:script|iframe|img|style|meta http-equiv="refresh)/i);
    expect(body).not.toMatch(/<[^>]*\son\w+=/i);
    expect(body).not.toMatch(/<a [^>]*javascript:/i);
    expect(body).toContain("&lt;script&gt;");
    expect(HOSTILE_TEXTS.length).toBeGreaterThan(10);
  });
});

describe("the tables", () => {
  test("CSV has one figure a line, with the published one and the difference", () => {
    const records = parse(reproductionCsv(reproductionFixture()), { columns: true }) as Record<
      string,
      string
    >[];
    const find = (k: string, measure: string, prompts = "") =>
      records.find(
        (record) =>
          record.experiment === "reference-paper" &&
          record.k === k &&
          record.measure === measure &&
          record.prompts === prompts,
      )!;
    const all = find("3", "success: all");
    expect(Number(all.ours)).toBeCloseTo(0.53, 12);
    expect(all.published).toBe("0.67");
    expect(Number(all.difference)).toBeCloseTo(-0.14, 12);
    expect(all.units).toBe("200");
    const accuracy = find("1", "accuracy", "held-out");
    expect([accuracy.ours, accuracy.published, find("1", "precision", "training").ours]).toEqual([
      "0.8",
      "0.79",
      "",
    ]);
    expect(records.filter(({ experiment }) => experiment === "confidence")).toHaveLength(4);
    expect(records.filter(({ experiment }) => experiment === "self-critic")).toHaveLength(4);
    const other = records.find(({ experiment }) => experiment?.startsWith("published: TigerBot"))!;
    expect([other.task, other.k, other.subsets, other.measure, other.ours, other.published]).toEqual([
      "gsm8k",
      "1",
      "6",
      "smart_combined",
      "",
      "0.4321",
    ]);
  });

  test("subsets are listed one by one, and no prompt's name becomes a formula", () => {
    const records = parse(reproductionSubsetsCsv(reproductionFixture()), { columns: true }) as Record<
      string,
      string
    >[];
    expect(records[0]).toEqual({
      task: "mawps",
      experiment: "reference-paper",
      k: "1",
      prompts: "'=cmd CoT",
      strategy: "argmax",
      success: "0.61",
    });
    expect(records).toHaveLength(6);
  });

  test("the terminal's table sets published and difference below ours, in line", () => {
    const lines = formatReproduction(reproductionFixture(), { color: false }).split("\n");
    const start = lines.findIndex((line) => line.startsWith("K  subsets"));
    expect(lines.slice(start, start + 7).map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ["K", "subsets", "fixed", "train", "all"],
      ["1", "3", "ours", "61.00", "66.00", "51.00"],
      ["published", "60.00", "66.00", "67.00"],
      ["difference", "+1.0", "0.0", "−16.0"],
      ["3", "1", "ours", "63.00", "68.00", "53.00"],
      ["published", "60.00", "66.00", "67.00"],
      ["difference", "+3.0", "+2.0", "−14.0"],
    ]);
    const columnEnds = (line: string): number => line.length;
    expect(new Set([1, 2, 3].map((offset) => columnEnds(lines[start + offset]!))).size).toBe(1);
    expect(lines.some((line) => line.includes("svamp was left out"))).toBe(true);
  });

  test("the terminal's table of reward models has published and difference where there are some", () => {
    const text = formatReproduction(reproductionFixture(), { color: false });
    const cells = text.split("\n").map((line) => line.trim().split(/\s{2,}/));
    const headers = cells.filter((line) => line[0] === "prompts");
    expect(headers.map((line) => line.length)).toEqual([9, 5, 5]);
    const compared = cells.find((line) => line[0] === "K = 1" && line[1] === "training")!;
    expect(compared.slice(2)).toEqual(["0.800", "0.790", "+0.010", "–", "0.630", "0.500", "0.550"]);
  });

  test("the terminal shows what is published of other LLMs, and what could not be read", () => {
    const text = formatReproduction(reproductionFixture(), { color: false, width: 400 });
    expect(text).toContain("TigerBot, gsm8k (active_results/ALL_gsm8k_10_tiger.npy), in %, as published:");
    expect(text).toContain("K = 1: smart_combined 43.21.");
    expect(text).toContain("could not be read: it ends early");
  });

  test("nothing that acts on a terminal comes through", () => {
    const text = formatReproduction(hostileReproduction(), { color: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u2066]/u);
  });
});
