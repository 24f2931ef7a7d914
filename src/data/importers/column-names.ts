import type { TableColumns } from "./table-mapping.ts";

/** Usual names, compared without case, spaces and punctuation; the first that is there is taken. */
export const DEFAULT_NAMES: readonly (readonly [keyof TableColumns, readonly string[]])[] = [
  [
    "query",
    [
      "question",
      "query",
      "querytext",
      "questiontext",
      "userquestion",
      "userquery",
      "input",
      "userinput",
      "inputtext",
      "problem",
      "instruction",
      "usermessage",
      "messages",
      "inputsquestion",
      "inputquestion",
    ],
  ],
  ["queryId", ["queryid", "questionid", "qid", "sampleid", "exampleid", "docid"]],
  ["template", ["template", "prompttemplate", "prompttext", "systemmessage"]],
  ["prompt", ["promptname", "promptid", "promptlabel", "promptalias", "promptkey", "prompt", "variant"]],
  [
    "reward",
    [
      "reward",
      "score",
      "correct",
      "iscorrect",
      "correctness",
      "success",
      "pass",
      "passed",
      "verdict",
      "label",
      "acc",
      "accuracy",
      "exactmatch",
      "answercorrectness",
      "grade",
      "thumbsup",
    ],
  ],
  ["llm", ["model", "modelname", "modelid", "providedmodelname", "llm", "llmname", "provider"]],
  ["repetition", ["repetition", "repetitionnumber", "repeat", "trial", "attempt"]],
  [
    "answer",
    [
      "response",
      "output",
      "completion",
      "generation",
      "prediction",
      "modelanswer",
      "modeloutput",
      "actualoutput",
      "llmanswer",
      "llmoutput",
      "answer",
    ],
  ],
  [
    "goldenAnswer",
    [
      "goldenanswer",
      "goldanswer",
      "gold",
      "golden",
      "target",
      "expected",
      "expectedoutput",
      "expectedanswer",
      "reference",
      "referenceanswer",
      "referenceoutput",
      "groundtruth",
      "correctanswer",
      "answer",
    ],
  ],
  ["cost", ["cost", "totalcost", "costusd"]],
  ["latencyMs", ["latencyms", "durationms"]],
  ["split", ["split", "part"]],
  ["propensity", ["propensity"]],
  ["confidence", ["confidence"]],
  ["critic", ["critic"]],
  ["group", ["group"]],
  ["error", ["error", "errormessage", "exception"]],
  ["finishReason", ["finishreason", "stopreason"]],
];

/** Further names of the question's column, trusted only beside a column of answers: alone they may be an error's. */
export const QUESTIONS_BESIDE_ANSWERS: readonly string[] = ["message", "request"];

/** Further names of the template's column, trusted only beside a column of the prompts' ids. */
export const WORDINGS_BESIDE_IDS: readonly string[] = ["prompt", "instruction", "instructions"];

/** Columns beside a prompt's name that tell its versions apart. */
export const PROMPT_VERSIONS: readonly string[] = [
  "promptversion",
  "promptversionid",
  "promptrevision",
  "promptcommit",
  "promptvariant",
  "templateversion",
  "templatename",
  "promptfile",
  "version",
  "revision",
];

/** Further inputs beside a question, in the order in which they are added to its text. */
export const FURTHER_INPUTS: readonly string[] = [
  "context",
  "contexts",
  "retrievedcontext",
  "retrievedcontexts",
  "document",
  "documents",
  "passage",
  "passages",
  "article",
  "background",
  "choices",
  "options",
  "history",
  "chathistory",
  "conversation",
];

/** Words in names of columns that count, time or describe a call, and never are a question's input or a prompt. */
const METADATA_WORDS: ReadonlySet<string> = new Set(
  (
    "id ids uuid guid idx index row line nr number num count counts total sum turn turns retry retries fallback " +
    "fallbacks token tokens cost price usage time times timestamp date datetime created updated started ended " +
    "latency duration seconds ms epoch epochs run runs seed temperature limit trial attempt " +
    "attempts repeat repetition cached cache hits hit length chars size bytes log logs trace span session user " +
    "customer account error errors warning status code reason comment comments note notes explanation rationale feedback metadata meta tags " +
    "answer response output completion generation prediction completed working message finish stop " +
    "experiment job batch worker host hash checksum"
  ).split(" "),
);

/** A name without case, spaces and punctuation. */
export function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Whether a column is called like something about the call: a counter, a time, an id, an answer. */
export function isMetadataName(name: string): boolean {
  const words = name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => METADATA_WORDS.has(word)) || /^(?:is|has|num|n)$/.test(words[0] ?? "");
}
