import { PART_CODES, type RewardLog } from "../../types/index.ts";

/**
 * The rows of a log as published: a row is one question asked once under one or more prompts. Rows keep the order
 * of their first interaction in the log.
 */
export interface LogRows {
  /** Number of rows. */
  readonly length: number;
  /** Index into the log's queries, one a row. */
  readonly queryIndex: Int32Array;
  /** `PART_CODES` of the row. */
  readonly part: Uint8Array;
  /** Row of each interaction. */
  readonly rowOfInteraction: Int32Array;
}

/** Gathers interactions with one question and one repetition into rows. */
export function logRows(log: RewardLog): LogRows {
  const rowOfInteraction = new Int32Array(log.length);
  const rowByKey = new Map<number, number>();
  const queryIndex: number[] = [];
  const part: number[] = [];
  const mostRepetitions = log.repetition.reduce((most, repetition) => Math.max(most, repetition + 1), 1);
  for (let index = 0; index < log.length; index++) {
    const key = log.queryIndex[index]! * mostRepetitions + log.repetition[index]!;
    let row = rowByKey.get(key);
    if (row === undefined) {
      row = queryIndex.length;
      rowByKey.set(key, row);
      queryIndex.push(log.queryIndex[index]!);
      part.push(log.part[index]!);
    }
    if (part[row] === PART_CODES.unknown) part[row] = log.part[index]!;
    rowOfInteraction[index] = row;
  }
  return {
    length: queryIndex.length,
    queryIndex: Int32Array.from(queryIndex),
    part: Uint8Array.from(part),
    rowOfInteraction,
  };
}
