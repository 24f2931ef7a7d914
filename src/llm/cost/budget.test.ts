import { describe, expect, test } from "vitest";
import { Budget } from "./budget.ts";

const noWait = async (): Promise<void> => {};

describe("Budget", () => {
  test("what is reserved, spent and uncertain counts together", async () => {
    const budget = new Budget(10);
    budget.carryOver(2, 3);
    expect(await budget.reserve(4.9, noWait)).toBe(true);
    budget.settle(4.9, { cost: 1 });
    expect(budget.spent).toBe(3);
    expect(await budget.reserve(3.9, noWait)).toBe(true);
    budget.settle(3.9, "uncertain");
    expect(budget.possiblySpent).toBeCloseTo(6.9, 12);
    expect(await budget.reserve(0.2, noWait)).toBe(false);
    expect(await budget.reserve(0.05, noWait)).toBe(true);
    budget.settle(0.05, "unbilled");
    expect(budget.spent).toBe(3);
  });

  test("who does not fit waits for calls under way, and goes on when one was cheap", async () => {
    const budget = new Budget(10);
    expect(await budget.reserve(6, noWait)).toBe(true);
    let waits = 0;
    const second = budget.reserve(6, async () => {
      waits++;
    });
    const third = budget.reserve(9.5, noWait);
    await new Promise((wake) => setTimeout(wake, 5));
    expect(waits).toBe(1);
    budget.settle(6, { cost: 1 });
    expect(await second).toBe(true);
    budget.settle(6, { cost: 0.5 });
    expect(await third).toBe(false);
  });

  test("many small amounts leave no remainder", async () => {
    const budget = new Budget(1);
    for (let call = 0; call < 1000; call++) {
      expect(await budget.reserve(0.1, noWait)).toBe(true);
      budget.settle(0.1, "unbilled");
    }
    expect(await budget.reserve(0.999, noWait)).toBe(true);
  });

  test("without a limit everything fits, and is summed all the same", async () => {
    const budget = new Budget(undefined);
    expect(await budget.reserve(1e9, noWait)).toBe(true);
    budget.settle(1e9, { cost: 7 });
    expect(budget.spent).toBe(7);
  });
});
