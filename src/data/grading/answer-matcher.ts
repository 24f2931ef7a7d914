/**
 * Says whether an LLM's answer is right.
 * @param answer everything the LLM wrote
 * @param goldenAnswer the known answer, as the data set has it
 */
export type AnswerMatcher = (answer: string, goldenAnswer: string) => boolean;
