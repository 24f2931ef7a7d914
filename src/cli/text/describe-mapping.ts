import type { ImportMapping, LeftOut, RewardCount } from "../../data/index.ts";
import { displayName } from "../../report/index.ts";

const MAX_NAMES = 12;

/** The mapping as a few lines with names in front. */
export function describeMapping(mapping: ImportMapping): string[] {
  const rows: [string, string][] = [
    [
      "question",
      described(mapping.inputs, mapping.questionId.length > 0 ? `, id: ${named(mapping.questionId)}` : ""),
    ],
    ...describeAsking(mapping.inputs),
    ...(mapping.features.length > 0 ? [["features", named(mapping.features)] as [string, string]] : []),
    ["prompt", described(mapping.prompt, mapping.wording === null ? "" : `; wording: ${mapping.wording}`)],
    ["LLM", named(mapping.llm)],
    ["reward", `${named(mapping.reward)}: ${describeValues(mapping.values)}`],
    ["repeats", mapping.repeats],
    ...mapping.leftOut.map((left) => ["left out", describeLeftOut(left)] as [string, string]),
    ["not used", mapping.notUsed.length === 0 ? "nothing" : named(mapping.notUsed)],
    ...mapping.notes.map((note) => ["note", note] as [string, string]),
  ];
  const files = mapping.files === 1 ? "" : `, ${mapping.files} files`;
  return [`Read as ${mapping.layout}${files}:`, ...rows.map(([name, text]) => `  ${name.padEnd(9)} ${text}`)];
}

/** How new questions are to be written where a question is more than one column: as the log's own are put together. */
function describeAsking([, ...further]: readonly string[]): [string, string][] {
  if (further.length === 0) return [];
  const lines = further.slice(0, MAX_NAMES).map((name) => `"${name.slice(name.lastIndexOf(".") + 1)}: …"`);
  return [["ask with", `all of them: the first as it is, then a line each ${lines.join(", ")}`]];
}

function described(columns: readonly string[], more: string): string {
  return columns.length === 0 && more.startsWith(";") ? more.slice(2) : `${named(columns)}${more}`;
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

function describeValues(values: readonly RewardCount[]): string {
  const shown = values.slice(0, MAX_NAMES).map(({ value, reward, answers }) => {
    const meaning = reward === null || String(reward) === value ? "" : ` = ${describeReward(reward)}`;
    return `${value}${meaning} (${answers})`;
  });
  return `${shown.join(", ")}${values.length > MAX_NAMES ? " …" : ""}`;
}

function describeReward(reward: number): string {
  if (reward === 1) return "right";
  return reward === 0 ? "wrong" : String(Number(reward.toPrecision(4)));
}

function describeLeftOut({ why, answers, prompts }: LeftOut): string {
  const hit = prompts.slice(0, 3).map(({ prompt, answers: count }) => `${displayName(prompt)} ${count}`);
  const more = prompts.length > hit.length ? ", …" : "";
  return `${answers}: ${why}${hit.length === 0 ? "" : ` (${hit.join(", ")}${more})`}`;
}
