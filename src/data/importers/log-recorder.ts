import { DataError } from "../../errors.ts";
import type { Interaction, Prompt, PromptSplit, Query, QueryFeatures } from "../../types/index.ts";
import type { RunDirectoryWriter } from "../create-run-directory.ts";
import { GrowableColumn } from "../growable-column.ts";
import { interactionSchema, parseRecord, promptSchema, querySchema } from "../record-schemas.ts";
import type { ImportSummary } from "../run-manifest.ts";
import { CompactIndex, textKey } from "./compact-index.ts";
import { PromptSpread } from "./prompt-spread.ts";
import { RepetitionCounter } from "./repetition-counter.ts";

/** Where a record stands in the user's file, for messages. */
export type Place = { readonly file: string; readonly line?: number };

/** A question as a log names it: by id, by its text, or both. */
export interface QueryReference {
  readonly id?: string;
  readonly text?: string;
  readonly answer?: string;
  readonly group?: string;
  /** Told apart by, where there is no id: one text with other features is another question. */
  readonly features?: QueryFeatures;
}

/** A prompt as a log names it: by id, by its template, or both. */
export interface PromptReference {
  readonly id?: string;
  readonly template?: string;
  readonly split?: PromptSplit;
}

/** A known question or prompt. */
export interface Recorded {
  readonly index: number;
  readonly id: string;
}

/** An interaction without its question and prompt; without `repetition` it is counted. */
export type Outcome = Omit<Interaction, "queryId" | "promptId" | "repetition"> & {
  readonly repetition?: number;
};

/** More templates than this are rendered prompts, with the question inside. */
const MAX_PROMPTS = 10_000;
const MAX_MODELS = 1000;

/**
 * Takes a log record by record, in any order, and writes each question and prompt when it first appears. Interactions
 * are never kept; of questions only hashes are, so that memory stays flat.
 */
export class LogRecorder {
  private readonly writer: RunDirectoryWriter;
  private readonly queryPrefix: string;
  private readonly queries = new CompactIndex();
  /** Part of the hash of each question's text, to notice one id with two texts. */
  private readonly queryTexts = new GrowableColumn(new Float64Array(0));
  private readonly promptIndices = new Map<string, Recorded & { readonly template: string }>();
  private readonly promptTemplates = new Map<string, Recorded>();
  private readonly modelIndices = new Map<string, number>();
  private readonly repetitions = new RepetitionCounter();
  private readonly spread = new PromptSpread();
  private interactions = 0;
  private skipped = 0;
  private readonly idsGiven = new Map<"question" | "prompt", boolean>();
  private last: { readonly reference: string; readonly recorded: Recorded } | undefined;

  /** @param queryPrefix of the ids of questions that have none: `<prefix>-0001` … */
  constructor(writer: RunDirectoryWriter, queryPrefix: string) {
    this.writer = writer;
    this.queryPrefix = queryPrefix;
  }

  /**
   * The question a row speaks of, written if it is new. The first row's answer and group are kept.
   * @throws DataError where an id is unknown and comes without a text, or comes with two texts
   */
  async query(reference: QueryReference, place: Place): Promise<Recorded> {
    const { id, text } = reference;
    if (id === undefined && text === undefined) throw new DataError("The row has no question.", place);
    // Logs mostly run through all prompts of one question before the next.
    const name = id === undefined ? `t${text}` : `i${id.length}:${id}${text ?? ""}`;
    if (this.last?.reference === name) return this.last.recorded;
    const key = textKey(id === undefined ? `text:${text}` : `id:${id}`);
    let index = this.queries.get(key);
    const [textHash] = text === undefined ? [undefined] : textKey(text);
    if (index === undefined) {
      if (text === undefined || textHash === undefined)
        throw new DataError(`The question "${id}" is unknown, and the row does not have its text.`, place);
      this.checkIdsGiven("question", id !== undefined, place);
      index = this.queryTexts.length;
      await this.writeQuery({ ...reference, id: id ?? this.queryId(index), text }, place);
      this.queries.set(key, index);
      this.queryTexts.push(textHash);
    } else if (textHash !== undefined && this.queryTexts.get(index) !== textHash)
      throw new DataError(`The question "${id}" has another text than before. Ids must be unique.`, place);
    const recorded = { index, id: id ?? this.queryId(index) };
    this.last = { reference: name, recorded };
    return recorded;
  }

  /**
   * A question from a list of questions.
   * @throws DataError where its id was there before
   */
  async newQuery(query: Query, place: Place): Promise<void> {
    const before = this.queryTexts.length;
    await this.query(query, place);
    if (this.queryTexts.length === before)
      throw new DataError(`The id "${query.id}" stands already on an earlier line.`, place);
  }

