import type { TrainedGate } from "../report/index.ts";
import type { EvaluationResult } from "../types/index.ts";
import type { Session } from "./session.ts";

/**
 * An evaluation as a table with its verdict, as wide as the terminal.
 * @param simulated whether the log was simulated, which the table then says
 * @param trainedGate the gate of the chooser trained on the whole log, with which the verdict must agree
 */
export async function evaluationTable(
  result: EvaluationResult,
  simulated: boolean,
  session: Session,
  trainedGate: TrainedGate | null = null,
): Promise<string> {
  const { formatEvaluationTable } = await import("../report/index.ts");
  return formatEvaluationTable(result, {
    color: session.terminal.colourOut,
    width: session.terminal.columns,
    simulated,
    trainedGate,
  });
}
