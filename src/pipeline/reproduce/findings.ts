import {
  formatInterval,
  formatPercent,
  formatPoints,
  type ReproducedValue,
  type ReproductionArm,
  type TaskReproduction,
} from "../../report/index.ts";
import type { StrategyName } from "../../types/index.ts";
import type { ReproductionPreset } from "./reproduction-arm.ts";

/** What a sentence needs to know that the figures do not say. */
export interface FindingContext {
  readonly preset: ReproductionPreset;
  readonly ownQueryFeatures: boolean;
}

const SHOWN_NAMES: Readonly<Partial<Record<StrategyName, string>>> = {
  "best-of-train": "training best",
  argmax: "train",
  "held-out": "held",
  "confidence-first": "confidence, first of ties",
};

/** Where our figures differ from the published ones, and why, in sentences made from the figures themselves. */
export function findings(task: TaskReproduction, context: FindingContext): string[] {
  const [paper, grouped, own] = (["reference-paper", "reference-grouped", "default-grouped"] as const).map(
    (name) => task.arms.find((arm) => arm.name === name),
  );
  if (paper === undefined) return [];
  return [
    agreement(paper),
    features(context),
    preset(context),
    ...baseline(paper),
    ...leak(task, paper, grouped),
    ...defaultModel(grouped, own),
    ...unseenPrompts(paper),
    ...accuracyAlone(task, paper),
    ...confidence(task),
  ];
}

/** Choices a reward model makes; the other figures are read off the labels. */
const CHOSEN_BY_MODEL: readonly StrategyName[] = ["argmax", "held-out", "all", "hybrid"];

interface Comparison {
  readonly size: number;
  readonly value: ReproducedValue;
  readonly difference: number;
}

/** How many published success rates of models ours agree with; among one prompt a model has no choice. */
function agreement(paper: ReproductionArm): string {
  const every = paper.sizes.flatMap(({ size, strategies }) =>
    strategies.flatMap((value): Comparison[] =>
      value.published === null || value.success === null
        ? []
        : [{ size, value, difference: value.success - value.published }],
    ),
  );
  const compared = every.filter(
    ({ size, value: { strategy } }) =>
      CHOSEN_BY_MODEL.includes(strategy) && !(strategy === "argmax" && size === 1),
  );
  const withoutModel = every.filter(({ value: { strategy } }) => !CHOSEN_BY_MODEL.includes(strategy));
  if (compared.length === 0)
    return "The reference publishes no figures to compare these with: read them by themselves.";
  const largest = compared.reduce((worst, one) =>
    Math.abs(one.difference) > Math.abs(worst.difference) ? one : worst,
  );
  const mean = compared.reduce((sum, { difference }) => sum + Math.abs(difference), 0) / compared.length;
  const within = compared.filter(
    ({ value: { published, ci95 } }) => ci95 !== null && ci95[0] <= published! && published! <= ci95[1],
  ).length;
  const name = SHOWN_NAMES[largest.value.strategy] ?? largest.value.strategy;
  return (
    `${within} of the ${compared.length} published success rates of a model's choices lie within our 95 % interval; ours differ by ` +
    `${points(mean)} on average. The largest difference is ${formatPoints(largest.difference)}: ${name} at K = ${largest.size}. ` +
    `The figures that need no model (fixed prompts, the LLM's confidence) agree to ${points(findLargest(withoutModel))}.`
  );
}

function findLargest(comparisons: readonly Comparison[]): number {
  return comparisons.reduce((most, { difference }) => Math.max(most, Math.abs(difference)), 0);
}

function features({ ownQueryFeatures }: FindingContext): string {
  return ownQueryFeatures
    ? "The release's question embeddings (GSM8K_{train,test}_Q_embeddings.npy, svamp_Q_embeddings.npy) are not among these files, so the questions are embedded by this package's word statistics instead. Every figure that a model has a part in may differ for this reason alone; the fixed prompts and the LLM's confidence do not depend on it."
    : "The questions have the release's own embeddings; the prompts have this release's, or ours where they are missing.";
}

function preset({ preset: name }: FindingContext): string {
  const bins =
    "The reference let XGBoost try every threshold; here each feature has at most 256 bins, and a question asked several times is one weighted row, which is the same loss.";
  return name === "paper"
    ? `The models have the reference's own parameters, 2000 rounds at learning rate 0.001, depth 10. ${bins}`
    : `The models are trained for 40 rounds at learning rate 0.05 instead of 2000 at 0.001: the same sum of steps, equal within noise where both were measured (--preset paper runs the original). ${bins}`;
}

/** The reference's baseline has seen the test labels. */
function baseline(paper: ReproductionArm): string[] {
  const gains = paper.sizes.flatMap((size) => {
    const [chosen, hindsight] = [find(size.strategies, "fixed"), find(size.strategies, "best-of-train")];
    return chosen?.success == null || hindsight?.success == null
      ? []
      : [{ size: size.size, gain: hindsight.success - chosen.success }];
  });
  if (gains.length === 0) return [];
  const most = gains.reduce((best, one) => (one.gain > best.gain ? one : best), { size: 0, gain: 0 });
  return most.gain > 0.0005
    ? [
        `The reference's "training best" is the best prompt by the test labels. Chosen by the training labels, as anyone would have to, it is up to ${points(most.gain)} weaker (K = ${most.size}); uplifts here are against the latter.`,
      ]
    : [
        'The reference\'s "training best" is the best prompt by the test labels; here the training labels name the same prompts, so nothing was gained by it.',
      ];
}

