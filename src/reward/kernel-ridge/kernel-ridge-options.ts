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
   * Number of landmarks in whose span the functions are sought; fewer where the log has fewer questions.
   * @default 384
   */
  readonly landmarks?: number;
  /**
   * Questions on which kernels and penalties are compared, at most; the fit itself takes all.
   * @default 20000
   */
  readonly compared?: number;
}

const DEFAULT_PENALTIES: readonly number[] = [1, 3, 9, 27];

/** @throws ConfigError naming the field that is out of range */
export function resolveKernelRidgeOptions(options: KernelRidgeOptions): Required<KernelRidgeOptions> {
  const { penalties = DEFAULT_PENALTIES, landmarks = 384, compared = 20_000 } = options;
  if (penalties.length === 0)
    throw new ConfigError("Kernel ridge: penalties is empty; give at least one.", { name: "penalties" });
  for (const penalty of penalties)
    if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY))
      throw new ConfigError(`Kernel ridge: a penalty is ${penalty}; a finite number above 0 is expected.`, {
        name: "penalties",
      });
  for (const [name, value] of Object.entries({ landmarks, compared }))
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(`Kernel ridge: ${name} is ${value}; a whole number of 1 or more is expected.`, {
        name,
      });
  return { penalties, landmarks, compared };
}
