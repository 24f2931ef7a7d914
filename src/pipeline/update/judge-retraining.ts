import { assignGroupFolds } from "../../data/index.ts";
import { AbortedError } from "../../errors.ts";
import { clusteredMean, doublyRobustScores, observationDesign, type Policy } from "../../evaluate/index.ts";
import { decideGate, GATE_THRESHOLDS } from "../../select/index.ts";
import type { GateStrength, RewardMatrix, WorkOptions } from "../../types/index.ts";
import { trainingCosts } from "../candidate-costs.ts";
import { labeledQueries, questionFold } from "../evaluation-fold.ts";
import {
  chooseColumns,
  embedTrainingQuestions,
  type Policy as FittedPolicy,
  fitPolicy,
  type PolicySettings,
  scoreQuestions,
} from "../policy.ts";
import type { PreparedLog } from "../prepared-log.ts";
import type { LoggedChoice, UpdateEstimate, UpdateVerdict } from "./update-types.ts";

/** Each of so many parts of the new choices is judged by a chooser trained without it. */
const FOLDS = 5;
/** Fewer choices carry no verdict. */
const MIN_CHOICES = 50;

/** What a retraining is judged on. */
export interface RetrainingInput {
  /** The log with all feedback in it. */
  readonly prepared: PreparedLog;
  readonly deployed: FittedPolicy;
  /** Settings to train with: the deployed chooser's. */
  readonly settings: PolicySettings;
  /** Made after the deployed chooser was trained, so that it has not seen them. */
  readonly choices: readonly (LoggedChoice & { readonly query: number; readonly column: number })[];
}

/**
 * Estimates from production what the deployed chooser, its best single candidate, and a retrained one achieve: doubly
 * robust, with the probabilities that were recorded, the retrained one cross-fitted by question group. It is to be promoted
 * where the gate of a log would open: where its gain over the deployed one stands far enough above its error.
 */
export async function judgeRetraining(
  input: RetrainingInput,
  options: WorkOptions = {},
): Promise<UpdateVerdict> {
  const { prepared, deployed, settings, choices } = input;
  const about = { choices: choices.length, deployed: null, fixed: null, retrained: null, gain: null };
  if (choices.length < MIN_CHOICES)
    return {
      ...{ ...about, promote: false },
      reason: `${choices.length} choices that were drawn have a reward since the chooser was trained, and at least ${MIN_CHOICES} are needed.`,
    };
  const candidates = deployed.prompts.length;
  const rewards = drawnRewards(choices, candidates);
  const clusters = Int32Array.from(choices, ({ query }) => prepared.groups[query]!);
  const old = await listColumns(deployed, choices);
  const crossFitted = await crossFit(input, clusters, options);
  const design = observationDesign(rewards);
  const gate = decideGate({
    ...{ design, predicted: crossFitted.predicted, weights: design.weights, clusters },
    ...{ chosen: crossFitted.chosen, fixed: old, strength: settings.gate },
    otherFolds: { folds: FOLDS, policies: [{ chosen: crossFitted.other, fixed: old }] },
  });
  const estimate = (policy: Policy): UpdateEstimate => {
    const scores = doublyRobustScores(rewards, crossFitted.predicted, policy);
    const { mean, standardError } = clusteredMean(scores, design.weights, clusters);
    return { success: mean, standardError };
  };
  const gain = { mean: gate.upliftOutOfFold, standardError: gate.standardError, z: gate.z };
  return {
    choices: choices.length,
    deployed: estimate(old),
    fixed: estimate(deployed.fixedColumn),
    retrained: estimate(crossFitted.chosen),
    gain: gate.questions === 0 ? null : gain,
    promote: gate.open,
    reason: explain(gate, settings.gate),
  };
}

function explain(
  { open, questions, upliftOutOfFold, standardError, z, switched, reason }: ReturnType<typeof decideGate>,
  strength: GateStrength,
): string {
  // Nothing could be measured: the gate says why.
  if (questions === 0) return reason;
  const points = (100 * upliftOutOfFold).toFixed(1).replace("-", "−");
  const wanted = strength === "neutral" ? "a gain above 0" : `z of at least ${GATE_THRESHOLDS[strength]}`;
  const measured =
    `On ${questions} choices of production the retrained chooser changes success by ${upliftOutOfFold < 0 ? "" : "+"}${points} points over the deployed one ` +
    `(standard error ${(100 * standardError).toFixed(1)}, z = ${z.toFixed(1).replace("-", "−")}; it decides otherwise for ${(100 * switched).toFixed(0)} % of the questions)`;
  return open
    ? `${measured}; the ${strength} gate wants ${wanted}, so it is promoted.`
    : `${measured}; the ${strength} gate wants ${wanted}, and at least 10 groups of questions decided otherwise, so the deployed one stays.`;
}

