import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CostForecast } from "./cost-forecast.ts";
import { computeCost, findPrice, LIST_PRICES_MONTH, readPrices } from "./prices.ts";
import { messageBytes, mostInputTokens } from "./token-bound.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-cost-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the bound of tokens is above the bytes of any text, normalized or not", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 }), (texts) => {
      const messages = texts.map((content) => ({ role: "user", content }) as const);
      const bound = mostInputTokens(messages);
      expect(bound).toBeGreaterThan(messageBytes(messages));
      const normalized = texts.reduce((sum, text) => sum + Buffer.byteLength(text.normalize("NFKC")), 0);
      expect(bound).toBeGreaterThan(normalized);
    }),
  );
  expect(mostInputTokens([{ role: "user", content: "\ufdfa".repeat(100) }])).toBeGreaterThan(3300);
});

test("prices: the user's first, the list's only where it holds", () => {
  const own = new Map([
    ["gpt-4o", { input: 9, output: 9 }],
    ["rented.gguf", { input: 1, output: 1 }],
  ]);
  const priceAt = (baseUrl: string | undefined, name: string, provider = "openai-compatible") =>
    findPrice({ name, provider, ...(baseUrl !== undefined && { baseUrl }) }, own);
  const openai = "https://api.openai.com/v1";
  const listed = { input: 0.15, output: 0.6, listedIn: LIST_PRICES_MONTH };
  expect(LIST_PRICES_MONTH).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])$/);
  expect(priceAt(openai, "gpt-4o")).toEqual({ input: 9, output: 9 });
  expect(priceAt(openai, "gpt-4o-mini-2024-07-18")).toEqual(listed);
  expect(priceAt("http://127.0.0.1:4000/v1", "gpt-4o-mini")).toEqual(listed);
  expect(priceAt("https://gateway.example/v1", "gpt-4o-mini")).toBeUndefined();
  expect(priceAt(openai, "gpt-4o-mini-plus")).toBeUndefined();
  expect(priceAt(undefined, "constructor")).toBeUndefined();
  expect(priceAt(undefined, "gpt-4o-mini", "local")).toEqual({ input: 0, output: 0 });
  expect(priceAt(undefined, "rented.gguf", "local")).toEqual({ input: 1, output: 1 });
  expect(computeCost({ input: 0.15, output: 0.6 }, 2_000_000, 1_000_000)).toBeCloseTo(0.9, 12);
});

test.each([
  ["m: { input: 1 }", /m\.output" is missing/],
  ["m: { input: 1, output: -1 }", /m\.output" is -1/],
  ["m: { input: 1, output: 1, cached: 0 }", /Unrecognized key/],
  ["- 1", /price table is/],
])("the price table %j is refused", async (text, message) => {
  const path = join(folder, "prices.yaml");
  await writeFile(path, text);
  await expect(readPrices(path)).rejects.toThrow(message);
});

test("a forecast follows each prompt's own answers, and takes all for one without", () => {
  const forecast = new CostForecast(3, { input: 1, output: 1 }, undefined);
  for (const prompt of [0, 1, 2]) for (let call = 0; call < 10; call++) forecast.add(prompt, 100);
  expect(forecast.remaining).toMatchObject({ calls: 30, inputTokens: 750, outputTokens: 6000 });
  forecast.remove(0, 100);
  forecast.observe(0, 100, 50, 10);
  forecast.remove(1, 100);
  forecast.observe(1, 100, 50, 30);
  // 28 calls of 50 tokens; 9 × 10, 9 × 30 and 10 × 20.
  expect(forecast.remaining).toMatchObject({ calls: 28, inputTokens: 1400, outputTokens: 560 });
  expect(forecast.remaining.cost).toBeCloseTo(1960 / 1e6, 12);
});
