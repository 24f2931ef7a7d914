import { ConfidenceSequence } from "../../evaluate/index.ts";
import type { Interval } from "../../types/index.ts";
import type { LiveEnd, LiveVerdict } from "./live-types.ts";

/** Two prompts on one question. */
export interface PairedRewards {
  readonly chosen: number;
  readonly fixed: number;
}

/** Makes the calls of some questions. */
export interface AskedRound {
  /** One a question, in order; undefined where it has not both answers. */
  readonly rewards: readonly (PairedRewards | undefined)[];
  /** Whether no further call can be paid. */
  readonly isOutOfMoney: boolean;
}

/** What is compared, and how. */
export interface ComparisonOptions {
  /** By question, in an order drawn at random: whether the chosen prompt is not the fixed one. */
  readonly differs: readonly boolean[];
  /** Questions that differ, asked in one round, ≥ 1. */
  readonly perRound: number;
  /** Stop when the gain is surely below this. */
  readonly margin: number;
  /** @param questions positions of questions that differ, ascending */
  ask(questions: readonly number[]): Promise<AskedRound>;
}

/** What was found. */
export interface Comparison {
  readonly verdict: LiveVerdict;
  readonly ended: LiveEnd;
  /** Positions of the questions that count. */
  readonly counted: readonly number[];
  /** Rewards by position, of those that differ and were answered. */
  readonly rewards: ReadonlyMap<number, PairedRewards>;
  readonly unanswered: number;
  readonly gain: number | null;
  readonly interval: Interval;
}

/**
 * Compares the chosen prompt with the fixed one, question by question, in rounds, until it is decided. A question for
 * which both are the same prompt costs nothing: one answer would be shared, so the difference is 0. The interval is a
 * confidence sequence over all questions in their order; looking after every round does not spoil it.
 */
export async function compareSequentially(options: ComparisonOptions): Promise<Comparison> {
  const { differs, perRound, margin } = options;
  if (!differs.includes(true)) return nothingToCompare(differs.length);
  const sequence = new ConfidenceSequence({ bounds: [-1, 1] });
  const counted: number[] = [];
  const rewards = new Map<number, PairedRewards>();
  let unanswered = 0;
  let ended: LiveEnd = "all-asked";
  for (let start = 0; start < differs.length; ) {
    const end = endOfRound(differs, start, perRound);
    const round = Array.from({ length: end - start }, (_, offset) => start + offset);
    const asked = round.filter((position) => differs[position]);
    const { rewards: found, isOutOfMoney } =
      asked.length === 0 ? { rewards: [], isOutOfMoney: false } : await options.ask(asked);
    for (const [index, position] of asked.entries()) {
      const pair = found[index];
      if (pair !== undefined) rewards.set(position, pair);
    }
    for (const position of round) {
      const pair = rewards.get(position);
      if (differs[position] && pair === undefined) {
        // Nothing is known of what comes after the money ran out, not even that it was reached.
        if (isOutOfMoney) break;
        unanswered++;
        continue;
      }
      sequence.add(pair === undefined ? 0 : pair.chosen - pair.fixed);
      counted.push(position);
    }
    start = end;
    if (isDecided(sequence.interval, margin)) {
      ended = "decided";
      break;
    }
    if (isOutOfMoney) {
      ended = "max-cost";
      break;
    }
  }
  const { interval } = sequence;
  return {
    verdict: decideVerdict(interval, margin),
    ended,
    counted,
    rewards,
    unanswered,
    gain: counted.length === 0 ? null : sequence.mean,
    interval,
  };
}

/** The chosen prompt is the fixed one everywhere: the gain is 0, and known without a call. */
function nothingToCompare(questions: number): Comparison {
  return {
    verdict: "same",
    ended: "all-asked",
    counted: Array.from({ length: questions }, (_, position) => position),
    rewards: new Map(),
    unanswered: 0,
    gain: questions === 0 ? null : 0,
    interval: [0, 0],
  };
}

/** Past so many questions that differ; those that do not are free, and go along up to the next that does. */
function endOfRound(differs: readonly boolean[], start: number, perRound: number): number {
  let toAsk = 0;
  let position = start;
  for (; position < differs.length; position++) {
    if (!differs[position]) continue;
    if (toAsk === perRound) break;
    toAsk++;
  }
  return position;
}

function isDecided([lower, upper]: Interval, margin: number): boolean {
  return lower > 0 || upper < margin;
}

function decideVerdict([lower, upper]: Interval, margin: number): LiveVerdict {
  if (lower > 0) return "better";
  if (upper < 0) return "worse";
  return upper < margin ? "not-better" : "undecided";
}
