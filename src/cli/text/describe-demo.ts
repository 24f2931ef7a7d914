import { displayName, formatFirstScreen, formatPercent, plainText, runArgument } from "../../report/index.ts";
import { describeImport } from "../commands/import.ts";
import { deployedGate } from "../commands/run.ts";
import { DEMO_MODEL, type DemoResult } from "../session/demo-run.ts";
import { outColors, type Session } from "../session/session.ts";

/** The demo as a story: the log, what choosing by question gains, a few choices, and what to do next. */
export function describeDemo(result: DemoResult, session: Session): string {
  const { bold, dim } = outColors(session);
  const table = formatFirstScreen(result, result, {
    color: session.terminal.colorOut,
    width: session.terminal.columns,
    simulated: false,
    trainedGate: deployedGate(result),
  });
  return [
    bold(`1. The log: everyday questions, answered by ${DEMO_MODEL}`),
    describeImport(result.import),
    "A small LLM's answers, collected once by oirl collect; none is called now. See demo/README.md.",
    "",
    bold("2. What choosing the prompt by question gains, on questions not trained on"),
    table.trimEnd(),
    "",
    bold("3. The prompt to use for new questions, and its estimated success"),
    ...result.recommendations.flatMap(({ question, promptId, score, fixedPromptId, fixedScore }) => {
      const fixed =
        promptId === fixedPromptId
          ? "the best single prompt"
          : `rather than ${displayName(fixedPromptId)}, ${formatPercent(fixedScore, 0)}`;
      return [
        `  ${plainText(question, Math.min(session.terminal.columns, 100) - 4)}`,
        `    ${bold(displayName(promptId))} ${formatPercent(score, 0)} ${dim(`(${fixed})`)}`,
      ];
    }),
    "",
    bold("4. The report"),
    `Open ${result.report} in a browser.`,
    "",
    session.next("recommend", runArgument(result.run), '"What is the capital of Fiji?"'),
    `Then bring your own log: ${session.terminal.command} run your-log.csv`,
  ].join("\n");
}
