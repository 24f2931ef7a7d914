import type { Interval } from "./interval.ts";
import type { TradeResult } from "./trade.ts";

/** How questions are divided into those that train and those that test. */
export type Protocol = "grouped" | "nested" | "paper";

/** How much evidence the safe choice wants before it leaves the fixed prompt. */
export type GateStrength = "averse" | "balanced" | "neutral";

/** Names of the strategies, as they stand in every result. */
export type StrategyName =
  | "fixed"
  | "best-of-train"
  | "argmax"
  | "safe"
  | "held-out"
  | "all"
  | "hybrid"
  | "random"
  | "confidence"
  | "confidence-first"
  | "oracle";

/** One strategy's estimated value. Fractions, not per cent. */
export interface StrategyResult {
  readonly name: StrategyName;
  /** Mean success of the chosen prompt; null where it cannot be estimated, with `reason`. */
  readonly success: number | null;
  readonly ci95: Interval | null;
  /** Success minus that of `fixed` on the same questions. */
  readonly uplift: number | null;
  readonly upliftCi95: Interval | null;
  /** Fraction of the questions for which another prompt than the fixed one is chosen. */
  readonly switched: number | null;
  /** Questions (under `paper`, rows) on which every prompt the strategy may choose is labeled. */
  readonly questions: number;
  /** McNemar's exact two-sided p-value against `fixed`; null where rewards are not binary, or questions weigh differently. */
  readonly mcnemarP: number | null;
  /** Why there is no value, or what to know about it. */
  readonly reason?: string;
}

/** How well predicted rewards agree with observed ones, over (question, prompt) pairs with labels. */
export interface RewardModelQuality {
  readonly pairs: number;
  readonly accuracy: number;
  /** Of the pairs predicted right, the fraction that is; null where none is predicted right. */
  readonly precision: number | null;
  /** null where all labels are equal. */
  readonly auc: number | null;
  /** AUC of ranking prompts within one question, averaged over pairs of one question with different labels. */
  readonly withinQueryAuc: number | null;
  readonly logLoss: number;
  /** Expected calibration error over ten equal-width bins. */
  readonly ece: number;
}

/** How sure the log makes us which fixed prompt is best. */
export interface FixedPromptResult {
  readonly promptId: string;
  /** Success on the test questions. */
  readonly success: number | null;
  /** Bootstrap probability, by question group, that this prompt is the best training prompt. */
  readonly probabilityBest: number;
  /** Expected loss against the truly best fixed prompt, as a fraction of questions. */
  readonly expectedRegret: number;
}

/** What an average call took; null where the log does not say. */
export interface CallCost {
  /** Calls that are averaged. */
  readonly calls: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** In US dollars. */
  readonly cost: number | null;
  readonly latencyMs: number | null;
}

/**
 * Asking the LLM whether its own answers are right, compared with the reward model, which sees no answer and makes no
 * call. All on the training prompts.
 */
export interface SelfCriticComparison {
  /** (question, prompt) pairs with a label, a prediction and a verdict of the LLM. */
  readonly pairs: number;
  readonly critic: { readonly accuracy: number; readonly precision: number | null };
  /** The reward model on the same pairs. */
  readonly rewardModel: { readonly accuracy: number; readonly precision: number | null };
  /** The reward model's accuracy minus the critic's, with its interval by question group. */
  readonly accuracyGain: number;
  readonly accuracyGainCi95: Interval;
  /** How well the LLM's confidence tells right answers from wrong ones, and among one question's; null without any. */
  readonly confidence: {
    /** Pairs with a label and a confidence, which may be few. */
    readonly pairs: number;
    readonly auc: number | null;
    readonly withinQueryAuc: number | null;
  } | null;
  /** To choose a prompt for one question by asking the LLM: an answer and a verdict for each training prompt. */
  readonly callsPerQuestion: number;
  /** Of a verdict; null for verdicts that came with the log. */
  readonly perVerdict: CallCost | null;
  /** Of an answer; null where the log has neither costs nor times. */
  readonly perAnswer: CallCost | null;
}

