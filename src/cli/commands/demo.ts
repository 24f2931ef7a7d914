import type { Command } from "commander";
import { ExistsError } from "../../errors.ts";
import type { PipelineResult, Recommendation, RunPipelineOptions } from "../../pipeline/index.ts";
import { isSimulatedRun } from "../is-simulated-run.ts";
import { addOutputOptions, examples, workOptions } from "../options.ts";
import { packageFile } from "../package-files.ts";
import type { Session } from "../session.ts";

/** Questions that are not in the demo's log, one of each kind. */
const NEW_QUESTIONS: readonly string[] = [
  "What is the capital of Madagascar?",
  'What is the opposite of "brave"?',
  'Write "octopus" in the plural.',
  'Is this review positive or negative? "The museum was a delight from beginning to end."',
  "How much are 264 litres and 177 litres together?",
  "Nina has 18 pears and buys 7 more. Then Nina gives 5 of them to Omar. How many pears does Nina have now?",
];

/** What the demo found, as `--json` prints it. */
export interface DemoResult extends PipelineResult {
  readonly simulated: true;
  /** The run directory. */
  readonly run: string;
  readonly recommendations: readonly (Recommendation & { readonly question: string })[];
}

/** `oirl demo`: the whole path on a small simulated log. */
export function registerDemo(program: Command, session: Session): void {
  const command = program
    .command("demo")
    .summary("the whole path on a small simulated log")
    .description(
      "Import, evaluate, train, recommend and report on a small log that ships with the package. The log is " +
        "simulated: no LLM was called for it, and none is called now.",
    )
    .option("--out <run>", "run directory to make", "prompt-oirl-demo")
    .option("--force", "replace another run that is there");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl demo", "oirl demo --out my-demo --json"))
    .action(async ({ out, force }: { out: string; force?: boolean }) => {
      const options: RunPipelineOptions = {
        source: {
          kind: "table",
          file: packageFile("demo/simulated-log.jsonl"),
          promptsFile: packageFile("demo/simulated-prompts.jsonl"),
          columns: { query: "question" },
          layout: "wide",
          task: "everyday questions",
          model: "simulated",
          simulated: true,
        },
        out,
        ...(force === true ? { force } : {}),
        ...workOptions(session),
      };
      const result = await runDemo(options);
      const { describeDemo } = await import("../describe-demo.ts");
      session.printResult(result, () => describeDemo(result, session));
    });
}

async function runDemo(options: RunPipelineOptions): Promise<DemoResult> {
  const { loadChooser, runPipeline } = await import("../../pipeline/index.ts");
  const result = await runPipeline(options).catch(async (error: unknown) => {
    // An older demo may always be replaced, anything else only with --force.
    if (error instanceof ExistsError && (await isSimulatedRun(options.out)))
      return runPipeline({ ...options, force: true });
    throw error;
  });
  const chooser = await loadChooser(options.out);
  const recommendations = NEW_QUESTIONS.map((question) => ({ question, ...chooser.recommend(question) }));
  return { simulated: true, run: options.out, ...result, recommendations };
}
