import { UsageError } from "../../errors.ts";
import type { CallName, CallPlan, PlannedCall, RenderedCall } from "../calls/call-plan.ts";

/** A question and a prompt that it is put with; the first time, unless told otherwise. */
export type QuestionPromptPair = Pick<CallName, "queryId" | "promptId"> & Partial<CallName>;

/** Some calls of a plan, in an order of their own. */
export class SelectedCalls implements CallPlan {
  private readonly positions: readonly number[];
  private readonly selected: ReadonlyMap<number, number>;

  /** @throws UsageError for a pair that is not part of the plan; a pair given twice counts once */
  constructor(
    private readonly plan: CallPlan,
    pairs: readonly QuestionPromptPair[],
  ) {
    const selected = new Map<number, number>();
    for (const { queryId, promptId, repetition = 0 } of pairs) {
      const position = plan.indexOf({ queryId, promptId, repetition });
      if (position === undefined)
        throw new UsageError(
          `The pair of question "${queryId}" and prompt "${promptId}" is not among the questions and prompts given.`,
        );
      if (!selected.has(position)) selected.set(position, selected.size);
    }
    this.selected = selected;
    this.positions = [...selected.keys()];
  }

  get length(): number {
    return this.positions.length;
  }

  get kinds(): number {
    return this.plan.kinds;
  }

  call(index: number): PlannedCall {
    return { ...this.plan.call(this.positions[index]!), index };
  }

  indexOf(name: CallName): number | undefined {
    const position = this.plan.indexOf(name);
    return position === undefined ? undefined : this.selected.get(position);
  }

  render(call: PlannedCall): RenderedCall {
    return this.plan.render({ ...call, index: this.positions[call.index]! });
  }
}
