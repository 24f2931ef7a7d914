import { type Command, Option } from "commander";
import type { ModelExport, ModelExportFormat } from "../../pipeline/index.ts";
import { addOutputOptions, examples } from "../flags/options.ts";
import type { Session } from "../session/session.ts";

interface ExportModelFlags {
  readonly format: ModelExportFormat;
  readonly out?: string;
  readonly force?: boolean;
}

/** `oirl export model RUN`: the trained trees as a file of XGBoost or LightGBM. */
export function registerExportModel(group: Command, session: Session): void {
  const command = group
    .command("model")
    .summary("the trained trees, for XGBoost or LightGBM")
    .description(
      "Write the boosted trees of the trained chooser as a model file that XGBoost or LightGBM loads. It predicts " +
        "the same there, from the question's embedding followed by the prompt's.",
    )
    .argument(
      "<run>",
      "run directory with a chooser trained as gbdt-depthwise, gbdt-leafwise, xgboost or lightgbm",
    )
    .addOption(
      new Option("--format <name>", "whose file")
        .choices(["xgboost-json", "xgboost-ubj", "lightgbm"])
        .makeOptionMandatory(),
    )
    .option("--out <file>", "file to write (default: RUN/models/export.json, .ubj or .txt)")
    .option("--force", "replace a file that is there");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl export model my-run --format xgboost-json --out model.json",
        "oirl export model my-run --format lightgbm --out model.txt --force",
      ),
    )
    .action(async (run: string, flags: ExportModelFlags) => {
      const { exportModel } = await import("../../pipeline/index.ts");
      session.printResult(await exportModel(run, flags), describeModelExport);
    });
}

function describeModelExport({ file, trees, queryColumns, promptColumns }: ModelExport): string {
  return (
    `Wrote ${trees} trees to ${file}\n` +
    `Features: ${queryColumns} of the question, then ${promptColumns} of the prompt`
  );
}
