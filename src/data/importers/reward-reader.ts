import { ConfigError, DataError } from "../../errors.ts";
import type { RewardCount } from "./import-mapping.ts";
import type { Place } from "./place.ts";
import {
  readNumber,
  readVerdict,
  VERDICT_WORDS,
  type VerdictDialect,
  verdictDialect,
} from "./verdict-words.ts";

/** How a user says that rewards are to be read. */
export interface RewardOptions {
  /** Numbers that mean 0 and 1; what lies between is in proportion. @default [0, 1] */
  readonly rewardScale?: readonly [lowest: number, highest: number];
  /** Meanings of cells in [0, 1], before all other rules; capitals do not count. */
  readonly rewardValues?: Readonly<Record<string, number>>;
}

/** A reward, or why there is none. */
export type ReadReward = { readonly reward: number } | { readonly leftOut: string };

const MAX_WORDS = 64;
/** More different numbers than this are shown as a range. */
const MAX_NUMBERS = 12;

/** Reads the rewards of one log and counts what each value was taken for. */
export class RewardReader {
  private readonly dialect: VerdictDialect;
  private readonly told: ReadonlyMap<string, number>;
  private readonly known = new Map<string, ReadReward>();
  private readonly counts = new Map<string, { reward: number; answers: number; isWord: boolean }>();
  private readonly range = {
    lowest: Number.POSITIVE_INFINITY,
    highest: Number.NEGATIVE_INFINITY,
    answers: 0,
  };

  /** @param firstCells of the log's rewards: they tell whether letters are inspect_ai's, where that is not known */
  constructor(
    private readonly options: RewardOptions,
    firstCells: Iterable<string> = [],
    hasLetters = false,
  ) {
    checkOptions(options);
    this.dialect = hasLetters ? "letters" : verdictDialect(firstCells);
    this.told = new Map(
      Object.entries(options.rewardValues ?? {}).map(([word, value]) => [word.trim().toLowerCase(), value]),
    );
  }

  /**
   * A reward in [0, 1], or why nothing was graded: an empty cell or `[ERROR]` is no wrong answer.
   * @throws DataError for what is no verdict, and for numbers outside the scale
   */
  read(text: string, column: string, place: Place): ReadReward {
    let found = this.known.get(text);
    if (found === undefined) {
      found = this.interpret(text, column, place);
      if (this.known.size < 1000) this.known.set(text, found);
    }
    if ("reward" in found) this.count(text, found.reward);
    return found;
  }

  /** Counts a reward that was read elsewhere, such as a grader's. */
  count(text: string, reward: number): void {
    const word = text.includes("[") ? text.trim().replace(/^(\[\w+\]).*$/s, "$1") : text.trim();
    const known = this.counts.get(word);
    if (known !== undefined) known.answers++;
    else if (this.counts.size < MAX_WORDS)
      this.counts.set(word, { reward, answers: 1, isWord: readNumber(word) === undefined });
    else {
      this.range.lowest = Math.min(this.range.lowest, reward);
      this.range.highest = Math.max(this.range.highest, reward);
      this.range.answers++;
    }
  }

  /** What was understood, the most frequent first; many numbers as one range. */
  summarize(): RewardCount[] {
    const all = [...this.counts].map(([value, count]) => ({ value, ...count }));
    const numbers = all.filter(({ isWord }) => !isWord);
    const shown =
      numbers.length + (this.range.answers > 0 ? 1 : 0) > MAX_NUMBERS
        ? all.filter(({ isWord }) => isWord)
        : all;
    const { lowest, highest, answers } = shown === all ? this.range : findRange(numbers, this.range);
    return [
      ...shown
        .map(({ value, reward, answers: rows }) => ({ value, reward, answers: rows }))
        .sort((one, other) => other.answers - one.answers || (one.value < other.value ? -1 : 1)),
      ...(answers > 0 ? [{ value: `numbers that give ${lowest} to ${highest}`, reward: null, answers }] : []),
    ];
  }

  private interpret(text: string, column: string, place: Place): ReadReward {
    const told = this.told.get(text.trim().toLowerCase());
    if (told !== undefined) return { reward: told };
    const verdict = readVerdict(text, this.dialect);
    if (verdict.kind === "left out") return { leftOut: verdict.why };
    if (verdict.kind === "reward") {
      const [lowest, highest] = this.options.rewardScale ?? [0, 1];
      const reward = verdict.isWord ? verdict.value : (verdict.value - lowest) / (highest - lowest);
      if (reward >= 0 && reward <= 1) return { reward };
    }
    throw new DataError(this.notUnderstood(text, column, verdict.kind === "reward"), place);
  }

  private notUnderstood(text: string, column: string, isNumber: boolean): string {
    const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
    const [lowest, highest] = this.options.rewardScale ?? [0, 1];
    const found = `The reward in column "${column}" is ${shown}; expected`;
    if (isNumber)
      return `${found} a number in [${lowest}, ${highest}]. Say which numbers mean wrong and right, for example --reward-scale 1..5, or name another column by --reward-column.`;
    const words =
      this.dialect === "letters"
        ? "C, I, P or N, as the first rows have"
        : `a number in [${lowest}, ${highest}], or a word: ${VERDICT_WORDS} ("[PASS] …" and "[FAIL] …" as well)`;
    return `${found} ${words}. Say what other words mean, for example --reward-values "good=1,poor=0"; leave the cell empty where nothing was graded.`;
  }
}

function findRange(
  numbers: readonly { reward: number; answers: number }[],
  rest: { lowest: number; highest: number; answers: number },
): { lowest: number; highest: number; answers: number } {
  const rewards = numbers.map(({ reward }) => reward);
  return {
    lowest: Math.min(rest.lowest, ...rewards),
    highest: Math.max(rest.highest, ...rewards),
    answers: numbers.reduce((sum, { answers }) => sum + answers, rest.answers),
  };
}

function checkOptions({ rewardScale, rewardValues }: RewardOptions): void {
  if (rewardScale !== undefined && !(rewardScale[0] !== rewardScale[1] && rewardScale.every(Number.isFinite)))
    throw new ConfigError(
      `The reward scale ${rewardScale.join("..")} has no extent; expected two different numbers, the one for wrong first: 1..5.`,
    );
  for (const [word, value] of Object.entries(rewardValues ?? {}))
    if (!(value >= 0 && value <= 1))
      throw new ConfigError(`The reward of "${word}" is ${value}; expected a number in [0, 1].`);
}
