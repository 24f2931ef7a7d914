import { Argument, type Command } from "commander";
import type { DatasetName } from "../../data/index.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import type { Session } from "../session/session.ts";

interface PullFlags {
  readonly out?: string;
  readonly from?: string;
  readonly mirror?: string;
  readonly cache?: string;
  readonly force?: boolean;
}

/** `oirl datasets list` and `oirl datasets pull NAME`: published questions with golden answers. */
export function registerDatasets(program: Command, session: Session): void {
  const group = program
    .command("datasets")
    .summary("published questions with golden answers")
    .description("Published questions with golden answers, for oirl collect.");
  registerList(group, session);
  registerPull(group, session);
}

function registerList(group: Command, session: Session): void {
  const command = group
    .command("list")
    .summary("what there is, and its license")
    .description("Name the data sets that can be pulled, with their licenses and homes.");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl datasets list"))
    .action(async () => {
      const { DATASETS } = await import("../../data/index.ts");
      const list = DATASETS.map(({ name, description, license, home, files }) => ({
        name,
        description,
        license,
        home,
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      }));
      session.printResult(list, (found) =>
        found
          .map(
            ({ name, description, license, home, bytes }) =>
              `${name}: ${description}\n  ${license}, ${home}, ${(bytes / 1e6).toFixed(1)} MB`,
          )
          .join("\n"),
      );
    });
}

function registerPull(group: Command, session: Session): void {
  const command = group
    .command("pull")
    .summary("fetch one, or read it from files that are there")
    .description(
      "Write a data set's questions as JSON Lines {id, text, answer}. Its files are fetched from their authors and " +
        "checked, or read from --from.",
    )
    .addArgument(new Argument("<name>", "data set").choices(["gsm8k", "mawps", "svamp"]))
    .option("--out <file>", "file of questions to make (default: <name>.jsonl)")
    .option("--from <path>", "folder (or file) with the authors' files; nothing is fetched")
    .option("--mirror <url>", "fetch from here instead; the authors' paths follow after it")
    .option("--cache <directory>", "folder for fetched files (default: the user's cache folder)")
    .option("--force", "replace the file of questions");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl datasets pull svamp --out questions.jsonl",
        "oirl datasets pull gsm8k --from grade-school-math --out gsm8k.jsonl",
      ),
    )
    .action(async (name: DatasetName, flags: PullFlags) => {
      const { pullDataset } = await import("../../data/index.ts");
      const { out = `${name}.jsonl`, from, mirror, cache, force = false } = flags;
      const summary = await pullDataset({
        name,
        out,
        force,
        ...(from !== undefined && { from }),
        ...(mirror !== undefined && { mirror }),
        ...(cache !== undefined && { cacheDirectory: cache }),
        ...workOptions(session),
      });
      session.printResult(summary, ({ queries, license, home, isVerified }) =>
        [
          `${queries} questions of ${name} in ${out}${isVerified ? ", as published" : ""}.`,
          `License: ${license}, ${home}`,
          "",
          `Put them to an LLM of your choice by --queries ${out}, as this shows:`,
          session.next("collect", "--help"),
        ].join("\n"),
      );
    });
}
