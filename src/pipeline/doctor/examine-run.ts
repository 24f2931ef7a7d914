import { countRewards, openRunDirectory, readRewardLog } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import type { Candidate, Prompt, WorkOptions } from "../../types/index.ts";
import { examineBalance } from "./class-balance.ts";
import { examineCoverage } from "./coverage.ts";
import type { LogExamination } from "./doctor-types.ts";
import { examineDrift } from "./drift.ts";
import { findLeak } from "./given-split-leak.ts";
import { findNearDuplicates } from "./near-duplicates.ts";
import { findNeverBest } from "./never-best.ts";
import { examineRepeats } from "./repeated-labels.ts";
import { collectWarnings } from "./warnings.ts";
import { findWhatToLogNext } from "./what-to-log-next.ts";

/** How a log is examined. */
export interface ExamineOptions extends WorkOptions {
  /** Which LLM's answers, where the log holds several. */
  readonly llm?: string;
  readonly onWarning?: (message: string) => void;
}

/**
 * Looks at a run's log as it is, without training anything: what it covers, how far its labels can be trusted, and what
 * to log next.
 * @throws DataError where it has no answer
 * @throws UsageError where it holds several LLMs and none is named
 */
export async function examineRun(directory: string, options: ExamineOptions = {}): Promise<LogExamination> {
  const run = await openRunDirectory(directory);
  const log = await readRewardLog(run, options);
  if (log.length === 0)
    throw new DataError("The log has no answer with a label.", { file: run.file("interactions.jsonl") });
  const columns = Int32Array.from(log.prompts.keys()).filter(
    (index) => log.prompts[index]!.split === "training",
  );
  const ids = Array.from(columns, (index) => log.prompts[index]!.id);
  const matrix = countRewards(log, log.queryIndex, log.queries.length, columns);
  const examination = {
    task: run.manifest.task,
    llm: log.llm,
    questions: log.queries.length,
    prompts: ids.length,
    answers: log.length,
    coverage: examineCoverage(matrix, ids),
    repeats: examineRepeats(log),
    duplicates: findNearDuplicates(log.queries, distinctPrompts(log.prompts)),
    leak: findLeak(log),
    balance: examineBalance(matrix, ids),
    drift: await examineDrift(run, log.prompts),
    neverBest: findNeverBest(matrix, ids),
    next: findWhatToLogNext(matrix, ids),
  };
  return { ...examination, warnings: collectWarnings(examination) };
}

/** Each prompt once, by its own name, however many LLMs it was put to. */
function distinctPrompts(candidates: readonly Candidate[]): Prompt[] {
  return [...new Map(candidates.map((candidate) => [candidate.promptId, candidate])).values()].map(
    ({ promptId, template, split }) => ({ id: promptId, template, split }),
  );
}
