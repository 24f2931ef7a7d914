import type { LeftOut } from "./import-mapping.ts";

/** Above this share of a log, what is left out may change which prompt looks best. */
const NOTEWORTHY_SHARE = 0.02;

/** Counts answers that were not graded, by reason and prompt. */
export class LeftOutCount {
  private readonly counts = new Map<string, Map<string, number>>();
  private total = 0;

  add(why: string, prompt: string): void {
    const prompts = this.counts.get(why) ?? new Map<string, number>();
    prompts.set(prompt, (prompts.get(prompt) ?? 0) + 1);
    this.counts.set(why, prompts);
    this.total++;
  }

  summarize(): LeftOut[] {
    return [...this.counts]
      .map(([why, prompts]) => ({
        why,
        answers: addUp(prompts.values()),
        prompts: sorted([...prompts].map(([prompt, answers]) => ({ prompt, answers }))),
      }))
      .sort((one, other) => other.answers - one.answers || (one.why < other.why ? -1 : 1));
  }

  /** @returns a sentence where much was left out, else null */
  warning(kept: number): string | null {
    const share = this.total / (this.total + kept);
    if (!(share > NOTEWORTHY_SHARE)) return null;
    const byPrompt = new Map<string, number>();
    for (const prompts of this.counts.values())
      for (const [prompt, count] of prompts) byPrompt.set(prompt, (byPrompt.get(prompt) ?? 0) + count);
    const hit = sorted([...byPrompt].map(([prompt, answers]) => ({ prompt, answers })));
    const named = hit.slice(0, 4).map(({ prompt, answers }) => `${prompt} (${answers})`);
    const reasons = this.summarize().map(({ why, answers }) => `${why} ${answers}`);
    return `${this.total} of ${this.total + kept} answers (${(100 * share).toFixed(1)} %) were not graded and are left out: ${reasons.join(", ")}. They are of ${named.join(", ")}${hit.length > 4 ? " and others" : ""}; a prompt whose failures are left out looks better than it is.`;
  }
}

function addUp(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function sorted<Item extends { prompt: string; answers: number }>(items: Item[]): Item[] {
  return items.sort((one, other) => other.answers - one.answers || (one.prompt < other.prompt ? -1 : 1));
}
