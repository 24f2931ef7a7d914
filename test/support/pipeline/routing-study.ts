import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { parse } from "csv-parse";
import { foldOutcome } from "../../../src/pipeline/fold-outcome.ts";
import { embedTrainingQuestions, resolveSettings } from "../../../src/pipeline/policy.ts";
import { prepareLog } from "../../../src/pipeline/prepared-log.ts";
import { protocolFolds } from "../../../src/pipeline/protocol-folds.ts";

/*
 * RouteLLM's APGR by task: questions are ranked by how much more success is predicted of the dear LLM than of the cheap
 * one, by models that had not seen them; as ever more of them go to the dear one, the share of the difference in success
 * that is recovered is averaged. .5 is ranking at random.
 *
 *   npm run measure:routing -- RUN LOG.csv CHEAP DEAR
 *
 * RUN is made from LOG.csv, which has columns `question` and `task`; `mmlu_…` are one task, all others another.
 */

interface Routed {
  /** Predicted success of the dear LLM less that of the cheap one. */
  readonly advantage: number;
  readonly cheap: number;
  readonly dear: number;
}

const [run, log, cheapId, dearId] = process.argv.slice(2);
if (run === undefined || log === undefined || cheapId === undefined || dearId === undefined) {
  process.stderr.write("usage: npm run measure:routing -- RUN LOG.csv CHEAP DEAR\n");
  process.exit(2);
}
const tasks = new Map<string, string>();
for await (const row of createReadStream(log).pipe(parse({ columns: true })) as AsyncIterable<
  Record<string, string>
>)
  tasks.set(row.question!, row.task!.startsWith("mmlu_") ? "mmlu" : "others");
const prepared = await prepareLog(run);
const settings = resolveSettings({}, prepared);
const columnOf = new Map(
  Array.from(prepared.trainingPrompts, (prompt, column) => [prepared.log.prompts[prompt]!.id, column]),
);
const [cheapColumn, dearColumn] = [columnOf.get(cheapId)!, columnOf.get(dearId)!];
const subset = [...columnOf.values()];
const routed = new Map<string, Routed[]>();
const { folds } = protocolFolds(prepared, "nested", settings.seed);
for (const [index, fold] of folds.entries()) {
  const questions = await embedTrainingQuestions(prepared, fold.trainQueries, settings, {});
  const { scores } = await foldOutcome(prepared, { fold, subset }, questions, settings, {});
  const { rewards, queryIndex } = fold.test;
  queryIndex.forEach((query, unit) => {
    const success = (column: number): number =>
      rewards.successes[unit * rewards.prompts + column]! / rewards.trials[unit * rewards.prompts + column]!;
    const score = (column: number): number => scores[unit * rewards.prompts + column]!;
    const task = tasks.get(prepared.texts[query]!) ?? "others";
    routed.set(task, [
      ...(routed.get(task) ?? []),
      {
        advantage: score(dearColumn) - score(cheapColumn),
        cheap: success(cheapColumn),
        dear: success(dearColumn),
      },
    ]);
  });
  process.stderr.write(`fold ${index + 1} of ${folds.length}\n`);
}
process.stdout.write(`${basename(log)}\n`);
for (const [task, questions] of routed)
  process.stdout.write(`${task}: ${questions.length} questions, APGR ${recovered(questions).toFixed(3)}\n`);

function recovered(questions: readonly Routed[]): number {
  const ranked = questions.toSorted((one, other) => other.advantage - one.advantage);
  const total = (read: (question: Routed) => number): number =>
    questions.reduce((sum, question) => sum + read(question), 0);
  const [least, most] = [total(({ cheap }) => cheap), total(({ dear }) => dear)];
  let success = least;
  let area = 0;
  for (const { cheap, dear } of ranked) {
    const before = success;
    success += dear - cheap;
    area += ((before + success) / 2 - least) / (most - least) / ranked.length;
  }
  return area;
}
