import { DataError } from "../../errors.ts";
import type { Interaction, Prompt, PromptSplit, Query, QueryFeatures } from "../../types/index.ts";
import { contentHash, quickHash } from "../../util/index.ts";
import { GrowableColumn } from "../files/growable-column.ts";
import type { RunDirectoryWriter } from "../run/create-run-directory.ts";
import {
  interactionSchema,
  isInteraction,
  parseRecord,
  promptSchema,
  querySchema,
} from "../run/record-schemas.ts";
import type { ImportSummary } from "../run/run-manifest.ts";
import { CompactIndex, type KeyPair, textKey } from "./compact-index.ts";
import { GivenRepetitions } from "./given-repetitions.ts";
import type { Place } from "./place.ts";
import { PromptSpread } from "./prompt-spread.ts";
import { RepetitionOrder } from "./repetition-order.ts";

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

/** What the row before said of its question. */
interface LastQuery {
  readonly id: string | undefined;
  readonly said: string | undefined;
  readonly answer: string | undefined;
  readonly group: string | undefined;
  readonly recorded: Recorded;
}

/** What a log numbers or names throughout, or not at all. */
type Identified = "question" | "prompt" | "repetition";

/** More templates than this are rendered prompts, with the question inside. */
const MAX_PROMPTS = 10_000;
const MAX_LLMS = 1000;

/**
 * Takes a log record by record, in any order, and writes each question and prompt when it first appears. Interactions
 * are never kept; of questions only hashes are, so that memory stays flat.
 */
export class LogRecorder {
  private readonly writer: RunDirectoryWriter;
  private readonly numberedQueries: string | null;
  private readonly queries = new CompactIndex();
  /** Part of the hash of each question's text and features, to notice one id with two texts. */
  private readonly queryTexts = new GrowableColumn(new Float64Array(0));
  /** Parts of the hashes of golden answer and group, 0 where there is none, to notice one question with two. */
  private readonly goldenAnswers = new GrowableColumn(new Float64Array(0));
  private readonly groups = new GrowableColumn(new Float64Array(0));
  private readonly promptIndices = new Map<string, Recorded & { readonly template: string }>();
  private readonly promptTemplates = new Map<string, Recorded>();
  private readonly modelIndices = new Map<string, number>();
  private readonly given = new GivenRepetitions();
  private readonly order = new RepetitionOrder();
  private readonly spread = new PromptSpread();
  /** Distinct (question, repetition) pairs of what nobody numbered; known at the end. */
  private countedRows = 0;
  private interactions = 0;
  private skipped = 0;
  /** Questions that came with several golden answers. */
  private readonly contradicted = new Set<number>();
  private readonly idsGiven = new Map<Identified, boolean>();
  private last: LastQuery | undefined;

  /**
   * @param numberedQueries prefix of the ids of questions that have none: `<prefix>-0001` … in order of appearance;
   * null makes ids of what the question says, the same whatever the order
   */
  constructor(writer: RunDirectoryWriter, numberedQueries: string | null = null) {
    this.writer = writer;
    this.numberedQueries = numberedQueries;
  }

  /**
   * The question a row speaks of, written if it is new. Without an id, equal texts with equal features are one.
   * @throws DataError where an id is unknown and comes without a text, or comes with two texts or features; where a
   * question stands in two groups
   */
  query(reference: QueryReference, place: Place): Recorded {
    const { id, text, features, answer, group } = reference;
    if (id === undefined && text === undefined) throw new DataError("The row has no question.", place);
    const said = features === undefined ? text : `${text}\u0000${canonicalJson(features)}`;
    // Logs mostly run through all prompts of one question before the next.
    const { last } = this;
    if (last?.id === id && last?.said === said && last?.answer === answer && last?.group === group)
      return last!.recorded;
    const saidKey = said === undefined ? undefined : textKey(`text:${said}`);
    const key = id === undefined ? saidKey! : textKey(`id:${id}`);
    let index = this.queries.get(key);
    const recordedId = id ?? this.queryId(index ?? this.queryTexts.length, key);
    if (index === undefined) {
      if (text === undefined || saidKey === undefined)
        throw new DataError(`The question "${id}" is unknown, and the row does not have its text.`, place);
      this.checkIdsGiven("question", id !== undefined, place);
      index = this.queryTexts.length;
      this.addQuery({ ...reference, id: recordedId, text }, place);
      this.queries.set(key, index);
      this.queryTexts.push(saidKey[0]);
      this.goldenAnswers.push(shortHash(reference.answer));
      this.groups.push(shortHash(reference.group));
    } else {
      if (saidKey !== undefined && this.queryTexts.get(index) !== saidKey[0])
        throw new DataError(
          `The question "${id}" has another text, or other features, than before. Ids must be unique; leave the column out and equal texts are one question.`,
          place,
        );
      this.checkSame(index, reference, place);
    }
    const recorded = { index, id: recordedId };
    this.last = { id, said, answer, group, recorded };
    return recorded;
  }

