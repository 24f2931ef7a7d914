import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../../errors.ts";
import type { KnobOptions } from "../../pipeline/index.ts";
import type { QueryFeatures } from "../../types/index.ts";
import { addKnobOptions, addOutputOptions, examples, workOptions } from "../flags/options.ts";
import { isSimulatedRun, simulatedMark } from "../session/is-simulated-run.ts";
import { readStandardInput } from "../session/read-standard-input.ts";
import type { Session } from "../session/session.ts";
import { describeChoices } from "../text/describe-choices.ts";

interface RecommendFlags extends KnobOptions {
  readonly queries?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly feature?: Readonly<Record<string, string>>;
}

/** `oirl recommend RUN "question"`: the prompt to use, and why; for many questions, as CSV. */
export function registerRecommend(program: Command, session: Session): void {
  const command = program
    .command("recommend")
    .summary("name the prompt to use for a new question, or for each of many")
    .description(
      "Name the prompt most likely to work for a question, without calling an LLM; for the questions in a file, write " +
        "the choices with their reasons as CSV.",
    )
    .argument("<run>", "run directory in which oirl run or train has stored a chooser")
    .argument("[question]", "the question, in quotes; - takes all of standard input as one question")
    .option(
      "--feature <name=value>",
      "what is known of the question besides, as it was logged; may be repeated",
      addFeature,
    )
    .option("--queries <file>", "instead: questions, one a line (text, or JSON with id and text), or a table")
    .option("--out <file>", "with --queries: CSV file to write (default: RUN/results/choices.csv)")
    .option("--force", "with --queries: replace that file, where it holds other choices");
  addKnobOptions(command);
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        'oirl recommend my-run "A train covers 120 km in 2 hours. How fast is it?"',
        'oirl recommend my-run "What is the plural of ox?" --json | jq -r .prompt',
        'oirl recommend my-run "Where is my parcel?" --feature language=en',
        'echo "What is the plural of ox?" | oirl recommend my-run -',
        "oirl recommend my-run --queries new-questions.jsonl --out choices.csv",
        'oirl recommend my-run -- "-3 + 5 = ?"',
      ),
    )
    .action(async (run: string, question: string | undefined, flags: RecommendFlags) => {
      if (flags.queries !== undefined) return recommendMany(run, question, flags, session);
      const alone = (["out", "force"] as const).find((name) => flags[name] !== undefined);
      if (alone !== undefined)
        throw new UsageError(`--${alone} goes with --queries. See \`oirl recommend --help\`.`);
      if (question === undefined)
        throw new UsageError(
          "no question is given. Give one in quotes, - to read it from standard input, or --queries FILE for many. See `oirl recommend --help`.",
        );
      const text = question === "-" ? await readStandardInput() : question;
      if (text.trim() === "")
        throw new UsageError(
          `the question ${question === "-" ? "on standard input " : ""}is empty${question === "-" ? "" : "; give it in quotes"}. See \`oirl recommend --help\`.`,
        );
      return recommendOne(run, question === "-" ? text.trim() : text, flags, session);
    });
}

async function recommendOne(
  run: string,
  question: string,
  { feature, worth, budget, keep }: RecommendFlags,
  session: Session,
): Promise<void> {
  const { loadChooser } = await import("../../pipeline/index.ts");
  const chooser = await loadChooser(run);
  const features = feature === undefined ? undefined : await readFeatures(feature, chooser.featureNames);
  const [recommendation] = await chooser.recommendMany([question], {
    features: [features],
    ...{ worth, budget, keep },
  });
  if (recommendation === undefined) throw new Error("no recommendation for one question");
  const { describeRecommendation } = await import("../text/describe-recommendation.ts");
  const simulated = await isSimulatedRun(run);
  session.printResult({ question, ...recommendation, ...simulatedMark(simulated) }, () =>
    describeRecommendation(recommendation, simulated, session),
  );
}

async function recommendMany(
  run: string,
  question: string | undefined,
  { queries, out, force, feature, worth, budget, keep }: RecommendFlags,
  session: Session,
): Promise<void> {
  if (question !== undefined)
    throw new UsageError("a question and --queries are given; keep one. See `oirl recommend --help`.");
  if (feature !== undefined)
    throw new UsageError(
      "--feature is of one question; features of many stand in the file of --queries, beside each text. See `oirl recommend --help`.",
    );
  const { optimizeRun } = await import("../../pipeline/index.ts");
  const result = await optimizeRun(run, {
    queriesFile: queries!,
    ...{ worth, budget, keep },
    ...(out !== undefined && { out }),
    ...(force !== undefined && { force }),
    ...workOptions(session),
  });
  const simulated = await isSimulatedRun(run);
  session.printResult({ ...result, ...simulatedMark(simulated) }, (found) =>
    describeChoices(found, simulated),
  );
}

/** `language=en`, added to those before it. */
function addFeature(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf("=");
  const value = text.slice(at + 1);
  if (at <= 0 || value.trim() === "")
    throw new InvalidArgumentError(`expected name=value, such as language=en, found "${text}".`);
  const name = text.slice(0, at);
  if (Object.hasOwn(earlier, name))
    throw new InvalidArgumentError(`${name} is given twice; give each feature once.`);
  return { ...earlier, [name]: value };
}

/**
 * The features as they are read in tables.
 * @throws UsageError for one that the chooser did not learn from
 */
async function readFeatures(
  given: Readonly<Record<string, string>>,
  known: readonly string[],
): Promise<QueryFeatures> {
  const { readFeature } = await import("../../data/index.ts");
  for (const name of Object.keys(given))
    if (!known.includes(name))
      throw new UsageError(
        known.length === 0
          ? `--feature ${name}: this chooser learned from the questions' texts alone; leave it out.`
          : `--feature ${name}: this chooser did not learn from such a feature. It knows ${known.join(", ")}.`,
      );
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, readFeature(value)]));
}
