export { countRewards, meanSignal } from "./count-rewards.ts";
export { assignGroupFolds } from "./group-folds.ts";
export { groupedSplit } from "./grouped-split.ts";
export { findLargeForms } from "./large-forms.ts";
export type { LogRows } from "./log-rows.ts";
export { logRows } from "./log-rows.ts";
export { paperSplit } from "./paper-split.ts";
export type { GroupBy } from "./question-groups.ts";
export {
  assignQuestionGroups,
  DEFAULT_GROUP_BY,
  questionFormKey,
  questionTextKey,
} from "./question-groups.ts";
