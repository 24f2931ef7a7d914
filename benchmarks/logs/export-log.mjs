import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const OUTER_FOLDS = 5;

/**
 * Writes what peers learn from, so that they stand on the product's folds:
 * - `log.json`: `{ name, queryIds, texts, prompts, groups, tasks, rewards }`: one entry a question with an answer to
 *   a training prompt; `rewards` questions × training prompts, means of repeats, null where there is none;
 * - `seed-S.json`: `{ seed, folds, oneColumn, oneReward }`: each question's fold, and the one answer that is left of
 *   it in the reduced log.
 * The reduced log stands beside it as `one-S/{queries,prompts,interactions}.jsonl`, for `oirl import jsonl`.
 * @returns `{ log, seeds }`, as written, each seed with the hash of all that a peer sees
 */
export async function exportLog({ name, tasks }, runPath, folder, seeds, parts) {
  const run = await parts.openRunDirectory(runPath);
  const rewardLog = await parts.readRewardLog(run);
  const columns = Int32Array.from(rewardLog.prompts.keys()).filter(
    (prompt) => rewardLog.prompts[prompt].split === "training",
  );
  const answers = answersByQuery(rewardLog, new Set(columns));
  const queries = [...answers.keys()].sort((one, other) => one - other);
  const position = new Map(queries.map((query, index) => [query, index]));
  const { successes, trials } = parts.countRewards(
    rewardLog,
    rewardLog.queryIndex.map((query) => position.get(query) ?? -1),
    queries.length,
    columns,
  );
  const means = Array.from(successes, (sum, pair) => (trials[pair] > 0 ? sum / trials[pair] : null));
  const asked = queries.map((query) => rewardLog.queries[query]);
  const taskOf = tasks(run.manifest);
  const log = {
    name,
    queryIds: asked.map(({ id }) => id),
    texts: asked.map(({ text }) => text),
    prompts: Array.from(columns, (prompt) => rewardLog.prompts[prompt].id),
    groups: [...parts.assignQuestionGroups(rewardLog.queries)].filter((_, query) => answers.has(query)),
    tasks: taskOf === null ? null : asked.map(taskOf),
    rewards: queries.map((_, index) => means.slice(index * columns.length, (index + 1) * columns.length)),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "log.json"), JSON.stringify(log));
  const columnOfPrompt = new Map(Array.from(columns, (prompt, column) => [prompt, column]));
  return {
    log,
    seeds: seeds.map((seed) => {
      // Another stream than that of the folds.
      const random = parts.seededRandom(seed + 1_000_000);
      const kept = queries.map((query) => drawAnswer(answers.get(query), random));
      const division = {
        seed,
        folds: [...parts.assignGroupFolds(Int32Array.from(log.groups), OUTER_FOLDS, seed)],
        oneColumn: kept.map((index) => columnOfPrompt.get(rewardLog.promptIndex[index])),
        oneReward: kept.map((index) => rewardLog.reward[index]),
      };
      writeFileSync(join(folder, `seed-${seed}.json`), JSON.stringify(division));
      writeReducedLog(run, new Set(kept), join(folder, `one-${seed}`));
      return { ...division, hash: computeHash(log, division) };
    }),
  };
}

/** Interactions of each question with training prompts, by prompt. */
function answersByQuery({ length, queryIndex, promptIndex }, trainingPrompts) {
  const answers = new Map();
  for (let index = 0; index < length; index++) {
    if (!trainingPrompts.has(promptIndex[index])) continue;
    if (!answers.has(queryIndex[index])) answers.set(queryIndex[index], new Map());
    const byPrompt = answers.get(queryIndex[index]);
    byPrompt.set(promptIndex[index], [...(byPrompt.get(promptIndex[index]) ?? []), index]);
  }
  return answers;
}

/** A prompt first, then one of its repeats, so that prompts are equally likely. */
function drawAnswer(byPrompt, random) {
  const prompts = [...byPrompt.values()];
  const repeats = prompts[random.nextInteger(prompts.length)];
  return repeats[random.nextInteger(repeats.length)];
}

/** Interactions are told apart by their line: a log of one LLM is read whole, in file order. */
function writeReducedLog(run, kept, folder) {
  mkdirSync(folder, { recursive: true });
  const lines = (name) => readFileSync(run.file(name), "utf8").trimEnd().split("\n");
  writeFileSync(join(folder, "queries.jsonl"), `${lines("queries.jsonl").join("\n")}\n`);
  const prompts = lines("prompts.jsonl").filter((line) => JSON.parse(line).split === "training");
  writeFileSync(join(folder, "prompts.jsonl"), `${prompts.join("\n")}\n`);
  const interactions = lines("interactions.jsonl")
    .filter((_, index) => kept.has(index))
    // What is left is the first answer to its question.
    .map((line) => JSON.stringify({ ...JSON.parse(line), repetition: 0 }));
  writeFileSync(join(folder, "interactions.jsonl"), `${interactions.join("\n")}\n`);
}

/** Of all that a peer sees; ids and names are not of it. */
function computeHash({ texts, groups, tasks, rewards }, division) {
  return createHash("sha256")
    .update(JSON.stringify([texts, groups, tasks, rewards, division]))
    .digest("hex");
}
