import { type Command, Option } from "commander";
import type { Protocol } from "../../types/index.ts";
import { addOutputOptions, examples, groupByOption, parseSeed, workOptions } from "../flags/options.ts";
import type { Session } from "../session/session.ts";
import { registerExportModel } from "./export-model.ts";

interface ExportFlags {
  readonly out?: string;
  readonly protocol: Protocol;
  readonly embedder?: string;
  readonly promptEmbedder?: string;
  readonly groupBy: string;
  readonly seed: number;
  readonly llm?: string;
}

/** `oirl export npy RUN`: embeddings and labels as arrays, for other tools; and the other exports. */
export function registerExport(program: Command, session: Session): void {
  const group = program
    .command("export")
    .summary("write embeddings, labels or the model for other tools")
    .description("Write what the reward model sees, or the model itself, for other tools.");
  const command = group
    .command("npy")
    .summary("as NumPy arrays")
    .description(
      "Write NumPy arrays of embeddings and labels, one setting for each subset of the training prompts, as the " +
        "reference implementation's third step makes them.",
    )
    .argument("<run>", "run directory made by oirl import")
    .option("--out <directory>", "directory to write to (default: RUN/npy)")
    .addOption(
      new Option("--protocol <name>", "which division into training and test")
        .choices(["grouped", "paper"])
        .default("grouped"),
    )
    .option("--embedder <name>", "how questions become numbers (default: lsa:form-tf:256)")
    .option("--prompt-embedder <name>", "how prompts become numbers (default: character-ngrams)")
    .addOption(groupByOption())
    .option("--seed <n>", "of the division", parseSeed, 7)
    .option("--llm <llm>", "which LLM's answers to use, where the log holds several");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples("oirl export npy my-run --out arrays", "oirl export npy my-run --protocol paper --json"),
    )
    .action(async (run: string, flags: ExportFlags) => {
      const { exportNpy } = await import("../../pipeline/index.ts");
      const result = await exportNpy(run, { ...flags, ...workOptions(session) });
      session.printResult(result, ({ settings, directory }) => `Wrote ${settings} settings to ${directory}`);
    });
  registerExportModel(group, session);
}
