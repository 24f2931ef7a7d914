import { PromptOirlError } from "../../../src/errors.ts";
import { type SeededRandom, seededRandom, withinTimeLimit } from "../../../src/util/index.ts";

/** Something that takes what others made. */
export interface FuzzTarget {
  readonly name: string;
  /** Whether an attempt can be broken off from outside. */
  readonly isSynchronous: boolean;
  /** Its share of all mutations, in proportion. */
  readonly weight: number;
  /**
   * Takes something mutated.
   * @returns the numbers that came of it
   */
  attempt(random: SeededRandom): Iterable<number> | Promise<Iterable<number>>;
}

/** What became of one target's mutations. */
export interface FuzzReport {
  readonly name: string;
  readonly mutations: number;
  /** Refused by an error of this package. */
  readonly refused: number;
  readonly slowestMs: number;
  /** What must not be; the seed makes it again. */
  readonly violations: readonly string[];
}

/** An error or a finite result must have come by then. */
const LIMIT_MS = 2000;
const MAX_VIOLATIONS = 20;

/**
 * Puts each target to its share of mutations.
 * @param onAttempt told before each, for a watchdog: what never ends can tell nothing itself
 */
export async function fuzz(
  targets: readonly FuzzTarget[],
  mutations: number,
  seed: number,
  onAttempt: (what: string) => void = () => undefined,
): Promise<FuzzReport[]> {
  const weights = targets.reduce((sum, { weight }) => sum + weight, 0);
  const reports: FuzzReport[] = [];
  for (const target of targets)
    reports.push(await fuzzOne(target, Math.ceil((mutations * target.weight) / weights), seed, onAttempt));
  return reports;
}

async function fuzzOne(
  target: FuzzTarget,
  mutations: number,
  seed: number,
  onAttempt: (what: string) => void,
): Promise<FuzzReport> {
  const violations: string[] = [];
  let what = target.name;
  const blame = (problem: string): void => {
    if (violations.length < MAX_VIOLATIONS) violations.push(`${what}: ${problem}`);
  };
  const onUnhandled = (error: unknown): void => blame(`unhandled ${String(error)}`);
  process.on("unhandledRejection", onUnhandled);
  let refused = 0;
  let slowestMs = 0;
  for (let round = 0; round < mutations; round++) {
    what = `${target.name}, seed ${seed + round}`;
    onAttempt(what);
    const startMs = performance.now();
    try {
      const found = await attempt(target, seededRandom(seed + round));
      if (found === undefined) blame("hangs");
      else for (const value of found) if (!Number.isFinite(value)) throw new Error(`the result has ${value}`);
    } catch (error) {
      if (error instanceof PromptOirlError) refused++;
      else blame(error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error));
    }
    const tookMs = performance.now() - startMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > LIMIT_MS) blame(`took ${Math.round(tookMs)} ms`);
  }
  process.off("unhandledRejection", onUnhandled);
  return { name: target.name, mutations, refused, slowestMs: Math.round(slowestMs), violations };
}

async function attempt(target: FuzzTarget, random: SeededRandom): Promise<Iterable<number> | undefined> {
  if (!target.isSynchronous) return target.attempt(random);
  return withinTimeLimit(LIMIT_MS, () => target.attempt(random) as Iterable<number>)?.value;
}
