import { expect, test } from "vitest";
import { additions, somePrompts } from "../../../test/support/collect-fixture.ts";
import { UsageError } from "../../errors.ts";
import { PRESETS } from "../prompting/prompt-settings.ts";
import { CollectPlan } from "./collect-plan.ts";
import { SelectedCalls } from "./selected-calls.ts";

const whole = new CollectPlan(additions(5), somePrompts(3), 1, PRESETS.plain);

test("keeps its own order, numbers its own calls, and renders what the whole plan renders", () => {
  const pairs = [
    { queryId: "q-4", promptId: "p-1" },
    { queryId: "q-0", promptId: "p-2" },
    { queryId: "q-4", promptId: "p-1" },
  ];
  const plan = new SelectedCalls(whole, pairs);
  expect([plan.length, plan.kinds]).toEqual([2, 3]);
  for (const index of [0, 1]) {
    const call = plan.call(index);
    expect(call).toMatchObject({ ...pairs[index], index, repetition: 0 });
    expect(plan.indexOf(call)).toBe(index);
    const same = whole.call(whole.indexOf(call)!);
    expect(plan.render(call)).toEqual(whole.render(same));
    expect(call.kind).toBe(same.kind);
  }
  expect(plan.indexOf({ queryId: "q-1", promptId: "p-1", repetition: 0 })).toBeUndefined();
  expect(plan.indexOf({ queryId: "q-4", promptId: "p-1", repetition: 1 })).toBeUndefined();
});

test("a pair of something else is refused", () => {
  const pairs = [{ queryId: "q-0", promptId: "other" }];
  expect(() => new SelectedCalls(whole, pairs)).toThrow(UsageError);
  expect(() => new SelectedCalls(whole, pairs)).toThrow(/question "q-0" and prompt "other"/);
});
