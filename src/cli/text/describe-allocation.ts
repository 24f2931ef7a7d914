import Table from "cli-table3";
import type { AllocationSummary } from "../../llm/index.ts";

/** Which prompts were dropped when and how sure that was, and where they stand now. */
export function describeAllocation({ strategy, rounds, leader, prompts }: AllocationSummary): string[] {
  const lines = rounds.flatMap(({ calls, slots, prompts: asked, dropped }, index) => {
    const put = asked === null ? "two prompts each, drawn by their chances" : names(asked);
    const named =
      strategy === "halving" ? [`Round ${index + 1}: ${slots} questions, ${calls} calls: ${put}.`] : [];
    return [
      ...dropped.map(
        ({ promptId, success, chanceBetter }) =>
          `  dropped ${promptId}: ${percent(success)} right so far; chance that it is better than the leader ${percent(chanceBetter)}.`,
      ),
      ...named,
    ];
  });
  const table = new Table({
    head: ["prompt", "answers", "success", "chance it beats the leader"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right"],
  });
  for (const { promptId, answers, success, chanceBetter } of prompts)
    table.push([
      promptId,
      answers,
      percent(success),
      promptId === leader ? "(leads)" : percent(chanceBetter),
    ]);
  return [
    ...lines,
    table.toString(),
    "Success is weighted by inverse propensities, so that it is fair to prompts that were asked less.",
  ];
}

function names(prompts: readonly string[]): string {
  return prompts.length > 6 ? `${prompts.length} prompts` : prompts.join(", ");
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1)} %`;
}
