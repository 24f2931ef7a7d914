import { ConfigError } from "../../errors.ts";

/** How kernel ridge regression is set up; every field has a default. */
export interface KernelRidgeOptions {
  /**
   * Penalties of the prompts' departures from what they share, each above 0; a question with the mean number of trials
   * weighs 1.
   * @default [1, 3, 9, 27]
   */
  readonly penalties?: readonly number[];
  /**
   * Number of landmarks in whose span the functions are sought; fewer where the log has fewer questions. By default 384,
   * down to 256 in logs of more than 4,200 questions, where each costs more and the answers tell no finer differences.
   */
  readonly landmarks?: number;
  /**
   * Questions on which kernels and penalties are compared, at most; the fit itself takes all.
   * @default 20000
   */
  readonly compared?: number;
}

/** With every default filled in. */
export interface ResolvedKernelRidgeOptions extends Required<Omit<KernelRidgeOptions, "landmarks">> {
  /** Number of landmarks for so many questions. */
  readonly landmarksFor: (questions: number) => number;
}

const MIN_LANDMARKS = 256;
const MAX_LANDMARKS = 384;
/** Questions × landmarks², which is what summing up costs. */
const LANDMARK_BUDGET = 6.2e8;

const DEFAULT_PENALTIES: readonly number[] = [1, 3, 9, 27];

/** @throws ConfigError naming the field that is out of range */
export function resolveKernelRidgeOptions(options: KernelRidgeOptions): ResolvedKernelRidgeOptions {
  const { penalties = DEFAULT_PENALTIES, landmarks, compared = 20_000 } = options;
  if (penalties.length === 0)
    throw new ConfigError("Kernel ridge: penalties is empty; give at least one.", { name: "penalties" });
  for (const penalty of penalties)
    if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY))
      throw new ConfigError(`Kernel ridge: a penalty is ${penalty}; a finite number above 0 is expected.`, {
        name: "penalties",
      });
  for (const [name, value] of Object.entries({ landmarks: landmarks ?? MAX_LANDMARKS, compared }))
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(`Kernel ridge: ${name} is ${value}; a whole number of 1 or more is expected.`, {
        name,
      });
  return { penalties, landmarksFor: (questions) => landmarks ?? defaultLandmarks(questions), compared };
}

function defaultLandmarks(questions: number): number {
  const affordable = Math.round(Math.sqrt(LANDMARK_BUDGET / questions));
  return Math.min(MAX_LANDMARKS, Math.max(MIN_LANDMARKS, affordable));
}
