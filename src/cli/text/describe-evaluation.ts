import type { ShownEvaluation } from "../../pipeline/index.ts";
import type { NextStep, TerminalOptions } from "../../report/index.ts";
import type { Session } from "../session/session.ts";

/** What an evaluation is shown with. */
export interface EvaluationShown extends ShownEvaluation {
  readonly run: string;
  /** Whether the log was simulated, which is then said. */
  readonly simulated: boolean;
  /** Whether every strategy and what the gate saw is shown too. */
  readonly details: boolean;
}

/** The first screen of an evaluation, as wide as the terminal; with details, below it all the rest. */
export async function describeEvaluation(
  { result, kinds, trainedGate, simulated, details }: EvaluationShown,
  session: Session,
): Promise<string> {
  const { formatEvaluationDetails, formatFirstScreen } = await import("../../report/index.ts");
  const { colorOut, columns } = session.terminal;
  const options: TerminalOptions = { color: colorOut, width: columns, simulated, trainedGate };
  const screen = formatFirstScreen(result, kinds, options);
  return details ? `${screen}\n${formatEvaluationDetails(result, options)}` : screen;
}

/** What to do next, as a command; `evaluate` has stored no chooser. */
export async function nextAfterEvaluation(
  { result, trainedGate, run }: Pick<EvaluationShown, "result" | "trainedGate" | "run">,
  session: Session,
): Promise<string> {
  const { runArgument, verdict } = await import("../../report/index.ts");
  const folder = runArgument(run);
  const commands: Readonly<Record<NextStep, readonly string[]>> = {
    recommend: trainedGate === null ? ["run", folder] : ["recommend", folder, '"your question"'],
    "log-more": ["doctor", folder],
    "other-prompts": ["propose", "--help"],
    collect: ["collect", "--help"],
    evaluate: ["evaluate", folder],
    save: ["run", folder, "--keep", "99%"],
    "stricter-gate": ["train", folder, "--gate", "averse", "--force"],
  };
  return session.next(...commands[verdict(result, trainedGate).next]);
}
