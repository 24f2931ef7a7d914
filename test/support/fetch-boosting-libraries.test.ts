import { afterEach, expect, type TestContext, test, vi } from "vitest";
import { requireBoostingLibraries } from "./fetch-boosting-libraries.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const absent = { libraries: null, reason: "pip is on strike" } as const;

test("without the libraries a test is skipped with the reason, but fails where nothing may be skipped", () => {
  const reasons: (string | undefined)[] = [];
  const context = { skip: (reason?: string) => void reasons.push(reason) } as unknown as TestContext;
  vi.stubEnv("OIRL_REQUIRE_DATA", "");
  requireBoostingLibraries(context, absent);
  expect(reasons).toEqual([expect.stringContaining("pip is on strike")]);
  vi.stubEnv("OIRL_REQUIRE_DATA", "1");
  expect(() => requireBoostingLibraries(context, absent)).toThrow(/OIRL_REQUIRE_DATA=1: pip is on strike/u);
  const libraries = { xgboost: "/x.so", lightgbm: "/l.so" };
  expect(requireBoostingLibraries(context, { libraries })).toBe(libraries);
  expect(reasons).toHaveLength(1);
});
