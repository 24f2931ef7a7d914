import { UsageError } from "../../errors.ts";
import type { CallOptions } from "./calls-types.ts";
import type { JournalState } from "./journal-state.ts";

/**
 * Checks what a caller asks for, before anything is sent.
 * @param hasTokenLimit whether every answer has a limit of tokens
 * @throws UsageError naming the option
 */
export function checkCallOptions(options: CallOptions, hasTokenLimit: boolean): void {
  const { maxCost, price, llm } = options;
  checkWhole("concurrency", options.concurrency, 1);
  checkWhole("callsPerMinute", options.callsPerMinute, 1);
  checkWhole("retries", options.retries, 0);
  checkWhole("failuresToStop", options.failuresToStop, 1);
  if (maxCost === undefined) return;
  if (!(maxCost >= 0 && Number.isFinite(maxCost)))
    throw new UsageError(`maxCost is ${maxCost}, expected US dollars ≥ 0.`);
  if (!hasTokenLimit)
    throw new UsageError(
      "Costs can be held (--max-cost) only where answers have a limit. Add --max-tokens, or --preset reference.",
    );
  if (price === undefined)
    throw new UsageError(
      `Costs can be held (--max-cost) only where the price is known, and that of "${llm.name}" is not. Add --price-input and --price-output, in US dollars for a million tokens, or a table by --prices.`,
    );
}

/** @throws UsageError where a number is given that is not whole or too small */
export function checkWhole(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
    throw new UsageError(`${name} is ${value}, expected a whole number ≥ ${least}.`);
}

/** @throws UsageError where earlier sessions sent calls that may have cost any amount */
export function checkEarlierCosts({ maxCost }: CallOptions, state: JournalState): void {
  if (maxCost !== undefined && state.hasUnboundedCost)
    throw new UsageError(
      "An earlier session sent calls whose cost nothing bounds, so --max-cost cannot be held for this run. Leave it out, or choose another folder.",
    );
}
