export type {
  AnswerKind,
  AnswerMatcher,
  AnswerMatcherName,
  AnswerParts,
  CustomMatcher,
  Grader,
  MatcherOptions,
} from "./answer-matching/index.ts";
export {
  ANSWER_MATCHERS,
  answerKind,
  containsMatch,
  createGrader,
  exactMatch,
  finalNumber,
  isMatcherFile,
  MATCHER_NAMES,
  numericMatch,
  referenceMatch,
} from "./answer-matching/index.ts";
export {
  COLLECT_FOLDER,
  extendAppendableRun,
  prepareAppendableRun,
  readRunSettings,
  replaceInteractions,
  writeManifest,
} from "./appendable-run.ts";
export { syncFolder, writeFileAtomic } from "./atomic-write.ts";
export { checkOutputFile } from "./check-output-file.ts";
export type { CreateRunOptions, RunDirectoryWriter } from "./create-run-directory.ts";
export { createRunDirectory } from "./create-run-directory.ts";
export type { CriticVerdict } from "./critic-verdicts.ts";
export {
  criticFolder,
  criticVerdictSchema,
  readCriticVerdicts,
  VERDICTS_FILE,
} from "./critic-verdicts.ts";
export type { Dataset, DatasetName, PullDatasetOptions, PullSummary } from "./datasets/index.ts";
export { DATASETS, loadGsm8k, loadMawps, loadSvamp, pullDataset } from "./datasets/index.ts";
export { decodeStateAnywhere } from "./decode-state-anywhere.ts";
export type {
  AppendSummary,
  AppendTableOptions,
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
export type { JsonLine, JsonLinesOptions } from "./json-lines.ts";
export { readJsonLines } from "./json-lines.ts";
export { JsonLinesWriter } from "./json-lines-writer.ts";
export { makeFolder } from "./make-folder.ts";
export type { EncodeNpyOptions, NpyArray, NpyDtype, NpyValues } from "./npy.ts";
export { decodeNpy, encodeNpy, readNpy, writeNpy } from "./npy.ts";
export { PACKAGE_VERSION } from "./package-version.ts";
export { pathExists } from "./path-exists.ts";
export { promptfooDatabase, writePromptfooEval } from "./promptfoo-database/write-promptfoo-eval.ts";
export { readById } from "./read-by-id.ts";
export { readConfig } from "./read-config.ts";
export { readCriteriaFile } from "./read-criteria-file.ts";
export { listPromptFiles, readPromptsFile } from "./read-prompts-file.ts";
export type { QueryColumns } from "./read-queries-file.ts";
export { readQueriesFile } from "./read-queries-file.ts";
export type { ReadRewardLogOptions } from "./read-reward-log.ts";
export { readRewardLog } from "./read-reward-log.ts";
export { readYaml } from "./read-yaml.ts";
export { interactionSchema, parseRecord, promptSchema, querySchema } from "./record-schemas.ts";
export type { RunDirectory } from "./run-directory.ts";
export { hashFile, hashRun, openRunDirectory, RUN_FILES } from "./run-directory.ts";
export type { ImportSummary, RunDescription, RunManifest, RunSource, SourceFile } from "./run-manifest.ts";
export { readRunManifest } from "./run-manifest.ts";
export { loadSchema, saveSchema } from "./save-schema.ts";
export type { RunSettings } from "./save-settings.ts";
export { assertSettingsUnchanged, saveSettings } from "./save-settings.ts";
export type { GroupBy, GroupedSplit, LargeForm, LogRows, PaperSplit } from "./splits/index.ts";
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
} from "./splits/index.ts";
export {
  decodeStoredState,
  encodeStoredState,
  readStoredState,
  writeStoredState,
} from "./stored-state-file.ts";
export { isOwnRecords, nameByContent } from "./tables/name-by-content.ts";
export { readFeature } from "./tables/read-features.ts";
export type { TableFormat } from "./tables/table.ts";
export { toIoError } from "./to-io-error.ts";
export type { CommentedPrompt } from "./write-prompts-file.ts";
export { writePromptsFile } from "./write-prompts-file.ts";
