import { GrowableColumn } from "../files/growable-column.ts";

/** Logs of fewer prompts or questions are taken as they are: they may be samples. */
const FEW = 10;
const MOST = 0.9;
const SEVERAL = -1;

/** How the prompts of a log spread over its questions. */
export interface SpreadSummary {
  /** Prompts with an interaction. */
  readonly prompts: number;
  /** Prompts of which all interactions are on one question. */
  readonly onOneQuestion: number;
  /** Whether nearly all prompts, and with them most of the log, were tried on one question each. */
  readonly isUnlearnable: boolean;
}

/** Counts on how many different questions each prompt was tried: one, or more. */
export class PromptSpread {
  /** By prompt: its question, or SEVERAL. */
  private readonly questions = new GrowableColumn(new Int32Array(0));
  /** By prompt: its interactions. */
  private readonly counts = new GrowableColumn(new Int32Array(0));

  add(prompt: number, question: number): void {
    while (this.questions.length <= prompt) {
      this.questions.push(SEVERAL);
      this.counts.push(0);
    }
    const count = this.counts.get(prompt);
    if (count === 0) this.questions.set(prompt, question);
    else if (this.questions.get(prompt) !== question) this.questions.set(prompt, SEVERAL);
    this.counts.set(prompt, count + 1);
  }

  /** @param questions of the whole log */
  summarize(questions: number): SpreadSummary {
    let prompts = 0;
    let onOneQuestion = 0;
    let interactions = 0;
    let interactionsOnOne = 0;
    for (let prompt = 0; prompt < this.counts.length; prompt++) {
      const count = this.counts.get(prompt);
      if (count === 0) continue;
      prompts++;
      interactions += count;
      if (this.questions.get(prompt) === SEVERAL) continue;
      onOneQuestion++;
      interactionsOnOne += count;
    }
    // A few prompts tried throughout can be learned from, however many stray ones stand beside them.
    const isUnlearnable =
      prompts > FEW &&
      questions > FEW &&
      onOneQuestion >= MOST * prompts &&
      interactionsOnOne >= interactions / 2;
    return { prompts, onOneQuestion, isUnlearnable };
  }
}
