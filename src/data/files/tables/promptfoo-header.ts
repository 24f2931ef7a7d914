/** Between a prompt's column and what promptfoo says of its answers, in the names under which these columns are read. */
const OF = ": ";

/**
 * promptfoo's CSV has, for each prompt, a column `[provider] prompt` of answers, and behind it columns about them, called
 * the same for every prompt: `Status` (PASS, FAIL, ERROR), `Score`, … Names these after their prompt.
 * @returns the names of all columns, as they stand where the header is not of this kind
 */
export function namePromptfooColumns(header: readonly string[]): string[] {
  let prompt: string | undefined;
  const times = new Map<string, number>();
  return header.map((name, position) => {
    const isPrompt =
      /^\[.+\] ./s.test(name) && header[position + 1] === "Status" && header[position + 2] === "Score";
    if (!isPrompt) return prompt === undefined ? name : `${prompt}${OF}${name}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    // Two prompts, or two configurations of a provider, may have one label.
    prompt = nth === 1 ? name : `${name} (${nth})`;
    return prompt;
  });
}

/** The column with the verdicts on the answers in a prompt's column. */
export function promptfooStatusColumn(promptColumn: string): string {
  return `${promptColumn}${OF}Status`;
}

/** The column with the reasons of these verdicts. */
export function promptfooReasonColumn(promptColumn: string): string {
  return `${promptColumn}${OF}Grader Reason`;
}
