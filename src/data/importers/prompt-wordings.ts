/** More wordings than this of one label are prompts with the question inside. */
const MAX_WORDINGS = 20;

/** Notices labels of prompts that stand for several wordings. */
export class PromptWordings {
  private readonly byLabel = new Map<string, Set<string>>();

  /** Notes a wording. @returns the first one of this label */
  first(label: string, wording: string): string {
    const known = this.byLabel.get(label);
    if (known === undefined) {
      this.byLabel.set(label, new Set([wording]));
      return wording;
    }
    if (known.size <= MAX_WORDINGS) known.add(wording);
    return known.values().next().value!;
  }

  /** Labels with several wordings. */
  get several(): string[] {
    return [...this.byLabel].filter(([, wordings]) => wordings.size > 1).map(([label]) => label);
  }

  /** Whether some label has more wordings than anybody writes. */
  get areRendered(): boolean {
    return [...this.byLabel.values()].some((wordings) => wordings.size > MAX_WORDINGS);
  }

  /**
   * Ids by label and wording, where a label has several: `qa`, `qa (2)` …, in order of the wordings, so that the order
   * of rows does not matter. The labels themselves are among the keys.
   */
  ids(): Map<string, string> {
    const ids = new Map<string, string>();
    for (const label of this.several) {
      ids.set(label, label);
      for (const [index, wording] of [...this.byLabel.get(label)!].sort().entries())
        ids.set(`${label}\u0000${wording}`, index === 0 ? label : `${label} (${index + 1})`);
    }
    return ids;
  }
}
