/** Whether a run's log was simulated, which is said wherever its results are shown; false where there is no run. */
export async function isSimulatedRun(directory: string): Promise<boolean> {
  const { openRunDirectory } = await import("../../data/index.ts");
  return openRunDirectory(directory).then(
    ({ manifest }) => manifest.simulated === true,
    () => false,
  );
}

/** The mark in a JSON result; nothing for real logs. */
export function simulatedMark(simulated: boolean): { simulated?: true } {
  return simulated ? { simulated: true } : {};
}

/** The mark in words, as lines of their own before a result; none for real logs. */
export function simulatedLines(simulated: boolean): string[] {
  return simulated ? ["SIMULATED DATA: no LLM was ever asked."] : [];
}

/** The same where an LLM is asked now, for a chooser that learned from such a log. */
export function simulatedLogLines(simulated: boolean): string[] {
  return simulated ? ["SIMULATED LOG: what was learned from it says nothing about any LLM."] : [];
}
