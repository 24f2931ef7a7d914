import { tokenize } from "../embed/index.ts";
import { ShapeError } from "../errors.ts";
import type { FeatureMatrix, Interval, RewardMatrix } from "../types/index.ts";
import { choiceInformation } from "./choice-information.ts";
import { distinctiveFeatures } from "./distinctive-features.ts";
import { distinctiveWords } from "./distinctive-words.ts";
import { kindAdvantages } from "./kind-advantage.ts";
import { kindHeterogeneity } from "./kind-heterogeneity.ts";
import { successByPrompt } from "./prompt-differences.ts";
import { sphericalKMeans } from "./spherical-k-means.ts";

/** A kind of question: a cluster of questions with similar form, and how each training prompt fares on it. */
export interface QuestionKind {
  /** Words that set these questions apart, most distinctive first. */
  readonly keywords: readonly string[];
  readonly questions: number;
  /** A few texts nearest the middle of the cluster. */
  readonly examples: readonly string[];
  /** One entry a training prompt, in the order of the rewards' columns. */
  readonly promptSuccess: readonly (number | null)[];
  /** The best training prompt here, and the paired difference to the fixed prompt with its interval. */
  readonly bestPromptId: string;
  readonly advantage: number;
  readonly advantageCi95: Interval;
}

/** What the kinds of question are found from; one row or entry a question, each distinct question once. */
export interface QuestionKindsInput {
  /** The embedded questions, rows of length 1 or 0. */
  readonly features: FeatureMatrix;
  readonly texts: readonly string[];
  /** Success counts under the training prompts. */
  readonly rewards: RewardMatrix;
  /** One a column of `rewards`. */
  readonly promptIds: readonly string[];
  /** Column of the fixed prompt. */
  readonly fixedColumn: number;
  /** Group of each question; the intervals treat questions of one group as one. */
  readonly clusters: Int32Array;
  /** Column that a chooser takes for each question, -1 where it was not asked; absent where there is no chooser. */
  readonly chosen?: Int32Array;
  readonly seed: number;
}

/** Fewer questions than this hold no kinds worth telling apart. */
const MIN_QUESTIONS = 50;
/** A kind holds at least so many questions and this share of them; what is smaller is left out. */
const SMALLEST_KIND = 12;
const SMALLEST_SHARE = 0.01;
/** Numbers of kinds that are tried, those with enough questions a kind on average. */
const KIND_COUNTS = [2, 4, 6, 8, 10, 12] as const;
const QUESTIONS_A_KIND = 25;
/** Likewise where a chooser's gain is told of each kind, which fewer questions do not tell. */
const CHOSEN_QUESTIONS_A_KIND = 60;
const KEYWORDS = 5;
const EXAMPLES = 3;

/** Kinds of question, and which questions are of them. */
export interface GroupedQuestions {
  readonly kinds: readonly QuestionKind[];
  /** Position in `kinds` of each question's kind, or -1. */
  readonly kindOfQuestion: Int32Array;
}

/**
 * Groups questions by form and says which training prompt does best on each group, largest group first. Of several
 * numbers of groups, from 2 to 12, the one is taken that tells most of which prompt the chooser takes; without one, whose
 * groups the prompts' leads differ between most, beyond luck. It describes the log; no verdict rests on it. Questions the embedder knows nothing of, and scattered ones, belong to no
 * kind.
 * @returns no kinds where there are fewer than 50 questions
 * @throws ShapeError where sizes disagree
 */
export function groupQuestions(input: QuestionKindsInput): GroupedQuestions {
  checkSizes(input);
  const { texts, rewards, promptIds } = input;
  if (texts.length < MIN_QUESTIONS)
    return { kinds: [], kindOfQuestion: new Int32Array(texts.length).fill(-1) };
  const { fixedColumn, clusters: groups, seed } = input;
  const success = successByPrompt(rewards);
  const { kindOfQuestion, count, similarity } = mostInformativeKinds(input, success);
  const words = distinctiveWords(texts, kindOfQuestion, count, KEYWORDS);
  const advantages = kindAdvantages(success, fixedColumn, kindOfQuestion, count, groups, seed);
  const kinds = advantages.map((advantage, kind) => ({
    keywords: words[kind]!,
    questions: kindOfQuestion.reduce((sum, each) => sum + (each === kind ? 1 : 0), 0),
    examples: pickExamples(kind, kindOfQuestion, similarity, texts, words[kind]!),
    promptSuccess: advantage.promptSuccess,
    bestPromptId: promptIds[advantage.bestColumn]!,
    advantage: advantage.advantage,
    advantageCi95: advantage.interval,
  }));
  return { kinds, kindOfQuestion };
}

