import { assignGroupFolds, countRewards, groupedSplit, logRows, paperSplit } from "../data/index.ts";
import type { Protocol } from "../types/index.ts";
import {
  type EvaluationFold,
  labeledQueries,
  type ProtocolFolds,
  questionFold,
  testUnits,
  unitsOfInteractions,
} from "./evaluation-fold.ts";
import type { LearnableLog } from "./prepared-log.ts";

/** Outer folds of the nested protocol; each trains with `INNER_FOLDS` folds of its own, or as many as it has groups. */
const OUTER_FOLDS = 5;
/** Folds within a training side, for all that is chosen and the gate. */
export const INNER_FOLDS = 5;
/** Groups a training side has at least. */
export const MIN_TRAINING_GROUPS = 3;

/** Divides the log as the protocol says. */
export function protocolFolds(prepared: LearnableLog, protocol: Protocol, seed: number): ProtocolFolds {
  if (protocol === "paper") return paperFolds(prepared);
  const folds = protocol === "grouped" ? groupedFolds(prepared, seed) : nestedFolds(prepared, seed);
  return { folds, leak: countLeak(prepared, folds) };
}

/** Questions without a label of the chosen LLM stand on neither side. */
function groupedFolds(prepared: LearnableLog, seed: number): EvaluationFold[] {
  const queries = labeledQueries(prepared, Int32Array.from(prepared.log.queries.keys()));
  const split = groupedSplit(prepared.log, prepared.groups, queries, seed);
  return [questionFold(prepared, split.train, split.test)];
}

function nestedFolds(prepared: LearnableLog, seed: number): EvaluationFold[] {
  const everyQuery = Int32Array.from(prepared.log.queries.keys());
  const queries = labeledQueries(prepared, everyQuery);
  const groups = queries.map((query) => prepared.groups[query]!);
  const foldOfQuery = assignGroupFolds(groups, OUTER_FOLDS, seed);
  return Array.from({ length: OUTER_FOLDS }, (_, fold) =>
    questionFold(
      prepared,
      queries.filter((_query, index) => foldOfQuery[index] !== fold),
      queries.filter((_query, index) => foldOfQuery[index] === fold),
    ),
  );
}

/** The reference's rows: fit on the first 80 % of the training rows, test on the test rows, one unit a row. */
function paperFolds(prepared: LearnableLog): ProtocolFolds {
  const { log } = prepared;
  const rows = logRows(log);
  const split = paperSplit(log, rows);
  const unitOfRows = (selected: Int32Array): Int32Array => {
    const unitOfRow = new Int32Array(rows.length).fill(-1);
    selected.forEach((row, unit) => {
      unitOfRow[row] = unit;
    });
    return rows.rowOfInteraction.map((row) => unitOfRow[row]!);
  };
  const fitRow = unitOfRows(split.fitRows);
  const fitQueries = labeledQueries(
    prepared,
    Int32Array.from(new Set(Array.from(split.fitRows, (row) => rows.queryIndex[row]!))),
  );
  const unitOfFitQuery = unitsOfInteractions(log, fitQueries);
  const trainRewards = countRewards(
    log,
    unitOfFitQuery.map((unit, interaction) => (fitRow[interaction]! >= 0 ? unit : -1)),
    fitQueries.length,
    prepared.trainingPrompts,
  );
  const fixedRewards = countRewards(
    log,
    unitOfRows(split.trainRows),
    split.trainRows.length,
    prepared.trainingPrompts,
  );
  const testQueryIndex = split.testRows.map((row) => rows.queryIndex[row]!);
  return {
    folds: [
      {
        trainQueries: fitQueries,
        trainRewards,
        fixedRewards,
        test: testUnits(prepared, unitOfRows(split.testRows), testQueryIndex),
      },
    ],
    leak: split.leak,
  };
}

/** Counts test questions whose group also trains; 0 by construction, and counted all the same. */
function countLeak(prepared: LearnableLog, folds: readonly EvaluationFold[]): ProtocolFolds["leak"] {
  let testQuestions = 0;
  let alsoInTrain = 0;
  for (const fold of folds) {
    const trainGroups = new Set(Array.from(fold.trainQueries, (query) => prepared.groups[query]!));
    for (const query of fold.test.queryIndex) {
      testQuestions++;
      if (trainGroups.has(prepared.groups[query]!)) alsoInTrain++;
    }
  }
  return { testQuestions, alsoInTrain };
}
