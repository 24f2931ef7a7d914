import { describe, expect, test } from "vitest";
import { forecastLearningCurve, type LearningPoint } from "./forecast-learning-curve.ts";

/** Points right on limit − slope / √n. */
function pointsOn(
  limit: number,
  slope: number,
  sizes: readonly number[],
  standardError = 0.001,
): LearningPoint[] {
  return sizes.map((questions) => ({
    questions,
    uplift: limit - slope / Math.sqrt(questions),
    standardError,
  }));
}

describe("forecastLearningCurve", () => {
  test("recovers a planted curve and the size at which the gate opens", () => {
    const limit = 0.03;
    const slope = 0.3;
    const current: LearningPoint = {
      questions: 400,
      uplift: limit - slope / 20,
      standardError: 0.02,
    };
    const forecast = forecastLearningCurve({ points: pointsOn(limit, slope, [50, 100, 200]), current, z: 1 });
    expect(forecast.curve!.limit).toBeCloseTo(limit, 10);
    expect(forecast.curve!.slope).toBeCloseTo(slope, 10);
    // Step by step instead of solving: the first size whose uplift reaches its standard error.
    let size = 400;
    while (limit - slope / Math.sqrt(size) < 0.02 * Math.sqrt(400 / size)) size++;
    expect(Math.abs(forecast.moreQuestions! - (size - 400))).toBeLessThanOrEqual(0.05 * (size - 400));
    expect(forecast.sentence).toContain(`About ${forecast.moreQuestions} more logged questions`);
  });

  test("a stricter gate needs more questions", () => {
    const current: LearningPoint = { questions: 400, uplift: 0.01, standardError: 0.012 };
    const points = pointsOn(0.02, 0.2, [50, 100, 200]);
    const balanced = forecastLearningCurve({ points, current, z: 1 }).moreQuestions!;
    const averse = forecastLearningCurve({ points, current, z: 2 }).moreQuestions!;
    expect(averse).toBeGreaterThan(balanced);
  });

  test("nothing more is needed where the gate is already passed", () => {
    const current: LearningPoint = { questions: 400, uplift: 0.02, standardError: 0.01 };
    expect(forecastLearningCurve({ points: [], current, z: 2 }).moreQuestions).toBe(0);
  });

  test("says why there is no forecast", () => {
    const current: LearningPoint = { questions: 400, uplift: -0.01, standardError: 0.01 };
    const sentenceOf = (points: LearningPoint[], z = 1): string => {
      const forecast = forecastLearningCurve({ points, current, z });
      expect(forecast.moreQuestions).toBeNull();
      return forecast.sentence;
    };
    expect(sentenceOf([])).toMatch(/too small/);
    expect(sentenceOf(pointsOn(-0.01, 0, [50, 100, 200]))).toMatch(/would not beat the fixed prompt/);
    expect(sentenceOf(pointsOn(0.01, 0, [50, 100, 200], 0.2))).toMatch(/would not beat|too uncertain/);
    const barely: LearningPoint = { questions: 400, uplift: 0.001, standardError: 0.02 };
    expect(
      forecastLearningCurve({ points: pointsOn(0.002, 0.01, [50, 100, 200], 0.0005), current: barely, z: 2 }),
    ).toMatchObject({ moreQuestions: null, sentence: expect.stringMatching(/20 times as large/) });
  });

  test("a curve that falls with size is taken as flat, not extrapolated downwards", () => {
    const current: LearningPoint = { questions: 400, uplift: 0.01, standardError: 0.02 };
    const forecast = forecastLearningCurve({ points: pointsOn(0.005, -0.1, [100, 200, 300]), current, z: 1 });
    expect(forecast.curve!.slope).toBe(0);
    expect(forecast.moreQuestions).toBeGreaterThan(0);
  });

  test("a log that fell short only by chance is asked for a tenth more", () => {
    const current: LearningPoint = { questions: 1000, uplift: 0.009, standardError: 0.01 };
    const forecast = forecastLearningCurve({ points: pointsOn(0.05, 0.1, [100, 200, 400]), current, z: 1 });
    expect(forecast.moreQuestions).toBe(100);
  });
});
