import { observationDesign, selectColumns, selectValues } from "../evaluate/index.ts";
import { predictCosts } from "../reward/index.ts";
import {
  drawForQuestion,
  judgeCandidates,
  judgePartialChoices,
  judgeTrade,
  type StrategyInput,
} from "../select/index.ts";
import type { TradeResult } from "../types/index.ts";
import { sumLogged } from "./candidate-costs.ts";
import { type EvaluationFold, unitsOfInteractions } from "./evaluation-fold.ts";
import type { FoldOutcome } from "./fold-outcome.ts";
import type { PolicySettings } from "./policy.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** Success, cost and time of the candidates alone and chosen by question, on units that no fold had learned from. */
export function evaluatedTrade(
  prepared: LearnableLog,
  folds: readonly EvaluationFold[],
  outcomes: readonly FoldOutcome[],
  input: StrategyInput,
  settings: Pick<PolicySettings, "costUnit" | "costs" | "knob" | "seed">,
): TradeResult {
  const { log, trainingPrompts } = prepared;
  const columns = Array.from(input.trainingColumns);
  const scores = selectValues(input.scores, input.rewards.prompts, columns);
  const design = observationDesign(selectColumns(input.rewards, columns), input.observation);
  const { clusters, keepFixed, seed } = input;
  const singles = judgeCandidates(design, scores, clusters, seed);
  const queries = Int32Array.from(folds.flatMap(({ test }) => [...test.queryIndex]));
  const logged = (signal: Float64Array | undefined) =>
    sumLogged(log, signal, unitsOfInteractions(log, queries), queries.length, trainingPrompts);
  const latencies = logged(log.latencyMs);
  const costs = logged(log.cost);
  const trades = outcomes.flatMap(({ priced }) => (priced === null ? [] : [priced]));
  const judged =
    trades.length < outcomes.length || design.kind === null || input.protocol === "paper"
      ? null
      : judgeTrade({
          design,
          scores,
          predictedCosts: joinPredicted(prepared, folds, outcomes),
          logged: settings.costs === null ? costs : null,
          clusters,
          keepFixed,
          folds: Int32Array.from(folds.flatMap(({ test }, fold) => Array.from(test.queryIndex, () => fold))),
          trades: trades.map(({ trade }) => trade),
          draws: Float64Array.from(queries, (query) => drawForQuestion(log.queries[query]!.text)),
          knob: settings.knob,
          seed,
        });
  return {
    choose: log.choose,
    candidates: Array.from(trainingPrompts, (candidate, column) => {
      const { id, promptId, llm } = log.prompts[candidate]!;
      return {
        ...{ id, promptId, llm },
        cost: judged?.costs[column] ?? settings.costs?.[column] ?? meanLogged(costs, column),
        latencyMs: meanLogged(latencies, column),
        ...singles[column]!,
      };
    }),
    partialChoices:
      log.choose !== "both" || design.kind === null
        ? []
        : judgePartialChoices({
            candidates: Array.from(trainingPrompts, (candidate) => log.prompts[candidate]!),
            ...{ design, scores, clusters, keepFixed, fixed: input.fixedColumn },
          }),
    costUnit: settings.costUnit,
    costPrediction:
      judged === null
        ? null
        : { source: settings.costs === null ? "logged" : "given", explained: judged.explained },
    frontier: judged?.frontier ?? null,
    frontierArea: judged?.frontierArea ?? null,
    knob: judged?.knob ?? null,
    saving: judged?.saving ?? null,
  };
}

function meanLogged(logged: ReturnType<typeof sumLogged>, column: number): number | null {
  if (logged === null) return null;
  let sum = 0;
  let count = 0;
  for (let cell = column; cell < logged.sums.length; cell += logged.candidates) {
    sum += logged.sums[cell]!;
    count += logged.counts[cell]!;
  }
  return sum / count;
}

function joinPredicted(
  { log }: LearnableLog,
  folds: readonly EvaluationFold[],
  outcomes: readonly FoldOutcome[],
): Float64Array {
  const parts = folds.map(({ test }, fold) =>
    predictCosts(
      outcomes[fold]!.priced!.costModel,
      Float64Array.from(test.queryIndex, (query) => log.queries[query]!.text.length),
    ),
  );
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}
