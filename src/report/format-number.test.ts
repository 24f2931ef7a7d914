import { describe, expect, it } from "vitest";
import {
  formatInstant,
  formatInterval,
  formatPercent,
  formatPoints,
  formatPointsWithInterval,
  formatProbability,
  pluralize,
} from "./format-number.ts";

describe("figures in words", () => {
  it("carry a typographic minus, a plus where it is a gain, and no minus before zero", () => {
    expect(formatPoints(0.019)).toBe("+1.9 points");
    expect(formatPoints(-0.0131)).toBe("−1.3 points");
    expect(formatPoints(-0.0001)).toBe("0.0 points");
    expect(formatPoints(0.0001)).toBe("0.0 points");
    expect(formatInterval([-0.009, 0.011])).toBe("[−0.9, 1.1]");
    expect(formatPointsWithInterval(0.001, [-0.009, 0.011])).toBe("+0.1 points [−0.9, 1.1]");
    expect(formatPercent(null)).toBe("–");
  });

  it("do not round a probability to certainty", () => {
    expect(formatProbability(0.9996)).toBe("over 99 %");
    expect(formatProbability(0.0004)).toBe("under 1 %");
    expect(formatProbability(1)).toBe("100 %");
    expect(formatProbability(0.62)).toBe("62 %");
  });

  it("count with thousands apart, and in the singular", () => {
    expect(pluralize(7685, "question")).toBe("7,685 questions");
    expect(pluralize(1, "question")).toBe("1 question");
  });

  it("show an instant in UTC, and a text that is none as it is", () => {
    expect(formatInstant("2026-11-23T17:19:00+01:00")).toBe("23 November 2026, 16:19 UTC");
    expect(formatInstant("yesterday")).toBe("yesterday");
  });
});
