/** Names of the checks of `npm run verify:collect`, in the order of its table. */
export const CHECK_NAMES = [
  "killed",
  "killed-halving",
  "killed-bandit",
  "failing-disk",
  "failing-disk-cli",
  "held-cost",
  "faults",
  "throughput",
  "estimate",
  "keys",
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What a check of the collector found. Tests run it small, `npm run verify:collect` in full. */
export interface CheckReport {
  readonly name: CheckName;
  /** What was done, with its numbers. */
  readonly done: string;
  /** What came out, in one line. */
  readonly found: string;
  /** The measured numbers, for `--json`. */
  readonly figures: Readonly<Record<string, number>>;
  /** Where a promise was not kept; empty when all were. */
  readonly violations: readonly string[];
}

/** Collects what went wrong; long lists are cut. */
export class Violations {
  readonly list: string[] = [];

  /** Notes the message unless the condition holds. */
  require(condition: boolean, message: string): void {
    if (condition) return;
    if (this.list.length < 20) this.list.push(message);
  }
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, milliseconds));
}
