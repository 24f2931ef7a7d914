import { z } from "zod";
import { parseRecord, readYaml } from "../../data/index.ts";
import type { ChatModel } from "../chat-model.ts";
import { isLoopback, OPENAI_BASE_URL } from "../endpoint.ts";

/** What an LLM costs, in US dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of a price from the built-in list: the month in which it held, as `2026-05`. */
  readonly listedIn?: string;
}

/**
 * The month for which each of the built-in prices was last found confirmed, in copies of the vendors' lists. Move it only
 * when all have been looked up again.
 */
export const LIST_PRICES_MONTH = "2026-05";

/** List prices in US dollars for a million tokens; vendors change them. */
const LIST_PRICES: ReadonlyMap<string, ModelPrice> = new Map([
  ["gpt-3.5-turbo", { input: 0.5, output: 1.5 }],
  ["gpt-4o", { input: 2.5, output: 10 }],
  ["gpt-4o-mini", { input: 0.15, output: 0.6 }],
  ["gpt-4.1", { input: 2, output: 8 }],
  ["gpt-4.1-mini", { input: 0.4, output: 1.6 }],
  ["gpt-4.1-nano", { input: 0.1, output: 0.4 }],
  ["claude-3-5-haiku", { input: 0.8, output: 4 }],
  ["claude-sonnet-4", { input: 3, output: 15 }],
  ["claude-opus-4", { input: 15, output: 75 }],
]);

/** What an LLM costs that runs in this process. */
const NOTHING: ModelPrice = { input: 0, output: 0 };

const price = z.number().min(0);
const tableSchema = z.record(z.string(), z.strictObject({ input: price, output: price }));

/**
 * Reads a price table: a YAML mapping from model names to `{input, output}`, in US dollars for a million tokens.
 * @throws ConfigError or DataError naming the file and what is wrong in it
 */
export async function readPrices(path: string): Promise<Map<string, ModelPrice>> {
  return new Map(
    Object.entries(parseRecord(tableSchema, await readYaml(path), "price table", { file: path })),
  );
}

/**
 * The price of an LLM: the user's, else the list's. The list holds for the vendors' own endpoints, and for this
 * machine, where a proxy may stand; any other endpoint has its own prices. An LLM in this process costs nothing.
 * @returns undefined where the price is not known
 */
export function findPrice(
  model: Pick<ChatModel, "name" | "provider" | "baseUrl">,
  own: ReadonlyMap<string, ModelPrice>,
): ModelPrice | undefined {
  const named = own.get(model.name);
  if (named !== undefined) return named;
  const { provider, baseUrl } = model;
  if (provider === "local") return NOTHING;
  if (baseUrl !== undefined && baseUrl !== OPENAI_BASE_URL && !isLoopback(baseUrl)) return undefined;
  // A dated release costs what its family does.
  const listed = LIST_PRICES.get(model.name.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, ""));
  return listed === undefined ? undefined : { ...listed, listedIn: LIST_PRICES_MONTH };
}

/** In US dollars. */
export function computeCost(rate: ModelPrice, inputTokens: number, outputTokens: number): number {
  return (inputTokens * rate.input + outputTokens * rate.output) / 1e6;
}