/** A row a choice: one draw, worth the inverse of its probability. */
function drawnRewards(choices: RetrainingInput["choices"], prompts: number): RewardMatrix {
  const cells = choices.length * prompts;
  const matrix = {
    ...{
      queries: choices.length,
      prompts,
      successes: new Float64Array(cells),
      trials: new Float64Array(cells),
    },
    ...{ inversePropensity: new Float64Array(cells), draws: new Float64Array(choices.length).fill(1) },
  };
  choices.forEach(({ column, reward, propensity }, row) => {
    const cell = row * prompts + column;
    matrix.successes[cell] = reward;
    matrix.trials[cell] = 1;
    matrix.inversePropensity[cell] = 1 / propensity;
  });
  return matrix;
}

/** What choosers trained without each choice's group do with it, and those of the next fold, which have seen it. */
async function crossFit(
  { prepared, deployed, settings, choices }: RetrainingInput,
  clusters: Int32Array,
  options: WorkOptions,
): Promise<{ predicted: Float64Array; chosen: Int32Array; other: Int32Array }> {
  const width = deployed.prompts.length;
  const folds = assignGroupFolds(prepared.groups, FOLDS, settings.seed);
  const foldOfGroup = new Map(Array.from(prepared.groups, (group, query) => [group, folds[query]!]));
  const predicted = new Float64Array(choices.length * width);
  const chosen = new Int32Array(choices.length);
  const other = new Int32Array(choices.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    if (options.signal?.aborted === true) throw new AbortedError("Canceled; nothing was promoted.");
    options.onProgress?.("folds", fold, FOLDS);
    const policy = await fitWithout(prepared, settings, (query) => folds[query] === fold, options);
    for (const [shift, target] of [
      [0, chosen],
      [1, other],
    ] as const) {
      const rows = [...choices.keys()].filter(
        (row) => foldOfGroup.get(clusters[row]!) === (fold + shift) % FOLDS,
      );
      if (rows.length === 0) continue;
      const asked = rows.map((row) => choices[row]!);
      const scored = await scoreQuestions(policy, listQuestions(asked));
      const columns = policy.gate.open ? chooseColumns(policy, scored) : null;
      rows.forEach((row, place) => {
        target[row] = columns?.[place] ?? policy.fixedColumn;
        if (shift === 0)
          predicted.set(scored.scores.subarray(place * width, (place + 1) * width), row * width);
      });
    }
  }
  options.onProgress?.("folds", FOLDS, FOLDS);
  return { predicted, chosen, other };
}

async function fitWithout(
  prepared: PreparedLog,
  settings: PolicySettings,
  isLeftOut: (query: number) => boolean,
  options: WorkOptions,
): Promise<FittedPolicy> {
  const all = Int32Array.from(prepared.log.queries.keys());
  const queries = labeledQueries(
    prepared,
    all.filter((query) => !isLeftOut(query)),
  );
  const quiet = options.signal === undefined ? {} : { signal: options.signal };
  return fitPolicy(
    {
      questions: await embedTrainingQuestions(prepared, queries, settings, quiet),
      rewards: questionFold(prepared, queries, new Int32Array(0)).trainRewards,
      groups: queries.map((query) => prepared.groups[query]!),
      prompts: Array.from(prepared.trainingPrompts, (prompt) => prepared.log.prompts[prompt]!),
      costs: trainingCosts(prepared, queries, [...prepared.trainingPrompts.keys()], settings.costs),
      promptEmbedding: prepared.promptEmbedding,
    },
    settings,
    quiet,
  );
}

async function listColumns(policy: FittedPolicy, choices: readonly LoggedChoice[]): Promise<Int32Array> {
  if (!policy.gate.open) return new Int32Array(choices.length).fill(policy.fixedColumn);
  return chooseColumns(policy, await scoreQuestions(policy, listQuestions(choices)));
}

function listQuestions(choices: readonly LoggedChoice[]) {
  return {
    texts: choices.map(({ question }) => question),
    features: choices.map(({ features }) => features),
  };
}