/** Kinds by questions, and how near each question is to its kind's center. */
interface Kinds {
  readonly kindOfQuestion: Int32Array;
  readonly count: number;
  readonly similarity: Float64Array;
}

/** Fewer kinds win where more tell no more. */
function mostInformativeKinds(
  { features, fixedColumn, clusters: groups, chosen, seed }: QuestionKindsInput,
  success: readonly Float64Array[],
): Kinds {
  const distinctive = distinctiveFeatures(features);
  const least = chosen === undefined ? QUESTIONS_A_KIND : CHOSEN_QUESTIONS_A_KIND;
  let best: Kinds | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const clusters of KIND_COUNTS) {
    if (clusters > 2 && clusters * least > features.rows) break;
    const { assignment, similarity } = sphericalKMeans(distinctive, { clusters, seed });
    const { kinds: kindOfQuestion, count } = largestFirst(assignment, clusters);
    const told =
      chosen !== undefined && isVaried(chosen)
        ? choiceInformation(chosen, kindOfQuestion)
        : kindHeterogeneity(success, fixedColumn, kindOfQuestion, count, groups);
    if (told <= most) continue;
    most = told;
    best = { kindOfQuestion, count, similarity };
  }
  return best!;
}

/** Whether the chooser takes more than one prompt. */
function isVaried(chosen: Int32Array): boolean {
  const [first] = chosen.filter((column) => column >= 0);
  return chosen.some((column) => column >= 0 && column !== first);
}

/** Numbers clusters by size, the largest 0; clusters too small to be a kind become -1. */
function largestFirst(assignment: Int32Array, clusters: number): { kinds: Int32Array; count: number } {
  const sizes = new Array<number>(clusters).fill(0);
  for (const cluster of assignment) if (cluster >= 0) sizes[cluster]!++;
  const least = Math.max(SMALLEST_KIND, SMALLEST_SHARE * assignment.length);
  const kept = Array.from(sizes.keys())
    .filter((cluster) => sizes[cluster]! >= least)
    .sort((one, other) => sizes[other]! - sizes[one]! || one - other);
  return { kinds: assignment.map((cluster) => kept.indexOf(cluster)), count: kept.length };
}

/**
 * The questions nearest the center, of several forms that differ only in words' places or numbers just one; those first
 * that hold the kind's words, if there are any.
 */
function pickExamples(
  kind: number,
  kinds: Int32Array,
  similarity: Float64Array,
  texts: readonly string[],
  keywords: readonly string[],
): string[] {
  const nearest = Array.from(kinds.keys())
    .filter((question) => kinds[question] === kind)
    .sort((one, other) => similarity[other]! - similarity[one]! || one - other);
  const examples: string[] = [];
  const seen: ReadonlySet<string>[] = [];
  for (const question of nearest) {
    const tokens = new Set(tokenize(texts[question]!));
    if (seen.some((other) => overlap(tokens, other) > 0.7)) continue;
    seen.push(tokens);
    examples.push(texts[question]!);
    if (examples.length === EXAMPLES) break;
  }
  const isTypical = (text: string): boolean => {
    const tokens = new Set(tokenize(text));
    return keywords.some((word) => tokens.has(word));
  };
  if (keywords.length === 0 || examples.some(isTypical)) {
    const typical = examples.filter(isTypical);
    return [...typical, ...examples.filter((text) => !typical.includes(text))];
  }
  const typical = nearest.map((question) => texts[question]!).find(isTypical);
  return typical === undefined ? examples : [typical, ...examples.slice(0, EXAMPLES - 1)];
}

/** Shared tokens over all tokens of both (Jaccard). */
function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const token of one) if (other.has(token)) shared++;
  return shared / Math.max(1, one.size + other.size - shared);
}

function checkSizes({
  features,
  texts,
  rewards,
  promptIds,
  fixedColumn,
  clusters,
}: QuestionKindsInput): void {
  const questions = texts.length;
  for (const [name, found] of [
    ["features", features.rows],
    ["rewards", rewards.queries],
    ["clusters", clusters.length],
  ] as const) {
    if (found === questions) continue;
    throw new ShapeError(`${name} must have one row for each of ${questions} questions, found ${found}`);
  }
  if (promptIds.length !== rewards.prompts) {
    throw new ShapeError(`promptIds must name ${rewards.prompts} columns, found ${promptIds.length}`);
  }
  if (!(Number.isInteger(fixedColumn) && fixedColumn >= 0 && fixedColumn < rewards.prompts)) {
    throw new ShapeError(`fixedColumn ${fixedColumn} does not exist: there are ${rewards.prompts} prompts`);
  }
}
