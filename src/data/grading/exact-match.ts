/** The answer is the golden answer, apart from space around and within it and from Unicode composition. */
export function exactMatch(answer: string, goldenAnswer: string): boolean {
  return folded(answer) === folded(goldenAnswer);
}

function folded(text: string): string {
  return text.normalize("NFC").trim().replaceAll(/\s+/g, " ");
}