/** What the reference's recipe is worth on questions it has not seen. */
function leak(
  task: TaskReproduction,
  paper: ReproductionArm,
  grouped: ReproductionArm | undefined,
): string[] {
  const [leaking, closed] = [largestUplift(paper), grouped === undefined ? null : largestUplift(grouped)];
  const counted =
    paper.alsoInTrain === 0
      ? `None of the ${task.testRows} test rows asks a question of the training rows, so the paper's protocol is sound here.`
      : `${paper.alsoInTrain} of the ${task.testRows} test rows ask a question that also stands in the training rows, so the paper's protocol rewards remembering.`;
  if (leaking === null || closed === null || grouped === undefined) return [counted];
  const isSameTest = paper.alsoInTrain === 0 && grouped.testUnits === paper.testUnits;
  const [there, here] = isSameTest
    ? [
        "fitted on the first 80 % of the training rows, as in the reference",
        "fitted on all of them, on the same test questions",
      ]
    : ["there", "where no question stands on both sides"];
  return [
    `${counted} With K = ${leaking.size}, its choice among the training prompts is worth ${uplift(leaking.value)} ${there}, and ${uplift(closed.value)} ${here}: ${significance(closed.value)}.`,
  ];
}

function defaultModel(grouped: ReproductionArm | undefined, own: ReproductionArm | undefined): string[] {
  const [reference, ours] = [grouped, own].map((arm) => (arm === undefined ? null : largestUplift(arm)));
  if (reference == null || ours == null || own === undefined) return [];
  const safe = find(own.sizes.at(-1)?.strategies ?? [], "safe");
  const open =
    safe === undefined ? "" : ` Behind the gate, which is what this package recommends: ${uplift(safe)}.`;
  return [
    `On the same questions and split this package's default, ${own.rewardModel}, gives ${uplift(ours.value)} with K = ${ours.size}.${open} One split of ${own.testUnits} test questions is a coarse measure; \`oirl evaluate --protocol nested\` tests on every question.`,
  ];
}

/** Why choices among unseen prompts depend on the order of the candidates more than on the model. */
function unseenPrompts(paper: ReproductionArm): string[] {
  const last = paper.sizes.at(-1);
  const [heldOut, all] = (["held-out", "all"] as const).map((name) =>
    last === undefined ? undefined : find(last.strategies, name),
  );
  if (last?.unseenTies == null || all?.success == null) return [];
  const { share, successOfTraining } = last.unseenTies;
  const worth =
    heldOut?.uplift == null
      ? ""
      : ` Taking the best-scored unseen prompt is worth ${uplift(heldOut)} against the fixed one.`;
  const published = all.published === null ? "" : ` (published: ${formatPercent(all.published)})`;
  return [
    `Unseen prompts: a tree knows ${last.size === 1 ? "one point" : `${last.size} points`} of the prompts' space, and a threshold between two says little of where any other prompt lies. With K = ${last.size}, an unseen prompt ends in the very leaves of the best-scored training prompt, and ties with it, on ${formatPercent(share)} of the test rows. The reference lists unseen prompts first, so they win: "all" succeeds in ${formatPercent(all.success)}${published}. Were these ties to go to the training prompt, it would in ${formatPercent(successOfTraining)}. With one training prompt all prompts tie, and the first one listed is always taken.${worth}`,
  ];
}

/** Accuracy is no merit where nearly all labels are equal. */
function accuracyAlone(task: TaskReproduction, paper: ReproductionArm): string[] {
  const single = paper.sizes.find(({ size }) => size === 1);
  const mean = single === undefined ? null : (find(single.strategies, "fixed")?.success ?? null);
  if (single === undefined || mean === null) return [];
  const constant = Math.max(mean, 1 - mean);
  const critic = task.selfCritic?.seen.accuracy ?? null;
  const beside = critic === null ? "" : `, and the LLM judging its own answers ${formatPercent(critic)}`;
  const published =
    single.seen.published === null ? "" : ` (published: ${formatPercent(single.seen.published.accuracy)})`;
  return [
    `Calling every answer ${mean < 0.5 ? "wrong" : "right"} is accurate in ${formatPercent(constant)} of the cases; the reward models with K = 1 are in ${formatPercent(single.seen.accuracy)}${published}${beside}.`,
  ];
}

function confidence(task: TaskReproduction): string[] {
  const [training] = task.confidence;
  if (training === undefined || training.first === null || training.averaged === null) return [];
  return [
    `Choosing by the LLM's confidence succeeds in ${formatPercent(training.first)} if ties go to the first prompt, as in the reference, but in ${formatPercent(training.averaged)} if they are averaged: the rest is the luck of which prompt is listed first.`,
  ];
}

/** The uplift of choosing among the training prompts, at the largest K. */
function largestUplift(arm: ReproductionArm): { size: number; value: ReproducedValue } | null {
  const last = arm.sizes.at(-1);
  const value = last === undefined ? undefined : find(last.strategies, "argmax");
  return last === undefined || value === undefined || value.uplift === null
    ? null
    : { size: last.size, value };
}

function find(values: readonly ReproducedValue[], name: StrategyName): ReproducedValue | undefined {
  return values.find(({ strategy }) => strategy === name);
}

function uplift({ uplift: value, upliftCi95 }: ReproducedValue): string {
  return upliftCi95 === null ? formatPoints(value) : `${formatPoints(value)} ${formatInterval(upliftCi95)}`;
}

function significance({ upliftCi95 }: ReproducedValue): string {
  if (upliftCi95 === null) return "not known how surely";
  if (upliftCi95[0] > 0) return "a gain that is more than noise";
  return upliftCi95[1] < 0 ? "a loss that is more than noise" : "not to be told from no gain at all";
}

/** A size without a sign. */
function points(value: number): string {
  return formatPoints(Math.abs(value)).replace("+", "");
}
