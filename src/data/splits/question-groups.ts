import type { Query } from "../../types/index.ts";

const NUMBER = /\p{Nd}+(?:[.,]\p{Nd}+)*/gu;

/**
 * The form under which two questions count as the same: numbers masked, case, space and punctuation folded
 * (NFKC first). Questions with one key never stand on both sides of a split. A text without letters or numbers
 * keeps its punctuation, so that such texts are not all one group.
 */
export function questionGroupKey(text: string): string {
  const folded = text.normalize("NFKC").toLowerCase().replace(NUMBER, "#");
  const letters = folded.replace(/[^\p{L}\p{M}#]+/gu, " ").trim();
  return letters === "" ? folded.replace(/\s+/gu, " ").trim() : letters;
}

/**
 * Group of every question, 0-based in order of first appearance: questions are together when they share a key
 * (`questionGroupKey`) or the group the log gives them, directly or through others.
 */
export function assignQuestionGroups(queries: readonly Query[]): Int32Array {
  const parent = Int32Array.from(queries, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root]!;
    for (let node = index; node !== root; ) {
      const next = parent[node]!;
      parent[node] = root;
      node = next;
    }
    return root;
  };
  const firstByKey = new Map<string, number>();
  const join = (key: string, index: number): void => {
    const first = firstByKey.get(key);
    if (first === undefined) firstByKey.set(key, index);
    else parent[rootOf(index)] = rootOf(first);
  };
  queries.forEach((query, index) => {
    join(`text:${questionGroupKey(query.text)}`, index);
    if (query.group !== undefined) join(`group:${query.group}`, index);
  });
  const numberOfRoot = new Map<number, number>();
  return Int32Array.from(queries, (_, index) => {
    const root = rootOf(index);
    const known = numberOfRoot.get(root);
    if (known !== undefined) return known;
    numberOfRoot.set(root, numberOfRoot.size);
    return numberOfRoot.size - 1;
  });
}
