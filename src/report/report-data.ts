import type { QuestionKind } from "../kinds/index.ts";
import type { EvaluationResult, Interval, PromptSplit } from "../types/index.ts";

/** A training or held-out prompt, with what the log says of it. */
export interface ReportPrompt {
  readonly id: string;
  readonly template: string;
  readonly split: PromptSplit;
  /** Mean success over the questions it was tried on; null where it has no labels. */
  readonly success: number | null;
  readonly ci95: Interval | null;
  /** Questions it was tried on. */
  readonly questions: number;
  /** Bootstrap probability that it is the best fixed training prompt; null for held-out prompts. */
  readonly probabilityBest: number | null;
}

/** What the chooser does on some questions, and what that gains: by folds that had not seen them. */
export interface KindChoice {
  /** Prompts it takes there and on what share of the questions, the most taken first. */
  readonly prompts: readonly { readonly promptId: string; readonly share: number }[];
  /** Success minus the fixed prompt's on the same questions; null where the log does not tell. */
  readonly gain: number | null;
  readonly gainCi95: Interval | null;
}

/** A kind of question with what the chooser does there. */
export interface ChosenKind extends QuestionKind {
  readonly choice: KindChoice;
}

/** One bin of predicted rewards against observed ones. */
export interface CalibrationBin {
  readonly predicted: number;
  readonly observed: number;
  readonly pairs: number;
}

/** What a log of this many questions would have given. */
export interface LearningCurvePoint {
  readonly questions: number;
  /** Mean uplift of argmax over the fixed prompt, over random logs of this size. */
  readonly uplift: number;
  readonly ci95: Interval;
  /** Fraction of the random logs on which the gate opened. */
  readonly openShare: number;
}

/** A question for which the recommended prompt failed and another prompt works. */
export interface Mistake {
  readonly question: string;
  readonly chosenPromptId: string;
  readonly predicted: number;
  readonly success: number;
  readonly bestPromptId: string;
  readonly bestSuccess: number;
  /** The golden answer; absent, as the LLM's answers, where the log has none. */
  readonly expected?: string;
  /** What the LLM said under the chosen prompt, one of its answers with the lowest reward. */
  readonly chosenAnswer?: string;
  /** What it said under the better one, one with the highest reward. */
  readonly bestAnswer?: string;
}

/** Whether the chooser trained on the whole log chooses per question. */
export interface TrainedGate {
  readonly open: boolean;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** Everything the report shows; plain data, all texts untrusted. */
export interface ReportData {
  readonly task: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly packageVersion: string;
  /** True where the log was simulated; said wherever the data are shown. */
  readonly simulated: boolean;
  /** The run's folder as the reader may type it in a command; null where it is not known. */
  readonly runFolder: string | null;
  readonly log: {
    readonly source: string;
    readonly llm: string;
    /** Rows as published. */
    readonly rows: number;
    readonly uniqueQuestions: number;
    readonly interactions: number;
    /** Fraction of (question, training prompt) pairs with at least one label. */
    readonly filled: number;
  };
  readonly prompts: readonly ReportPrompt[];
  /** The estimates, the one to trust first. */
  readonly evaluations: readonly EvaluationResult[];
  /** The gate of the chooser trained on the whole log, which the headline agrees with; null where none was trained. */
  readonly trainedGate: TrainedGate | null;
  readonly kinds: readonly ChosenKind[];
  /** Questions of no kind, and what the chooser does with them; null where there are none, or no kinds. */
  readonly otherQuestions: { readonly questions: number; readonly choice: KindChoice } | null;
  readonly calibration: readonly CalibrationBin[];
  readonly learningCurve: readonly LearningCurvePoint[];
  /** Of the random logs drawn for the curve, those that could not be learned from or judged. */
  readonly leftOutLogs: { readonly leftOut: number; readonly drawn: number };
  readonly mistakes: readonly Mistake[];
}
