import { ConfigError } from "../../errors.ts";
import type { ColumnFinding } from "./column-watch.ts";
import type { LogFindings } from "./log-findings.ts";
import type { MappingRevision, TableColumns, TableMapping } from "./table-mapping.ts";

/** Of the values that a question has in a column, the share that several prompts must have met, were it an input. */
const SHARED = 0.5;

/**
 * What the whole log taught of the guesses.
 * @returns what to read it again with; null where nothing was contradicted
 * @throws ConfigError where rows of one question and prompt differ in a column that looks like an input
 */
export function reviseMapping(
  mapping: TableMapping,
  findings: LogFindings,
  known: MappingRevision,
  onWarning: (message: string) => void,
): MappingRevision | null {
  const { dropped, droppedInputs, added } = contradictions(mapping, findings, onWarning);
  const wordingIds = wordingsApart(mapping, findings, known, dropped, onWarning);
  if (dropped.size > 0 || droppedInputs.length > 0 || added.length > 0 || wordingIds !== null)
    return {
      dropped: new Set([...known.dropped, ...dropped]),
      droppedInputs: new Set([...known.droppedInputs, ...droppedInputs]),
      addedPromptColumns: [...known.addedPromptColumns, ...added],
      wordingIds: wordingIds ?? known.wordingIds,
    };
  const unsettled = findings.columns.filter(looksLikeInput);
  if (unsettled.length > 0) throw differing(mapping, unsettled);
  return null;
}

function contradictions(
  mapping: TableMapping,
  findings: LogFindings,
  onWarning: (message: string) => void,
): { dropped: Set<keyof TableColumns>; droppedInputs: string[]; added: string[] } {
  const dropped = new Set<keyof TableColumns>();
  for (const [key, why] of findings.dropped) {
    dropped.add(key);
    onWarning(
      `Column "${mapping.columns[key]}" is not taken for what its name says (${key}): ${why}. Where it is, name it by a flag.`,
    );
  }
  if (mapping.guessed.has("queryId") && findings.rowIds.areOfRows) {
    dropped.add("queryId");
    onWarning(
      `Column "${mapping.columns.queryId}" is not taken as the questions' ids: each row has its own, though questions come again. Equal inputs are one question.`,
    );
  }
  // What was retrieved for an answer differs from prompt to prompt, and would make every answer a question of its own.
  const droppedInputs = findings.guessedInputs
    .filter(({ shared }) => shared !== null && shared < 1 - SHARED)
    .map(({ column }) => column);
  for (const column of droppedInputs)
    onWarning(
      `Column "${column}" is not taken as an input: it differs from prompt to prompt, as what is retrieved for an answer does. Where it is one, say --input-columns ${column}.`,
    );
  const added = findings.companionsApart;
  for (const column of added)
    onWarning(
      `Column "${column}" differs between rows of one prompt, so it is taken as a part of the prompt's id.`,
    );
  return { dropped, droppedInputs, added };
}

/** @returns ids by wording, where labels with several were found that are not known yet */
function wordingsApart(
  mapping: TableMapping,
  { wordings }: LogFindings,
  known: MappingRevision,
  dropped: Set<keyof TableColumns>,
  onWarning: (message: string) => void,
): Map<string, string> | null {
  if (known.wordingIds.size > 0 || wordings.several.length === 0) return null;
  const { template } = mapping.columns;
  const label = mapping.parts.prompt.join(", ");
  if (!wordings.areRendered) {
    const [first] = wordings.several;
    onWarning(
      `The prompt "${first}" has several wordings in column "${template}"; they are kept apart as "${first}", "${first} (2)" …`,
    );
    return wordings.ids();
  }
  if (!mapping.guessed.has("template"))
    throw new ConfigError(
      `Column "${template}" has many wordings of one "${label}"; are these rendered prompts, with the question inside? Name another column for the wording by --template-column, or leave it out.`,
    );
  dropped.add("template");
  onWarning(
    `Column "${template}" is not taken as the prompts' wording: it differs between rows of one "${label}", as prompts with the question inside do. Name the wording's column by --template-column.`,
  );
  return null;
}

/** Whether a column differs where nothing else does, and several prompts were tried on its values. */
function looksLikeInput({ differs, shared, isNumeric }: ColumnFinding): boolean {
  if (!differs) return false;
  return shared === null ? !isNumeric : shared >= SHARED;
}

function differing(mapping: TableMapping, findings: readonly ColumnFinding[]): ConfigError {
  const names = findings.map(({ column }) => column);
  const quoted = names.map((name) => `"${name}"`).join(", ");
  const list = names.join(",");
  const inputs = mapping.parts.query.map((name) => `"${name}"`).join(", ");
  return new ConfigError(
    `Rows of one question (${inputs}) and one prompt differ in ${quoted}, which nothing says the meaning of. If it belongs to the question, say --input-columns ${list}; if it tells prompts apart, --prompt-column with both columns and a comma between them; if one answer stands on several rows, choose some by --where '${names[0]} == "…"'; if it means nothing here, --ignore-columns ${list}.`,
    { columns: names },
  );
}
