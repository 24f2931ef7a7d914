import { UsageError } from "../../errors.ts";
import {
  type CallName,
  type CallPlan,
  type PlannedCall,
  type RenderedCall,
  toKey,
} from "../calls/call-plan.ts";
import type { ChatMessage, Sampling } from "../chat-model.ts";
import { messageBytes } from "../cost/token-bound.ts";

/** Something an LLM is asked for its judgement of. */
export interface Judgement {
  readonly name: CallName;
  /** What is sent. */
  messages(): readonly ChatMessage[];
}

/** A list of judgements as calls, in its order. */
export class JudgementPlan implements CallPlan {
  readonly kinds = 1;
  private readonly positions: ReadonlyMap<string, number>;

  constructor(
    private readonly judgements: readonly Judgement[],
    private readonly sampling: Sampling,
  ) {
    this.positions = new Map(judgements.map(({ name }, position) => [toKey(name), position]));
    if (this.positions.size < judgements.length)
      throw new UsageError("An answer is to be judged twice: the run has it twice. Remove one.");
  }

  get length(): number {
    return this.judgements.length;
  }

  call(index: number): PlannedCall {
    return { ...this.judgements[index]!.name, index, kind: 0 };
  }

  indexOf(name: CallName): number | undefined {
    return this.positions.get(toKey(name));
  }

  render({ index }: PlannedCall): RenderedCall {
    const messages = this.judgements[index]!.messages();
    return { messages, sampling: this.sampling, bytes: messageBytes(messages) };
  }
}
