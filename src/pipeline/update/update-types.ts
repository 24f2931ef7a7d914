import type { QueryFeatures } from "../../types/index.ts";

/** A choice made in production with what came of it. */
export interface LoggedChoice {
  readonly question: string;
  readonly features?: QueryFeatures | undefined;
  readonly promptId: string;
  readonly llm: string;
  /** In [0, 1]. */
  readonly reward: number;
  /** Probability with which it was chosen; every candidate's was above 0. */
  readonly propensity: number;
}

/** How often a way of choosing is right, estimated from production: fractions. */
export interface UpdateEstimate {
  readonly success: number;
  readonly standardError: number;
}

/** What production says of the deployed chooser and one retrained with it. */
export interface UpdateVerdict {
  /** Choices it rests on: made after the deployed chooser was trained, by chance, with a reward. */
  readonly choices: number;
  readonly deployed: UpdateEstimate | null;
  /** The deployed chooser's best single candidate for every question. */
  readonly fixed: UpdateEstimate | null;
  readonly retrained: UpdateEstimate | null;
  /** Of retrained over deployed, fractions. */
  readonly gain: { readonly mean: number; readonly standardError: number; readonly z: number } | null;
  readonly promote: boolean;
  /** Why, in words. */
  readonly reason: string;
}
