import { ConfigError } from "../../errors.ts";

/** How kernel ridge regression is set up; every field has a default. */
export interface KernelRidgeOptions {
  /**
   * Width of the kernel exp((cos - 1) / width), above 0. Widths from .25 to .5 do equally well.
   * @default 0.5
   */
  readonly width?: number;
  /**
   * Ridge penalties to choose from, ascending, each above 0; a weight of a question with the mean number of trials is 1.
   * @default [1, 2, 4, 8, 16, 32, 64, 128, 1024]
   */
  readonly lambdas?: readonly number[];
  /**
   * The exact solver is used while its work is no more than for a complete log of this many questions (cubic: 1400 questions
   * take about 2 s, 2000 about 6 s); beyond, Nyström landmarks.
   * @default 2000
   */
  readonly exactQuestions?: number;
  /**
   * Number of Nyström landmarks; fewer where the log has fewer questions.
   * @default 512
   */
  readonly landmarks?: number;
}

/** The strongest leaves next to nothing of a direction without signal. */
const DEFAULT_LAMBDAS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 1024];

/** @throws ConfigError naming the field that is out of range */
export function resolveKernelRidgeOptions(options: KernelRidgeOptions): Required<KernelRidgeOptions> {
  const { width = 0.5, lambdas = DEFAULT_LAMBDAS, exactQuestions = 2000, landmarks = 512 } = options;
  const expectAbove0 = (name: string, value: number): void => {
    if (value > 0 && value < Infinity) return;
    throw new ConfigError(`Kernel ridge: ${name} is ${value}; a finite number above 0 is expected.`, {
      name,
    });
  };
  expectAbove0("width", width);
  if (lambdas.length === 0) {
    throw new ConfigError("Kernel ridge: lambdas is empty; give at least one penalty.", { name: "lambdas" });
  }
  for (const lambda of lambdas) expectAbove0("a lambda", lambda);
  if (!(exactQuestions >= 0)) {
    throw new ConfigError(`Kernel ridge: exactQuestions is ${exactQuestions}; 0 or more is expected.`, {
      name: "exactQuestions",
    });
  }
  if (!Number.isInteger(landmarks) || landmarks < 1) {
    throw new ConfigError(
      `Kernel ridge: landmarks is ${landmarks}; a whole number of 1 or more is expected.`,
      {
        name: "landmarks",
      },
    );
  }
  return { width, lambdas, exactQuestions, landmarks };
}
