/** What an LLM's reply says of its own answer. */
export interface SelfVerdict {
  /** 1 "right", 0 "wrong". */
  readonly critic?: number;
  /** Probability that the answer is right, in [0, 1]. */
  readonly confidence?: number;
}

const WORD = /\b(true|false)\b/gi;
/** `###0.8###`, `###80 %###`, `###prob### 0.8`, `###Probability: 0.8`. */
const MARKED =
  /###[ \t]*(?:prob(?:ability)?[ \t]*(?:###)?[ \t:=]{0,3})?(\d{1,3}(?:\.\d{1,20})?|\.\d{1,20})[ \t]*(%)?/i;
/** "with a probability of 0.9". */
const NAMED = /\bprobability\b[^.\d\n]{0,60}(\d{1,3}(?:\.\d{1,20})?|\.\d{1,20})[ \t]*(%)?/i;

/**
 * Reads a reply to `criticMessages`. True and False in one reply say nothing; the probability is the first one between
 * marks, else the first that is called so, and a number that is none says nothing. Each part is read by itself.
 */
export function readSelfVerdict(reply: string): SelfVerdict {
  const words = new Set(Array.from(reply.matchAll(WORD), ([word]) => word.toLowerCase()));
  const found = MARKED.exec(reply) ?? NAMED.exec(reply);
  const number = found === null ? Number.NaN : Number(found[1]) / (found[2] === "%" ? 100 : 1);
  return {
    ...(words.size === 1 && { critic: words.has("true") ? 1 : 0 }),
    ...(number >= 0 && number <= 1 && { confidence: number }),
  };
}
