import type { EvaluationResult } from "../types/index.ts";
import type { Session } from "./session.ts";

/**
 * An evaluation as a table with its verdict, as wide as the terminal.
 * @param simulated whether the log was simulated, which the table then says
 */
export async function evaluationTable(
  result: EvaluationResult,
  simulated: boolean,
  session: Session,
): Promise<string> {
  const { formatEvaluationTable } = await import("../report/index.ts");
  return formatEvaluationTable(result, {
    color: session.terminal.colourOut,
    width: session.terminal.columns,
    simulated,
  });
}
