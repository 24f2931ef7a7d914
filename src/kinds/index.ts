export type { GroupedQuestions, QuestionKind, QuestionKindsInput } from "./question-kinds.ts";
export { groupQuestions } from "./question-kinds.ts";
