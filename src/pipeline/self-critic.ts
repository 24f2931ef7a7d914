import {
  interactionSchema,
  parseRecord,
  RUN_FILES,
  readCriticVerdicts,
  readJsonLines,
} from "../data/index.ts";
import { auc, classification, labeledPairs, meanInterval, withinQueryAuc } from "../evaluate/index.ts";
import type { StrategyInput } from "../select/index.ts";
import type { CallCost, EvaluationResult, RewardLog } from "../types/index.ts";
import type { LearnableLog } from "./prepared-log.ts";

/**
 * Compares what the LLM says of its own answers with what the reward model expects of them, on the pairs that have
 * both, and what each takes.
 * @param critic the LLM's verdicts, laid out as the input's scores; null where there are none
 */
export async function compareSelfCritic(
  prepared: LearnableLog,
  input: StrategyInput,
  critic: Float64Array | null,
): Promise<EvaluationResult["selfCritic"]> {
  if (critic === null) return null;
  const { rewards, scores, confidence, trainingColumns, clusters, seed } = input;
  const withBoth = (values: Float64Array): Float64Array =>
    values.map((value, cell) =>
      Number.isNaN(critic[cell]!) || Number.isNaN(scores[cell]!) ? Number.NaN : value,
    );
  const byCritic = labeledPairs(withBoth(critic), rewards, trainingColumns);
  const byModel = labeledPairs(withBoth(scores), rewards, trainingColumns);
  const criticClasses = classification(byCritic);
  const modelClasses = classification(byModel);
  if (criticClasses === null || modelClasses === null) return null;
  const gains = new Float64Array(byModel.length);
  const weights = new Float64Array(byModel.length);
  for (let pair = 0; pair < byModel.length; pair++) {
    const labels = byModel.positives[pair]! + byModel.negatives[pair]!;
    const right = byModel.positives[pair]! / labels;
    const shareRight = (prediction: number): number => (prediction > 0.5 ? right : 1 - right);
    gains[pair] = shareRight(byModel.prediction[pair]!) - shareRight(byCritic.prediction[pair]!);
    weights[pair] = labels;
  }
  const gain = meanInterval(
    { values: gains, bounds: [-1, 1] },
    weights,
    byModel.row.map((row) => clusters[row]!),
    { seed },
  )!;
  const sure = confidence === null ? null : labeledPairs(confidence, rewards, trainingColumns);
  return {
    pairs: byModel.length,
    critic: { accuracy: criticClasses.accuracy, precision: criticClasses.precision },
    rewardModel: { accuracy: modelClasses.accuracy, precision: modelClasses.precision },
    accuracyGain: gain.mean,
    accuracyGainCi95: gain.interval,
    confidence:
      sure === null ? null : { pairs: sure.length, auc: auc(sure), withinQueryAuc: withinQueryAuc(sure) },
    callsPerQuestion: 2 * trainingColumns.length,
    perVerdict: await verdictCost(prepared),
    perAnswer: await answerCost(prepared),
  };
}

async function verdictCost({ run, log }: LearnableLog): Promise<CallCost | null> {
  if (run === null) return null;
  const costs = new CostCounter();
  for (const llm of listLlms(log))
    for await (const verdict of readCriticVerdicts(run, llm)) costs.add(verdict);
  return costs.calls === 0 ? null : costs.mean;
}

async function answerCost({ run, log }: LearnableLog): Promise<CallCost | null> {
  if (run === null) return null;
  const costs = new CostCounter();
  const file = run.file(RUN_FILES.interactions);
  const llms = listLlms(log);
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    const interaction = parseRecord(interactionSchema, value, "interaction", { file, line });
    if (llms.has(interaction.llm)) costs.add(interaction);
  }
  const { mean } = costs;
  return mean.cost === null && mean.latencyMs === null ? null : mean;
}

/** The LLMs of the log's candidates. */
function listLlms(log: RewardLog): ReadonlySet<string> {
  return new Set(log.prompts.map(({ llm }) => llm));
}

type CostPart = Exclude<keyof CallCost, "calls">;

/** Averages what calls took, each part over the calls that say. */
class CostCounter {
  calls = 0;
  private readonly sums = new Map<CostPart, { total: number; count: number }>();

  add(call: { readonly [part in CostPart]?: number }): void {
    this.calls++;
    for (const part of ["inputTokens", "outputTokens", "cost", "latencyMs"] as const) {
      const value = call[part];
      if (value === undefined) continue;
      const sum = this.sums.get(part) ?? { total: 0, count: 0 };
      sum.total += value;
      sum.count++;
      this.sums.set(part, sum);
    }
  }

  get mean(): CallCost {
    const computeMean = (part: CostPart): number | null => {
      const sum = this.sums.get(part);
      return sum === undefined ? null : sum.total / sum.count;
    };
    return {
      calls: this.calls,
      inputTokens: computeMean("inputTokens"),
      outputTokens: computeMean("outputTokens"),
      cost: computeMean("cost"),
      latencyMs: computeMean("latencyMs"),
    };
  }
}
