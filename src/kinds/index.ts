export type { GroupedQuestions, QuestionKind } from "./question-kinds.ts";
export { groupQuestions } from "./question-kinds.ts";
