import type { EvaluationResult } from "../types/index.ts";
import type { Session } from "./session.ts";

/** An evaluation as a table with its verdict, as wide as the terminal; says where the log was simulated. */
export async function evaluationTable(
  run: string,
  result: EvaluationResult,
  session: Session,
): Promise<string> {
  const { formatEvaluationTable } = await import("../report/index.ts");
  const { openRunDirectory } = await import("../data/index.ts");
  const { manifest } = await openRunDirectory(run);
  return formatEvaluationTable(result, {
    color: session.terminal.colourOut,
    width: session.terminal.columns,
    simulated: manifest.simulated ?? false,
  });
}
