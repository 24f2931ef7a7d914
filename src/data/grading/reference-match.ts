/** The reference implementation's pattern of a number. */
const REFERENCE_NUMBER = /\d*\.?\d+/g;

/**
 * The rule behind the released labels of Prompt-OIRL (holarissun/Prompt-OIRL): the last number of the answer equals
 * the last number of the golden answer. It reads `1,000` as 0, `-5` as 5 and `5.` as 5; use `numericMatch` for new
 * logs.
 */
export function referenceMatch(answer: string, goldenAnswer: string): boolean {
  const expected = lastNumber(goldenAnswer);
  return expected !== undefined && lastNumber(answer) === expected;
}

function lastNumber(text: string): number | undefined {
  const last = text.match(REFERENCE_NUMBER)?.at(-1);
  return last === undefined ? undefined : Number.parseFloat(last);
}
