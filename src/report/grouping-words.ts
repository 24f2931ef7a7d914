/**
 * How questions are told apart, in words.
 * @param groupedBy as `EvaluationResult.groupedBy`
 */
export function groupingWords(groupedBy: string): string {
  if (groupedBy === "text") return "told apart by their text";
  if (groupedBy === "form") return "told apart by their form, numbers masked";
  return `told apart by "${groupedBy}"`;
}
