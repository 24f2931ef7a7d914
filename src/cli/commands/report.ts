import type { Command } from "commander";
import {
  addModelOptions,
  addOutputOptions,
  examples,
  type ModelFlags,
  workOptions,
} from "../flags/options.ts";
import { isSimulatedRun, simulatedLines, simulatedMark } from "../session/is-simulated-run.ts";
import type { Session } from "../session/session.ts";

/** `oirl report RUN`: one self-contained HTML file. */
export function registerReport(program: Command, session: Session): void {
  const command = program
    .command("report")
    .summary("write report.html, a self-contained page")
    .description(
      "Write one HTML file that opens from disk without a network: success by strategy with intervals, leaks, which " +
        "prompt wins for which kind of question, calibration, how much more log would decide it, worst mistakes.",
    )
    .argument("<run>", "run directory made by oirl import")
    .option("--out <file>", "where to write it, replaced if there (default: RUN/report.html)");
  addModelOptions(command, session);
  addOutputOptions(command)
    .addHelpText("after", examples("oirl report my-run", "oirl report my-run --out /tmp/my-report.html"))
    .action(async (run: string, flags: ModelFlags & { out?: string }) => {
      const { reportRun } = await import("../../pipeline/index.ts");
      const result = await reportRun(run, { ...flags, ...workOptions(session) });
      const simulated = await isSimulatedRun(run);
      session.printResult({ ...result, ...simulatedMark(simulated) }, ({ file }) =>
        [...simulatedLines(simulated), `Report: ${file}`].join("\n"),
      );
    });
}
