import { meanInterval } from "../evaluate/index.ts";
import type { Interval } from "../types/index.ts";
import {
  differencesFrom,
  meanOverQuestions,
  questionsByKind,
  selectQuestions,
} from "./prompt-differences.ts";

/** How the training prompts fare on one kind of question. */
export interface KindAdvantage {
  /** Mean success of each prompt; null where it was never tried. */
  readonly promptSuccess: readonly (number | null)[];
  /** Column of the prompt that does best. */
  readonly bestColumn: number;
  /** Its success minus the fixed prompt's on the same questions. */
  readonly advantage: number;
  readonly interval: Interval;
}

/**
 * Compares the prompts with the fixed one, kind by kind, each question counting once. A kind's best prompt is chosen
 * by differences drawn towards the difference on the whole log, the more so the less kinds differ (empirical Bayes,
 * method of moments); so a lead that may be luck of few questions does not unseat the fixed prompt. The advantage
 * itself is reported as it was observed, with its interval.
 * @param success of each prompt on each question, NaN where it was not tried
 * @param kinds kind of each question, or -1
 * @param groups group of each question; the interval treats questions of one group as one
 */
export function kindAdvantages(
  success: readonly Float64Array[],
  fixedColumn: number,
  kinds: Int32Array,
  kindCount: number,
  groups: Int32Array,
  seed: number,
): KindAdvantage[] {
  const differences = differencesFrom(fixedColumn, success);
  const everywhere = Int32Array.from(kinds.keys());
  const members = questionsByKind(kinds, kindCount);
  const observed = differences.map((difference) =>
    members.map((queries) => meanOverQuestions(difference, groups, queries)),
  );
  const shrunken = differences.map((difference, column) =>
    shrinkTowards(meanOverQuestions(difference, groups, everywhere).mean, observed[column]!),
  );
  return members.map((queries, kind) => {
    let bestColumn = fixedColumn;
    for (let column = 0; column < success.length; column++) {
      // A prompt that did worse here does not lead here, however well it does elsewhere.
      const ahead = observed[column]![kind]!.mean > 0;
      if (ahead && shrunken[column]![kind]! > shrunken[bestColumn]![kind]!) bestColumn = column;
    }
    const lead = selectQuestions(differences[bestColumn]!, groups, queries);
    const estimate =
      bestColumn === fixedColumn
        ? null
        : meanInterval({ values: lead.values, bounds: [-1, 1] }, lead.weights, lead.groups, { seed });
    return {
      promptSuccess: success.map((values) => finiteOrNull(meanOverQuestions(values, groups, queries).mean)),
      bestColumn,
      advantage: estimate?.mean ?? 0,
      interval: estimate?.interval ?? [0, 0],
    };
  });
}

/** Means drawn towards their center by how much of their spread is noise; -∞ where a mean or its error is unknown. */
function shrinkTowards(
  center: number,
  means: readonly { readonly mean: number; readonly standardError: number }[],
): number[] {
  const known = means.filter(({ standardError }) => Number.isFinite(standardError));
  const spread = known.reduce(
    (sum, { mean, standardError }) => sum + (mean - center) ** 2 - standardError ** 2,
    0,
  );
  const variance = known.length === 0 ? 0 : Math.max(0, spread / known.length);
  return means.map(({ mean, standardError }) => {
    if (!Number.isFinite(standardError)) return Number.NEGATIVE_INFINITY;
    const noise = standardError ** 2;
    const kept = variance + noise === 0 ? 1 : variance / (variance + noise);
    return center + kept * (mean - center);
  });
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
