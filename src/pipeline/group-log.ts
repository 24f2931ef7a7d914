import { createEmbedder, embedTexts } from "../embed/index.ts";
import { type GroupedQuestions, groupQuestions } from "../kinds/index.ts";
import type { RewardMatrix } from "../types/index.ts";
import { labeledQueries, questionFold } from "./evaluation-fold.ts";
import type { PolicySettings } from "./policy.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** A log's questions by kind, with how the training prompts fare on them. */
export interface GroupedLog extends GroupedQuestions {
  /** Indices into the log's queries, those with a label; `kindOfQuestion` and the rewards' rows are in this order. */
  readonly queries: Int32Array;
  /** Columns are the training prompts. */
  readonly rewards: RewardMatrix;
}

/**
 * Groups the labeled questions of a log by their form, whatever embedder the reward model uses.
 * @param chosenColumn which training prompt a chooser takes for a query of the log, if it was put to it: kinds are then
 * such that they tell where it takes which
 */
export async function groupLog(
  prepared: LearnableLog,
  settings: PolicySettings,
  fixedPromptId: string,
  chosenColumn?: (query: number) => number | undefined,
): Promise<GroupedLog> {
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const { trainRewards } = questionFold(prepared, queries, new Int32Array(0));
  const texts = Array.from(queries, (query) => prepared.texts[query]!);
  const embedder = await createEmbedder("form-tf", prepared.queryEmbedding).fit(texts);
  const features = await embedTexts(embedder, texts);
  const promptIds = Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!.id);
  const grouped = groupQuestions({
    features,
    texts,
    rewards: trainRewards,
    promptIds,
    fixedColumn: promptIds.indexOf(fixedPromptId),
    clusters: queries.map((query) => prepared.groups[query]!),
    seed: settings.seed,
    ...(chosenColumn !== undefined && { chosen: queries.map((query) => chosenColumn(query) ?? -1) }),
  });
  return { ...grouped, queries, rewards: trainRewards };
}