/** What the estimates of `argmax` rest on. */
export interface EstimatorResult {
  /** `paired`: every answer is in the log. `doubly-robust`: what is missing is predicted and corrected for. */
  readonly kind: "paired" | "doubly-robust";
  /** Where the probabilities of what was observed come from; null where there are none, and so no estimate. */
  readonly propensity: "complete" | "column" | "rates" | "model" | null;
  /** What must be believed for the estimates to hold, in a sentence. */
  readonly assumption: string;
  /** Questions whose chosen prompt was observed, counted by what they are worth. */
  readonly effectiveQuestions: number;
  /** Most that one answer stands for, in answers. */
  readonly largestWeight: number;
  /** Share of the questions whose chosen prompt could not have been observed. */
  readonly withoutOverlap: number;
  /**
   * Success of `argmax` by inverse propensities alone, self-normalized (Hájek): a check that needs no prediction, and errs by
   * more. null where the log does not tell of the choice.
   */
  readonly selfNormalized: number | null;
  /**
   * By what factor what decided the prompts, unseen, would have to distort their odds to undo the gain of `argmax`; null
   * where nothing need be assumed, or there is no gain.
   */
  readonly selectionToUndo: number | null;
}

interface GateMeasure {
  /** Gain of the choice over the fixed prompt on training questions kept out of the fit; under `nested` the folds' mean. */
  readonly upliftOutOfFold: number;
  /** That gain in standard errors. */
  readonly z: number;
  readonly reason: string;
}

/** What the gate of one chooser decided. */
export interface ChooserGate extends GateMeasure {
  /** Whether the choice by question is used. */
  readonly open: boolean;
}

/** What the gates of a cross-validation decided. */
export interface FoldsGate extends GateMeasure {
  /** In how many folds the choice by question is used. */
  readonly openFolds: number;
  /** How many folds there are. */
  readonly folds: number;
}

/** The result of `evaluate`: what `--json` prints and `results/` keeps. */
export interface EvaluationResult extends TradeResult {
  readonly task: string;
  readonly protocol: Protocol;
  /** What counts as the same question: `text`, `form` (numbers masked) or the name of a column. */
  readonly groupedBy: string;
  /** Whose answers the log holds. */
  readonly llm: string;
  /** Name of the reward model. */
  readonly rewardModel: string;
  readonly embedder: string;
  readonly gateStrength: GateStrength;
  readonly seed: number;
  readonly questions: number;
  readonly trainingPrompts: readonly string[];
  readonly leak: { readonly testQuestions: number; readonly alsoInTrain: number };
  readonly fixed: FixedPromptResult;
  readonly strategies: readonly StrategyResult[];
  /** null for a log without repeats. */
  readonly attainable: {
    readonly lower: number;
    readonly upper: number;
    readonly fixedSuccess: number;
    /** Questions asked more than once, on which the three are measured. */
    readonly questions: number;
  } | null;
  /** Of the one chooser that was judged; under `nested`, where each fold has its own, of all of them. */
  readonly gate: ChooserGate | FoldsGate;
  readonly rewardModelQuality: {
    readonly seen: RewardModelQuality | null;
    readonly heldOut: RewardModelQuality | null;
  };
  /** null where the log has no verdicts of the LLM on its own answers. */
  readonly selfCritic: SelfCriticComparison | null;
  /** What the reward model learned from: names of embedders. */
  readonly features: readonly string[];
  readonly estimator: EstimatorResult;
  /** Questions that get the fixed prompt because nothing in the log is like them, out of fold. */
  readonly unlike: { readonly share: number };
  /**
   * The gain of `safe` on kinds of questions that the log does not hold: as under `nested`, with questions grouped by
   * form. null where not computed.
   */
  readonly newKinds: {
    readonly uplift: number | null;
    readonly upliftCi95: Interval | null;
    readonly openFolds: number;
    readonly folds: number;
  } | null;
  /** What to know of the log and of how its questions were told apart, a sentence each. */
  readonly warnings: readonly string[];
  readonly seconds: number;
  readonly peakMemoryMb: number;
}
