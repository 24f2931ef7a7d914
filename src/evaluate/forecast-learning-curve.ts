/** An uplift as measured on logs of one size. */
export interface LearningPoint {
  /** Questions in the log. */
  readonly questions: number;
  /** Of choosing by question over the fixed prompt; a fraction. */
  readonly uplift: number;
  /** Of this uplift, > 0. */
  readonly standardError: number;
}

/** What a forecast rests on. */
export interface LearningCurve {
  /** Measured on random smaller logs drawn from this one, in any order. */
  readonly points: readonly LearningPoint[];
  /** The whole log: its out-of-fold uplift and standard error, as the gate has them. */
  readonly current: LearningPoint;
  /** Standard errors above zero that would decide, ≥ 0. */
  readonly z: number;
}

/** How many more questions would let the gate open. */
export interface LearningForecast {
  /** 0 where the log already decides; null where the data cannot say, or say never. */
  readonly moreQuestions: number | null;
  /** One or two sentences for the reader, with the reason where there is no number. */
  readonly sentence: string;
  /** The fitted curve limit − slope / √questions; null where none could be fitted. */
  readonly curve: { readonly limit: number; readonly slope: number } | null;
}

/** Logs more than this many times as large are not forecast: too much rests on the curve's form. */
const FARTHEST = 20;
/** A log that on average would already pass, but happened not to, is asked to grow by this share. */
const LEAST_GROWTH = 0.1;

/**
 * Forecasts from a learning curve how many more logged questions would decide whether choosing by question pays:
 * the uplift is fitted as limit − slope / √n (slope ≥ 0) by weighted least squares, its standard error falls as
 * 1 / √n from today's, and the gate opens where uplift ≥ z · standard error, that is at
 * n = ((slope + z · standardError · √today) / limit)².
 */
export function forecastLearningCurve({ points, current, z }: LearningCurve): LearningForecast {
  if (current.uplift > 0 && current.uplift >= z * current.standardError) {
    return {
      moreQuestions: 0,
      sentence: `The log of ${current.questions} questions is large enough: choosing by question already passes the gate.`,
      curve: null,
    };
  }
  const usable = [...points, current].filter(
    ({ questions, uplift, standardError }) =>
      questions > 0 && Number.isFinite(uplift) && standardError > 0 && Number.isFinite(standardError),
  );
  if (new Set(usable.map(({ questions }) => questions)).size < 3 || !(current.standardError > 0)) {
    return {
      moreQuestions: null,
      sentence: "The log is too small to forecast how many more questions would decide it.",
      curve: null,
    };
  }
  const { limit, slope, limitError } = fitCurve(usable);
  const curve = { limit, slope };
  if (limit <= 0) {
    return {
      moreQuestions: null,
      sentence:
        "By its learning curve, choosing by question would not beat the fixed prompt on this log however many questions were added.",
      curve,
    };
  }
  if (limit < limitError) {
    return {
      moreQuestions: null,
      sentence:
        "The learning curve is too uncertain to forecast how many more questions would decide whether choosing by question pays.",
      curve,
    };
  }
  const spread = current.standardError * Math.sqrt(current.questions);
  const needed = ((slope + z * spread) / limit) ** 2;
  if (needed > FARTHEST * current.questions) {
    return {
      moreQuestions: null,
      sentence: `If choosing by question pays here, it is by so little that a log ${FARTHEST} times as large would not show it.`,
      curve,
    };
  }
  const more = Math.max(needed - current.questions, LEAST_GROWTH * current.questions);
  const moreQuestions = roundToTwoDigits(more);
  return {
    moreQuestions,
    sentence: `About ${moreQuestions} more logged questions would decide whether choosing by question pays here, if its uplift goes on growing as it did.`,
    curve,
  };
}

/** Weighted least squares of uplift on 1 / √questions; a falling curve is replaced by a flat one. */
function fitCurve(points: readonly LearningPoint[]): { limit: number; slope: number; limitError: number } {
  let weight = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  for (const { questions, uplift, standardError } of points) {
    const precision = 1 / standardError ** 2;
    const x = 1 / Math.sqrt(questions);
    weight += precision;
    sumX += precision * x;
    sumY += precision * uplift;
    sumXX += precision * x * x;
    sumXY += precision * x * uplift;
  }
  const determinant = weight * sumXX - sumX * sumX;
  const slope = -(weight * sumXY - sumX * sumY) / determinant;
  if (slope <= 0) return { limit: sumY / weight, slope: 0, limitError: Math.sqrt(1 / weight) };
  return {
    limit: (sumXX * sumY - sumX * sumXY) / determinant,
    slope,
    limitError: Math.sqrt(sumXX / determinant),
  };
}

/** "About 400", not "412.7"; at least 1. */
function roundToTwoDigits(count: number): number {
  return Math.max(1, Number(count.toPrecision(2)));
}
