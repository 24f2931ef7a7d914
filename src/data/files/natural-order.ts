/**
 * Compares ids as people order them: digits by their value, all else by code units, the same on every machine.
 * @returns below 0 where `one` comes first
 */
export function compareNaturally(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  let start = at;
  while (start > 0 && isDigit(one, start - 1)) start--;
  if (isDigit(one, start) && isDigit(other, start)) {
    const left = digitsFrom(one, start);
    const right = digitsFrom(other, start);
    // Without leading zeros the longer number is the larger one.
    const difference = left.length - right.length;
    if (difference !== 0) return difference;
    if (left !== right) return left < right ? -1 : 1;
  }
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsFrom(text: string, start: number): string {
  let end = start;
  while (isDigit(text, end)) end++;
  return text.slice(start, end).replace(/^0+(?=\d)/, "");
}
