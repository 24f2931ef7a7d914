import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { isSimulatedRun, simulatedMark } from "../is-simulated-run.ts";
import { addOutputOptions, examples } from "../options.ts";
import type { Session } from "../session.ts";

/** `oirl recommend RUN "question"`: the prompt to use, and why. */
export function registerRecommend(program: Command, session: Session): void {
  const command = program
    .command("recommend")
    .summary("name the prompt to use for a new question")
    .description("Name the prompt most likely to work for a question, without calling an LLM.")
    .argument("<run>", "run directory in which oirl train has stored a model")
    .argument("<question>", "the question, in quotes");
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        'oirl recommend my-run "A train covers 120 km in 2 hours. How fast is it?"',
        'oirl recommend my-run "What is the plural of ox?" --json | jq -r .prompt',
        'oirl recommend my-run -- "-3 + 5 = ?"',
      ),
    )
    .action(async (run: string, question: string) => {
      if (question.trim() === "")
        throw new UsageError("the question is empty; give it in quotes. See `oirl recommend --help`.");
      const { loadChooser } = await import("../../pipeline/index.ts");
      const chooser = await loadChooser(run);
      const [recommendation] = await chooser.recommendMany([question]);
      if (recommendation === undefined) throw new Error("no recommendation for one question");
      const { describeRecommendation } = await import("../describe-recommendation.ts");
      const simulated = await isSimulatedRun(run);
      session.printResult({ ...recommendation, ...simulatedMark(simulated) }, () =>
        describeRecommendation(recommendation, simulated, session),
      );
    });
}
