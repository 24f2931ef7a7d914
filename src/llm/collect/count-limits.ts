import { answerKind, parseRecord, readJsonLines } from "../../data/index.ts";
import { journalSchema } from "../calls/journal-records.ts";

/** What limits the answers of a run, over all its sessions. */
export interface AnswerLimits {
  /** Answers that ended at the limit of tokens: their labels are about the limit as much as about the prompt. */
  readonly cutOff: {
    readonly answers: number;
    /** Of these, the ones with nothing in them. */
    readonly empty: number;
    /** Of how many answers. */
    readonly of: number;
    /** By the prompts' ids, only those with any. */
    readonly prompts: { readonly [promptId: string]: { readonly answers: number; readonly of: number } };
  };
  /** Empty answers that were not cut off; they are wrong. */
  readonly emptyAnswers: number;
  /** Answers in which a key that came back was hidden. */
  readonly answersWithHiddenKeys: number;
}

/** @throws DataError with file and line where a record of the journal is malformed */
export async function countLimits(journalFile: string): Promise<AnswerLimits> {
  const byPrompt = new Map<string, { answers: number; of: number }>();
  const cutOff = { answers: 0, empty: 0, of: 0 };
  let emptyAnswers = 0;
  let answersWithHiddenKeys = 0;
  for await (const { line, value } of readJsonLines(journalFile, { tornLastLine: "drop" })) {
    const record = parseRecord(journalSchema, value, "record of the journal", { file: journalFile, line });
    if (record.type !== "answered") continue;
    const { answer: text, finishReason, prompt, hiddenKeys } = record;
    const ofPrompt = byPrompt.get(prompt) ?? { answers: 0, of: 0 };
    byPrompt.set(prompt, ofPrompt);
    cutOff.of++;
    ofPrompt.of++;
    const kind = answerKind({ text, finishReason });
    if (kind === "cut-off") {
      cutOff.answers++;
      ofPrompt.answers++;
      if (text.trim() === "") cutOff.empty++;
    } else if (kind === "empty") emptyAnswers++;
    if (hiddenKeys !== undefined) answersWithHiddenKeys++;
  }
  const prompts = Object.fromEntries([...byPrompt].filter(([, { answers }]) => answers > 0));
  return { cutOff: { ...cutOff, prompts }, emptyAnswers, answersWithHiddenKeys };
}