  /**
   * A question from a list of questions.
   * @throws DataError where its id was there before
   */
  newQuery(query: Query, place: Place): void {
    const before = this.queryTexts.length;
    this.query(query, place);
    if (this.queryTexts.length === before)
      throw new DataError(`The id "${query.id}" stands already on an earlier line.`, place);
  }

  /**
   * The prompt a row speaks of, written if it is new. A prompt without a template is its id's words.
   * @throws DataError where one id has two templates, or there are too many prompts to be templates
   */
  prompt(reference: PromptReference, place: Place): Recorded {
    const { id, template } = reference;
    if (id !== undefined) {
      const known = this.promptIndices.get(id);
      if (known === undefined)
        return this.addPrompt({ id, template: template ?? id, split: reference.split }, place);
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
    const recorded = this.addPrompt({ id, template, split: reference.split }, place);
    this.promptTemplates.set(template, recorded);
    return recorded;
  }

  /**
   * Writes one interaction.
   * @param rowHash of the whole row where several prompts share one, so that their repeats stay side by side; by default
   * repeats are ordered by what each holds
   * @throws DataError for values out of range, or a repetition that stands already
   */
  interaction(query: Recorded, prompt: Recorded, outcome: Outcome, place: Place, rowHash?: number): void {
    const llm = this.llmIndex(outcome.llm, place);
    const { repetition } = outcome;
    this.checkIdsGiven("repetition", repetition !== undefined, place);
    const record = toInteraction(query.id, prompt.id, repetition ?? 0, outcome);
    // Checked by comparisons, since logs have millions; where these fail, the schema says what is wrong.
    if (!isInteraction(record)) parseRecord(interactionSchema, record, "interaction", place);
    if (repetition !== undefined && !this.given.claim(query.index, prompt.index, llm, repetition))
      throw new DataError(
        `Question "${query.id}", prompt "${prompt.id}", repetition ${repetition} of "${outcome.llm}" stands already. Number the repeats 0, 1, 2 …, or leave the column out.`,
        place,
      );
    const json = JSON.stringify(record);
    if (repetition === undefined)
      this.order.add(query.index, prompt.index * MAX_LLMS + llm, rowHash ?? quickHash(json));
    this.writer.addInteraction(record, json);
    this.spread.add(prompt.index, query.index);
    this.interactions++;
  }

  /**
   * To be asked at the log's end.
   * @param advice what to do about rendered prompts
   * @throws DataError where nearly every prompt was tried on one question only, so that prompts cannot be compared
   */
  checkPromptsAreShared(advice: string, place: Place): void {
    const { prompts, onOneQuestion, isUnlearnable } = this.spread.summarize(this.queryTexts.length);
    if (isUnlearnable)
      throw new DataError(
        `${prompts} prompts were found, ${onOneQuestion === prompts ? "each" : `${onOneQuestion} of them`} tried on one question only (the log has ${this.queryTexts.length} questions). Nothing can be learned of a prompt from one question, and prompts never tried on the same questions cannot be compared. Are these rendered prompts, with the question inside? ${advice}`,
        place,
      );
  }

  /** Hands on what has gathered in memory; to be awaited every some hundred records. */
  drain(): Promise<void> {
    return this.writer.drain();
  }

  /** To be called at the log's end: numbers repeats that had no numbers, whatever the order of rows was. */
  async settleRepetitions(): Promise<void> {
    const { rows, numbers } = this.order.settle();
    this.countedRows = rows;
    if (numbers !== null) await this.writer.renumberInteractions(numbers);
  }

  /** Whether nothing was recorded of this id yet, or the same text. */
  isNewOrSame(id: string, text: string, features: QueryFeatures | undefined): boolean {
    const index = this.queries.get(textKey(`id:${id}`));
    const said = features === undefined ? text : `${text}\u0000${canonicalJson(features)}`;
    return index === undefined || this.queryTexts.get(index) === textKey(`text:${said}`)[0];
  }

  /** How many questions came with several golden answers, of which the first was kept. */
  get contradictedAnswers(): number {
    return this.contradicted.size;
  }

  /** Counts an entry without a reward. */
  skip(): void {
    this.skipped++;
  }

  /** LLMs seen, in order of their names, so that the order of rows does not matter. */
  get llms(): string[] {
    return [...this.modelIndices.keys()].sort();
  }

  /** To be asked once repetitions are settled. */
  get summary(): ImportSummary {
    return {
      queries: this.given.rows + this.countedRows,
      uniqueQueries: this.queryTexts.length,
      prompts: this.promptIndices.size,
      interactions: this.interactions,
      skipped: this.skipped,
    };
  }

  private queryId(index: number, key: KeyPair): string {
    if (this.numberedQueries !== null) return `${this.numberedQueries}-${String(index + 1).padStart(4, "0")}`;
    return `q-${key[0].toString(16).padStart(14, "0")}${(key[1] % 4096).toString(16).padStart(3, "0")}`;
  }

  private checkSame(index: number, { answer, group }: QueryReference, place: Place): void {
    const golden = shortHash(answer);
    const knownGolden = this.goldenAnswers.get(index);
    if (golden !== 0 && knownGolden !== 0 && golden !== knownGolden) this.contradicted.add(index);
    const hash = shortHash(group);
    const known = this.groups.get(index);
    if (hash !== 0 && known !== 0 && hash !== known)
      throw new DataError(
        `The question stands in group ${JSON.stringify(group)}, and in another on an earlier row. A question has one group.`,
        place,
      );
  }

  private addQuery(query: Query, place: Place): void {
    this.writer.addQuery(parseRecord(querySchema, query, "question", place));
  }

  private addPrompt(
    prompt: { id: string | undefined; template: string; split: PromptSplit | undefined },
    place: Place,
  ): Recorded & { readonly template: string } {
    this.checkIdsGiven("prompt", prompt.id !== undefined, place);
    if (this.promptIndices.size >= MAX_PROMPTS)
      throw new DataError(
        `There are more than ${MAX_PROMPTS} different prompts. Does the column hold rendered prompts, with the question inside? Name the prompt's id or template instead.`,
        place,
      );
    const record: Prompt = parseRecord(
      promptSchema,
      {
        id: prompt.id ?? derivePromptId(prompt.template),
        template: prompt.template,
        split: prompt.split ?? "training",
      },
      "prompt",
      place,
    );
    this.writer.addPrompt(record);
    const recorded = { index: this.promptIndices.size, id: record.id, template: record.template };
    this.promptIndices.set(record.id, recorded);
    return recorded;
  }

  /** Given and made-up ids, or numbers, could collide, so a log has one kind. */
  private checkIdsGiven(what: Identified, given: boolean, place: Place): void {
    const noun = what === "repetition" ? "number" : "id";
    const before = this.idsGiven.get(what);
    if (before === undefined) this.idsGiven.set(what, given);
    else if (before !== given)
      throw new DataError(
        `The ${what} has ${given ? "its" : "no"} ${noun}, earlier ones had ${given ? "none" : "one"}. Give all of them ${noun}s, or none.`,
        place,
      );
  }

  private llmIndex(llm: string, place: Place): number {
    const known = this.modelIndices.get(llm);
    if (known !== undefined) return known;
    if (this.modelIndices.size >= MAX_LLMS)
      throw new DataError(`There are more than ${MAX_LLMS} different LLMs; is it the right column?`, place);
    this.modelIndices.set(llm, this.modelIndices.size);
    return this.modelIndices.size - 1;
  }
}

/** The fields in the order of the schema. */
function toInteraction(
  queryId: string,
  promptId: string,
  repetition: number,
  { llm, reward, answer, cost, latencyMs, split, propensity, confidence, critic }: Outcome,
): Interaction {
  const record: { -readonly [key in keyof Interaction]: Interaction[key] } = {
    queryId,
    promptId,
    llm,
    repetition,
    reward,
  };
  if (answer !== undefined) record.answer = answer;
  if (cost !== undefined) record.cost = cost;
  if (latencyMs !== undefined) record.latencyMs = latencyMs;
  if (split !== undefined) record.split = split;
  if (propensity !== undefined) record.propensity = propensity;
  if (confidence !== undefined) record.confidence = confidence;
  if (critic !== undefined) record.critic = critic;
  return record;
}

/** A prompt's id made of its wording: its first words, and a part of its hash. */
function derivePromptId(template: string): string {
  const words = template.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const start = words.slice(0, 4).join("-").slice(0, 32).replace(/-$/, "");
  const hash = contentHash(template).slice(0, 8);
  return start === "" ? `prompt-${hash}` : `${start}-${hash}`;
}

function shortHash(text: string | undefined): number {
  return text === undefined ? 0 : textKey(text)[0];
}

function canonicalJson(features: QueryFeatures): string {
  return JSON.stringify(Object.entries(features).sort(([one], [other]) => (one < other ? -1 : 1)));
}
