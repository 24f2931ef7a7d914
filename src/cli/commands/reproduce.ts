import { type Command, InvalidArgumentError, Option } from "commander";
import type { ReproduceOptions, ReproduceResult } from "../../pipeline/index.ts";
import { addOutputOptions, examples, parseSeed, workOptions } from "../flags/options.ts";
import type { Session } from "../session/session.ts";

type ReproduceFlags = Pick<ReproduceOptions, "data" | "task" | "preset" | "out" | "sizes" | "seed" | "force">;

/** `oirl reproduce`: the paper's experiment, its figures beside ours. */
export function registerReproduce(program: Command, session: Session): void {
  const command = program
    .command("reproduce")
    .summary("the paper's experiment, its published figures beside ours")
    .description(
      "Run the experiment of Prompt-OIRL (ICLR 2024) on its released logs: one reward model for every subset of the " +
        "training prompts, judged on its test rows beside the published figures; then the same with its leak closed, " +
        "and with this package's default model. Writes tables as CSV, JSON and one HTML page. Called again it does " +
        "only what is missing.",
    )
    .requiredOption(
      "--data <directory>",
      "folder with a clone of Prompt-OIRL and the questions' repositories",
    )
    .addOption(
      new Option("--task <name>", "data set, or all whose logs are there")
        .choices(["mawps", "gsm8k", "svamp", "all"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--preset <name>", "of the boosted trees: 40 rounds, or the paper's 2000")
        .choices(["fast", "paper"])
        .default("fast"),
    )
    .option("--out <directory>", "where results and run directories go", "reproduction")
    .option("--sizes <list>", "only subsets of so many prompts, such as 1,6 (default: all)", parseSizes)
    .option("--seed <n>", "of folds, embeddings and bootstrap", parseSeed, 7)
    .option("--force", "replace what stands in --out, and compute anew");
  addOutputOptions(command)
    .addHelpText(
      "after",
      `
In the folder of --data:
  prompt-oirl            github.com/holarissun/Prompt-OIRL (logs; question embeddings where it has them)
  grade-school-math      github.com/openai/grade-school-math, for gsm8k
  SVAMP                  github.com/arkilpatel/SVAMP, for mawps and svamp
${examples(
  "oirl reproduce --data data --task mawps",
  "oirl reproduce --data data --task all --preset paper --out paper-tables",
  "oirl reproduce --data data --task gsm8k --sizes 6 --json | jq '.tasks[0].arms[0].sizes'",
)}`,
    )
    .action(async (flags: ReproduceFlags) => {
      const { reproduce } = await import("../../pipeline/index.ts");
      const { formatReproduction } = await import("../../report/index.ts");
      const result = await reproduce({ ...flags, ...workOptions(session) });
      session.printResult(result, () =>
        describeReproduction(
          formatReproduction(result, {
            color: session.terminal.colorOut,
            width: Math.min(session.terminal.columns, 110),
          }),
          result,
        ),
      );
    });
}

function describeReproduction(table: string, { files }: ReproduceResult): string {
  return [
    table.trimEnd(),
    "",
    `Page:   ${files.html}`,
    `Tables: ${files.csv}, every subset: ${files.subsets}`,
    `All:    ${files.json}`,
  ].join("\n");
}

function parseSizes(text: string): number[] {
  const sizes = text.split(",").map((part) => part.trim());
  if (!sizes.every((size) => /^[1-9]\d?$/.test(size)))
    throw new InvalidArgumentError("expected numbers of prompts from 1, with commas between, such as 1,6.");
  return [...new Set(sizes.map(Number))].sort((one, other) => one - other);
}
