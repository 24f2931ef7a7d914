import { UsageError } from "../../errors.ts";
import type { Query } from "../../types/index.ts";
import { DisjointSets } from "../../util/index.ts";

/**
 * What counts as the same question: `text` (the default), all that is asked but for case and white space; `form`, the
 * same with numbers masked; else the name of one of the questions' features, or `group`, the group the log gives them.
 */
export type GroupBy = string;

export const DEFAULT_GROUP_BY: GroupBy = "text";

const NUMBER = /\p{Nd}+(?:[.,]\p{Nd}+)*/gu;

/** The text under which two questions count as the same: NFKC, lower case, white space folded, and nothing else. */
export function questionTextKey(text: string): string {
  // Lower case composes where capitals do not (J̌, ǰ), so the text is normalized again.
  return text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/\s+/gu, " ").trim();
}

/** As `questionTextKey`, with every number as `#`; operators and punctuation stay. */
export function questionFormKey(text: string): string {
  return questionTextKey(text).replace(NUMBER, "#");
}

/**
 * Group of every question, 0-based in order of first appearance; groups never stand on both sides of a split. Questions
 * are together when they are the same by `groupBy`, or have one recorded group, directly or through others. By a
 * column, questions without a value in it are told apart by their text.
 * @throws UsageError where `groupBy` is the name of nothing that a question has
 */
export function assignQuestionGroups(
  queries: readonly Query[],
  groupBy: GroupBy = DEFAULT_GROUP_BY,
): Int32Array {
  checkGroupBy(queries, groupBy);
  const sets = new DisjointSets(queries.length);
  const firstByKey = new Map<string, number>();
  const join = (key: string, index: number): void => {
    const first = firstByKey.get(key);
    if (first === undefined) firstByKey.set(key, index);
    else sets.join(first, index);
  };
  queries.forEach((query, index) => {
    join(groupKey(query, groupBy), index);
    if (query.group !== undefined) join(`group:${query.group}`, index);
  });
  return sets.numbers();
}

function groupKey(query: Query, groupBy: GroupBy): string {
  if (groupBy === "form") return `form:${questionFormKey(query.text)}`;
  const value = groupBy === "text" ? undefined : findColumn(query, groupBy);
  return value === undefined ? `text:${questionTextKey(query.text)}` : `column:${value}`;
}

/** Own fields only: a name such as `constructor` is no feature. */
function findColumn({ group, features }: Query, name: string): string | number | undefined {
  if (name === "group") return group;
  return features !== undefined && Object.hasOwn(features, name) ? features[name] : undefined;
}

function checkGroupBy(queries: readonly Query[], groupBy: GroupBy): void {
  if (groupBy === "text" || groupBy === "form") return;
  if (queries.some((query) => findColumn(query, groupBy) !== undefined)) return;
  const columns = new Set(queries.flatMap(({ features }) => Object.keys(features ?? {})));
  if (queries.some(({ group }) => group !== undefined)) columns.add("group");
  throw new UsageError(
    `questions cannot be grouped by "${groupBy}": no question of the log has it. There are: text, form` +
      (columns.size === 0
        ? "; the log's questions have no other columns (see --feature-columns and --group-column of oirl import)"
        : `, ${[...columns].sort().join(", ")}`),
    { groupBy, columns: [...columns] },
  );
}