  /**
   * The prompt a row speaks of, written if it is new. A prompt without a template is its id's words.
   * @throws DataError where one id has two templates, or there are too many prompts to be templates
   */
  async prompt(reference: PromptReference, place: Place): Promise<Recorded> {
    const { id, template } = reference;
    if (id !== undefined) {
      const known = this.promptIndices.get(id);
      if (known === undefined)
        return this.writePrompt({ id, template: template ?? id, split: reference.split }, place);
      if (template !== undefined && template !== known.template)
        throw new DataError(
          `The prompt "${id}" has another template than before. If the column holds rendered prompts, with the question inside, name another for the template (or the id's own column for both).`,
          place,
        );
      return known;
    }
    if (template === undefined) throw new DataError("The row has no prompt.", place);
    const known = this.promptTemplates.get(template);
    if (known !== undefined) return known;
    const recorded = await this.writePrompt({ id, template, split: reference.split }, place);
    this.promptTemplates.set(template, recorded);
    return recorded;
  }

  /**
   * Writes one interaction.
   * @throws DataError for values out of range, or a repetition that stands already
   */
  async interaction(query: Recorded, prompt: Recorded, outcome: Outcome, place: Place): Promise<void> {
    const model = this.modelIndex(outcome.model, place);
    let { repetition } = outcome;
    const given = repetition !== undefined;
    repetition ??= this.repetitions.next(query.index, prompt.index, model);
    const record = parseRecord(
      interactionSchema,
      { queryId: query.id, promptId: prompt.id, ...outcome, repetition },
      "interaction",
      place,
    );
    if (given && !this.repetitions.claim(query.index, prompt.index, model, repetition))
      throw new DataError(
        `Question "${query.id}", prompt "${prompt.id}", repetition ${repetition} of "${outcome.model}" stands already. Number the repeats 0, 1, 2 …, or leave the column out.`,
        place,
      );
    await this.writer.writeInteraction(record);
    this.spread.add(prompt.index, query.index);
    this.interactions++;
  }

  /**
   * To be asked at the log's end.
   * @param advice what to do about rendered prompts
   * @throws DataError where nearly every prompt was tried on one question only, so that prompts cannot be compared
   */
  checkPromptsAreShared(advice: string, place: Place): void {
    const { prompts, onOneQuestion, isUnlearnable } = this.spread.summarise(this.queryTexts.length);
    if (isUnlearnable)
      throw new DataError(
        `${prompts} prompts were found, ${onOneQuestion === prompts ? "each" : `${onOneQuestion} of them`} tried on one question only (the log has ${this.queryTexts.length} questions). Nothing can be learned of a prompt from one question, and prompts never tried on the same questions cannot be compared. Are these rendered prompts, with the question inside? ${advice}`,
        place,
      );
  }

  /** Counts an entry without a reward. */
  skip(): void {
    this.skipped++;
  }

  /** LLMs seen, in order of appearance. */
  get models(): string[] {
    return [...this.modelIndices.keys()];
  }

  get summary(): ImportSummary {
    return {
      queries: this.repetitions.rows,
      uniqueQueries: this.queryTexts.length,
      prompts: this.promptIndices.size,
      interactions: this.interactions,
      skipped: this.skipped,
    };
  }

  private queryId(index: number): string {
    return numbered(this.queryPrefix, index, 4);
  }

  private async writeQuery(query: Query, place: Place): Promise<void> {
    await this.writer.writeQuery(parseRecord(querySchema, query, "question", place));
  }

  private async writePrompt(
    prompt: { id: string | undefined; template: string; split: PromptSplit | undefined },
    place: Place,
  ): Promise<Recorded & { readonly template: string }> {
    this.checkIdsGiven("prompt", prompt.id !== undefined, place);
    if (this.promptIndices.size >= MAX_PROMPTS)
      throw new DataError(
        `There are more than ${MAX_PROMPTS} different prompts. Does the column hold rendered prompts, with the question inside? Name the prompt's id or template instead.`,
        place,
      );
    const record: Prompt = parseRecord(
      promptSchema,
      {
        id: prompt.id ?? numbered("prompt", this.promptIndices.size, 3),
        template: prompt.template,
        split: prompt.split ?? "training",
      },
      "prompt",
      place,
    );
    await this.writer.writePrompt(record);
    const recorded = { index: this.promptIndices.size, id: record.id, template: record.template };
    this.promptIndices.set(record.id, recorded);
    return recorded;
  }

  /** Given and made-up ids could collide, so a log has one kind. */
  private checkIdsGiven(what: "question" | "prompt", given: boolean, place: Place): void {
    const before = this.idsGiven.get(what);
    if (before === undefined) this.idsGiven.set(what, given);
    else if (before !== given)
      throw new DataError(
        `The ${what} has ${given ? "an" : "no"} id, earlier ones had ${given ? "none" : "one"}. Give all of them ids, or none.`,
        place,
      );
  }

  private modelIndex(model: string, place: Place): number {
    const known = this.modelIndices.get(model);
    if (known !== undefined) return known;
    if (this.modelIndices.size >= MAX_MODELS)
      throw new DataError(`There are more than ${MAX_MODELS} different LLMs; is it the right column?`, place);
    this.modelIndices.set(model, this.modelIndices.size);
    return this.modelIndices.size - 1;
  }
}

function numbered(prefix: string, index: number, digits: number): string {
  return `${prefix}-${String(index + 1).padStart(digits, "0")}`;
}
