import { contentHash } from "../../util/index.ts";
import {
  type CallName,
  type CallPlan,
  type PlannedCall,
  type RenderedCall,
  toKey,
} from "../calls/call-plan.ts";
import { messageBytes } from "../cost/token-bound.ts";
import type { ProposalBrief } from "./proposal-brief.ts";
import { correctionMessages, proposalMessages, proposalTokens } from "./proposal-messages.ts";

/** Stands in the journal where calls about questions have their prompt. */
const PROMPT_NAME = "(proposals)";

/** A brief, and the how-manieth time it is put. */
export interface ProposalRequest {
  readonly brief: ProposalBrief;
  /** 0-based. */
  readonly repetition: number;
  /** The last reply to it, which could not be read; an LLM that repeats itself would give it again. */
  readonly unreadable?: string;
}

/** One call a request. A call is named by all it says, so that another brief is another call. */
export class ProposalPlan implements CallPlan {
  private readonly calls: readonly { readonly name: CallName; readonly rendered: RenderedCall }[];
  private readonly positions: ReadonlyMap<string, number>;

  constructor(requests: readonly ProposalRequest[]) {
    this.calls = requests.map(({ brief, repetition, unreadable }) => {
      const messages = [
        ...proposalMessages(brief),
        ...(unreadable === undefined ? [] : correctionMessages(unreadable)),
      ];
      const maxTokens = proposalTokens(brief);
      const hash = contentHash(String(maxTokens), ...messages.map(({ content }) => content)).slice(0, 16);
      return {
        name: { queryId: `(${brief.id} ${hash})`, promptId: PROMPT_NAME, repetition },
        rendered: { messages, sampling: { maxTokens }, bytes: messageBytes(messages) },
      };
    });
    this.positions = new Map(this.calls.map(({ name }, index) => [toKey(name), index]));
  }

  get length(): number {
    return this.calls.length;
  }

  get kinds(): number {
    return 1;
  }

  call(index: number): PlannedCall {
    return { ...this.calls[index]!.name, index, kind: 0 };
  }

  indexOf(name: CallName): number | undefined {
    return this.positions.get(toKey(name));
  }

  render({ index }: PlannedCall): RenderedCall {
    return this.calls[index]!.rendered;
  }
}
