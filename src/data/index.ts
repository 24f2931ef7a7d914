export type { Dataset, DatasetName, PullDatasetOptions, PullSummary } from "./datasets/index.ts";
export { DATASETS, loadGsm8k, loadMawps, loadSvamp, pullDataset } from "./datasets/index.ts";
export { syncFolder, writeFileAtomic } from "./files/atomic-write.ts";
export { decodeStateAnywhere } from "./files/decode-state-anywhere.ts";
export type { JsonLinesOptions } from "./files/json-lines.ts";
export { readJsonLines } from "./files/json-lines.ts";
export { JsonLinesWriter } from "./files/json-lines-writer.ts";
export { makeFolder } from "./files/make-folder.ts";
export type { EncodeNpyOptions, NpyArray, NpyDtype, NpyValues } from "./files/npy.ts";
export { decodeNpy, encodeNpy, readNpy, writeNpy } from "./files/npy.ts";
export { pathExists } from "./files/path-exists.ts";
export { readConfig } from "./files/read-config.ts";
export { readYaml } from "./files/read-yaml.ts";
export {
  decodeStoredState,
  encodeStoredState,
  readStoredState,
  writeStoredState,
} from "./files/stored-state-file.ts";
export { isOwnRecords, nameByContent } from "./files/tables/name-by-content.ts";
export { readFeature } from "./files/tables/read-features.ts";
export { toIoError } from "./files/to-io-error.ts";
export type { GroupBy, LogRows } from "./folds/index.ts";
export {
  assignGroupFolds,
  assignQuestionGroups,
  countRewards,
  DEFAULT_GROUP_BY,
  findLargeForms,
  groupedSplit,
  logRows,
  meanSignal,
  paperSplit,
  questionFormKey,
  questionTextKey,
} from "./folds/index.ts";
export type {
  AnswerKind,
  AnswerMatcher,
  AnswerMatcherName,
  CustomMatcher,
  Grader,
  MatcherOptions,
} from "./grading/index.ts";
export {
  ANSWER_MATCHERS,
  answerKind,
  containsMatch,
  createGrader,
  MATCHER_NAMES,
  numericMatch,
  referenceMatch,
} from "./grading/index.ts";
export type {
  AppendSummary,
  FileConstants,
  FileMeaning,
  ImportJsonlOptions,
  ImportMapping,
  ImportOptions,
  ImportPromptOirlOptions,
  ImportTableOptions,
  LeftOut,
  ReleasedTask,
  RewardCount,
  TableColumns,
  TableConfig,
  TableLayout,
  ToldColumns,
} from "./importers/index.ts";
export {
  appendTable,
  fingerprintFile,
  importJsonl,
  importKey,
  importPromptOirl,
  importTable,
  promptOirlKey,
  readTableConfig,
  tableConfigShape,
} from "./importers/index.ts";
export { PACKAGE_VERSION } from "./package-version.ts";
export { writePromptfooEval } from "./promptfoo-database/write-promptfoo-eval.ts";
export {
  COLLECT_FOLDER,
  extendAppendableRun,
  prepareAppendableRun,
  readRunSettings,
  replaceInteractions,
  writeManifest,
} from "./run/appendable-run.ts";
export { checkOutputFile } from "./run/check-output-file.ts";
export type { RunDirectoryWriter } from "./run/create-run-directory.ts";
export { createRunDirectory } from "./run/create-run-directory.ts";
export type { CriticVerdict } from "./run/critic-verdicts.ts";
export {
  criticFolder,
  criticVerdictSchema,
  readCriticVerdicts,
  VERDICTS_FILE,
} from "./run/critic-verdicts.ts";
export type { LoggedAnswer } from "./run/log-from-answers.ts";
export { logFromAnswers } from "./run/log-from-answers.ts";
export { readById } from "./run/read-by-id.ts";
export { readCriteriaFile } from "./run/read-criteria-file.ts";
export { listPromptFiles, readPromptsFile } from "./run/read-prompts-file.ts";
export type { QueryColumns } from "./run/read-queries-file.ts";
export { readQueriesFile } from "./run/read-queries-file.ts";
export { readRewardLog } from "./run/read-reward-log.ts";
export { interactionSchema, parseRecord, promptSchema, querySchema } from "./run/record-schemas.ts";
export type { RunDirectory } from "./run/run-directory.ts";
export { hashFile, hashRun, openRunDirectory, RUN_FILES } from "./run/run-directory.ts";
export type { ImportSummary, RunDescription, RunManifest, SourceFile } from "./run/run-manifest.ts";
export { readRunManifest } from "./run/run-manifest.ts";
export { loadSchema, saveSchema } from "./run/save-schema.ts";
export type { RunSettings } from "./run/save-settings.ts";
export { assertSettingsUnchanged, saveSettings } from "./run/save-settings.ts";
export { writePromptsFile } from "./run/write-prompts-file.ts";
