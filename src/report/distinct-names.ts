import { displayName, plainText } from "./plain-text.ts";

/** Of a name that is cut in its middle, what stays of its end, at least. */
const SHORTEST_END = 2;
/** Of a name that is cut in its middle, what stays of its beginning, at least. */
const SHORTEST_BEGINNING = 3;

/**
 * Shows names in few characters, and apart: names that would look the same cut at the end, as "answer v1" and
 * "answer v2" do, are cut in the middle, so that the end that tells them apart is seen.
 * @param names all that are shown together
 * @param maxLength in visible characters
 */
export function distinctNames(names: readonly string[], maxLength: number): (name: string) => string {
  const different = [...new Set(names)];
  const cutAtEnd = (name: string): string => displayName(name, maxLength);
  const alike = different.filter(
    (name) => different.filter((other) => cutAtEnd(other) === cutAtEnd(name)).length > 1,
  );
  for (let end = SHORTEST_END; end < maxLength - SHORTEST_BEGINNING; end++) {
    const shown = new Map(alike.map((name) => [name, cutInMiddle(name, maxLength, end)]));
    if (new Set(shown.values()).size === alike.length) return (name) => shown.get(name) ?? cutAtEnd(name);
  }
  return cutAtEnd;
}

function cutInMiddle(name: string, maxLength: number, end: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(plainText(name)), ({ segment }) => segment);
  if (characters.length <= maxLength) return displayName(name);
  const beginning = characters.slice(0, maxLength - end - 1).join("");
  return `${beginning.trimEnd()}…${characters.slice(-end).join("")}`;
}
