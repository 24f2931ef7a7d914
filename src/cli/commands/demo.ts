import type { Command } from "commander";
import { ExistsError } from "../../errors.ts";
import type { RunPipelineOptions } from "../../pipeline/index.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { DEMO_MODEL, DEMO_TASK, type DemoResult, isDemoRun } from "../session/demo-run.ts";
import { packageFile } from "../session/package-files.ts";
import type { Session } from "../session/session.ts";

/** Questions that are not in the demo's log. */
const NEW_QUESTIONS: readonly string[] = [
  "What is the capital of Madagascar?",
  'What is the past tense of "build"?',
  'Is this review positive or negative? "The waiter was charming and the pizza superb."',
  "Can a horse read?",
  "How much is 7 spoons and 8 spoons together?",
  "Which is heavier, a kitten or a ship?",
];

/** `oirl demo`: the whole path on a small log. */
export function registerDemo(program: Command, session: Session): void {
  const command = program
    .command("demo")
    .summary("the whole path on a small log of a real LLM")
    .description(
      `Import, evaluate, train, recommend and report on a small log that ships with the package: answers of ${DEMO_MODEL}, a small LLM, collected by oirl collect. No LLM is called now.`,
    )
    .option("--out <run>", "run directory to make", "prompt-oirl-demo")
    .option("--force", "replace another run that is there");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl demo", "oirl demo --out my-demo --json"))
    .action(async ({ out, force }: { out: string; force?: boolean }) => {
      const options: RunPipelineOptions = {
        source: {
          kind: "jsonl",
          file: packageFile("demo/answers.jsonl"),
          queriesFile: packageFile("demo/questions.jsonl"),
          promptsFile: packageFile("demo/prompts.yaml"),
          task: DEMO_TASK,
          llm: DEMO_MODEL,
        },
        out,
        ...(force === true ? { force } : {}),
        ...workOptions(session),
      };
      const result = await runDemo(options);
      const { describeDemo } = await import("../text/describe-demo.ts");
      session.printResult(result, () => describeDemo(result, session));
    });
}

async function runDemo(options: RunPipelineOptions): Promise<DemoResult> {
  const { loadChooser, runPipeline } = await import("../../pipeline/index.ts");
  const result = await runPipeline(options).catch(async (error: unknown) => {
    // An older demo may always be replaced, anything else only with --force.
    if (error instanceof ExistsError && (await isDemoRun(options.out)))
      return runPipeline({ ...options, force: true });
    throw error;
  });
  const chooser = await loadChooser(options.out);
  const recommendations = NEW_QUESTIONS.map((question) => ({ question, ...chooser.recommend(question) }));
  return { run: options.out, ...result, recommendations };
}
