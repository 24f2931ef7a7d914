/**
 * What the kinds tell of which prompt a chooser takes: their mutual information in nats, less what it is by luck (Miller,
 * "Note on the bias of information estimates", 1955).
 * @param chosen column taken for each question, -1 where none was
 * @param kinds kind of each question, or -1; questions without one count as of one kind more
 */
export function choiceInformation(chosen: Int32Array, kinds: Int32Array): number {
  const joint = new Map<string, number>();
  const byKind = new Map<number, number>();
  const byColumn = new Map<number, number>();
  let total = 0;
  for (let question = 0; question < chosen.length; question++) {
    const column = chosen[question]!;
    const kind = kinds[question]!;
    if (column < 0) continue;
    total++;
    count(joint, `${kind} ${column}`);
    count(byKind, kind);
    count(byColumn, column);
  }
  let information = 0;
  for (const [pair, together] of joint) {
    const [kind, column] = pair.split(" ").map(Number) as [number, number];
    information +=
      (together / total) * Math.log((together * total) / (byKind.get(kind)! * byColumn.get(column)!));
  }
  return information - ((byKind.size - 1) * (byColumn.size - 1)) / (2 * total);
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
