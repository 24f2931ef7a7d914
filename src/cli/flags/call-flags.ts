import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { ChatModel, ModelPrice } from "../../llm/index.ts";
import type { Session } from "../session/session.ts";
import {
  parseAmount,
  parseNonNegativeInteger,
  parsePositive,
  parsePositiveInteger,
} from "./parse-numbers.ts";

/** Flags that say which LLM is asked. */
export interface LlmFlags {
  readonly provider: string;
  readonly baseUrl?: string;
  readonly llm?: string;
  readonly threads?: number;
  readonly keyVariable?: string;
  readonly keyFile?: string;
}

/** Flags that say how calls are sent. */
export interface SendingFlags {
  readonly concurrency: number;
  readonly rateLimit?: number;
  readonly retries: number;
  readonly timeout: number;
  readonly skipUncertain?: boolean;
  readonly retryFailed?: boolean;
}

/** Flags that say what calls cost and may cost. */
export interface CostFlags {
  readonly maxCost?: number;
  readonly prices?: string;
  readonly priceInput?: number;
  readonly priceOutput?: number;
  readonly dryRun?: boolean;
}

/** Flags of every command that asks an LLM. */
export type CallFlags = LlmFlags & SendingFlags & CostFlags;

/**
 * Adds the flags that say which LLM is asked.
 * @param others further providers of this command, for its help
 */
export function addLlmFlags(command: Command, others = ""): void {
  command
    .option(
      "--provider <name>",
      `openai-compatible, local, ${others}or an installed package of the AI SDK, such as @ai-sdk/anthropic`,
      "openai-compatible",
    )
    .option("--base-url <url>", "the endpoint (default: OPENAI_BASE_URL, else OpenAI's own)")
    .option(
      "--llm <name>",
      "the LLM, as the endpoint calls it; with --provider local the path of a GGUF file",
    )
    .option(
      "--threads <n>",
      "with --provider local: threads that compute (default: the cores)",
      parsePositiveInteger,
    )
    .option("--key-variable <name>", "environment variable with the key (default: OPENAI_API_KEY)")
    .option("--key-file <file>", "file with the key; this machine's endpoints need none");
}

/** Adds the flags that say how calls are sent. */
export function addSendingFlags(command: Command): void {
  command
    .option("--concurrency <n>", "calls under way at once", parsePositiveInteger, 8)
    .option("--rate-limit <n>", "most calls begun in a minute", parsePositiveInteger)
    .option(
      "--retries <n>",
      "further attempts of a call that failed for reasons that pass",
      parseNonNegativeInteger,
      4,
    )
    .option("--timeout <seconds>", "for one attempt", parsePositive, 120)
    .option("--skip-uncertain", "do not send calls again whose answers may have been lost")
    .option("--retry-failed", "send calls again that were given up after attempts that may have cost");
}

/**
 * Adds the flags that say what calls cost and may cost.
 * @param bounded which calls `--max-cost` bounds, for help: every kind of work has a limit of its own
 */
export function addCostFlags(command: Command, bounded: string): void {
  command
    .option(
      "--max-cost <dollars>",
      `most to spend on ${bounded}, over all sessions; needs a price and --max-tokens`,
      parseAmount,
    )
    .option(
      "--prices <file>",
      "YAML table, before the built-in list: LLM: {input, output}, in $ for a million tokens",
    )
    .option("--price-input <dollars>", "for a million tokens sent", parseAmount)
    .option("--price-output <dollars>", "for a million tokens answered", parseAmount)
    .option("--dry-run", "only say how many calls, tokens and dollars it takes; needs no key");
}

/**
 * The LLM that the flags name, and its price where it is known. Tells where that comes from the built-in list.
 * @throws UsageError where there is no such LLM, or a price is given by half
 */
export async function openChatModel(
  flags: LlmFlags & CostFlags,
  session: Pick<Session, "note">,
): Promise<{ readonly llm: ChatModel; readonly price: ModelPrice | undefined }> {
  const { createChatModel, findPrice } = await import("../../llm/index.ts");
  const { provider, baseUrl, keyVariable, keyFile, threads, llm: name } = flags;
  if (name === undefined) throw new UsageError("--llm is needed. See --help.");
  const llm = await createChatModel({
    model: name,
    provider,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(keyVariable !== undefined && { keyVariable }),
    ...(keyFile !== undefined && { keyFile }),
    ...(threads !== undefined && { threads }),
    isPlanned: flags.dryRun === true,
  });
  const price = findPrice(llm, await ownPrices(flags, llm.name));
  if (price?.listedIn !== undefined)
    session.note(
      `Price of ${llm.name}, from the built-in list of ${price.listedIn}: $${price.input} for a million tokens sent, $${price.output} answered. --prices, or --price-input and --price-output, override it.`,
    );
  return { llm, price };
}

/** What `makeCalls` takes, from the flags. */
export function readSendingFlags(flags: SendingFlags & CostFlags): {
  readonly concurrency: number;
  readonly retries: number;
  readonly timeoutMs: number;
  readonly skipUncertain: boolean;
  readonly retryFailed: boolean;
  readonly callsPerMinute?: number;
  readonly maxCost?: number;
} {
  const { concurrency, rateLimit, retries, timeout, skipUncertain, retryFailed, maxCost } = flags;
  return {
    concurrency,
    retries,
    timeoutMs: timeout * 1000,
    skipUncertain: skipUncertain === true,
    retryFailed: retryFailed === true,
    ...(rateLimit !== undefined && { callsPerMinute: rateLimit }),
    ...(maxCost !== undefined && { maxCost }),
  };
}

async function ownPrices(flags: CostFlags, llm: string): Promise<ReadonlyMap<string, ModelPrice>> {
  const { readPrices } = await import("../../llm/index.ts");
  const { priceInput, priceOutput } = flags;
  if ((priceInput === undefined) !== (priceOutput === undefined))
    throw new UsageError("--price-input and --price-output go together.");
  const prices = flags.prices === undefined ? new Map<string, ModelPrice>() : await readPrices(flags.prices);
  if (priceInput !== undefined && priceOutput !== undefined)
    prices.set(llm, { input: priceInput, output: priceOutput });
  return prices;
}
