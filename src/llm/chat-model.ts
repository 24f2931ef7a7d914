/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** How an answer is sampled. What is undefined is left to the model. */
export interface Sampling {
  /** ≥ 0; 0 always takes the likeliest token. */
  readonly temperature?: number;
  /** Nucleus sampling, in (0, 1]. */
  readonly topP?: number;
  /** Most tokens of the answer, ≥ 1. */
  readonly maxTokens?: number;
}

/** One call of a chat model. */
export interface ChatRequest {
  /** At least one; system messages stand first, the last one is the user's. */
  readonly messages: readonly ChatMessage[];
  readonly sampling: Sampling;
  /** Time for the whole call, its answer read to the end. */
  readonly timeoutMs: number;
  /**
   * Where the randomness of a sampled answer starts, a whole number in [0, 2³²). Models that cannot be seeded, which is
   * most of those behind an address, ignore it.
   */
  readonly seed?: number;
  /** Breaks the call off at once; it may be billed all the same. */
  readonly signal?: AbortSignal;
}

/** Why the model stopped writing. */
export type FinishReason = "stop" | "length" | "content-filter" | "error" | "other";

/** What a chat model answered. */
export interface ChatAnswer {
  /** As it stands in logs; keys that came back in it are hidden. */
  readonly text: string;
  /** Where keys were hidden: in how many places, and the text with them, to be graded and never to be written. */
  readonly hiddenKeys?: { readonly places: number; readonly said: string };
  readonly finishReason: FinishReason;
  /** As billed; undefined where the endpoint does not say. */
  readonly inputTokens?: number;
  /** As billed, hidden reasoning included; undefined where the endpoint does not say. */
  readonly outputTokens?: number;
}

/**
 * A large language model that is asked one request at a time. It never tries again by itself: retries, and the money
 * they may cost, are the caller's business.
 */
export interface ChatModel {
  /** The model's name, as it stands in logs. */
  readonly name: string;
  /** The provider's name, as it stands in logs. */
  readonly provider: string;
  /** Address without key, query or user name; undefined where the provider's package decides. */
  readonly baseUrl?: string;
  /** What tells it from other models of its name; undefined where nobody knows. */
  readonly revision?: string;
  /** Calls it works on at once, ≥ 1: more would only wait. Undefined where that is not for the model to say. */
  readonly concurrency?: number;
  /**
   * Sends the request exactly once.
   * @throws ChatError saying whether trying again makes sense and whether the call may have been billed
   */
  answer(request: ChatRequest): Promise<ChatAnswer>;
}
