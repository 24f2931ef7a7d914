import { DataError } from "../../errors.ts";
import { type Interaction, PART_CODES, type Prompt, type Query, type RewardLog } from "../../types/index.ts";
import { GrowableColumn, OptionalColumn } from "../files/growable-column.ts";
import type { CriticVerdict } from "./critic-verdicts.ts";
import type { LogCandidates } from "./log-candidates.ts";

/** What of an answer stands in columns. */
export type ColumnValues = Pick<Interaction, "repetition" | "reward"> & {
  readonly [name in "cost" | "latencyMs" | "propensity" | "confidence" | "critic" | "split"]?:
    | Interaction[name]
    | undefined;
};

/** Columns of a `RewardLog` in the making, and the line each entry came from. */
export class LogColumns {
  private readonly query = new GrowableColumn(new Int32Array(0));
  /** Of the prompt, and once these are known of the candidate; -1 for an entry that is left out. */
  private readonly prompt = new GrowableColumn(new Int32Array(0));
  private readonly llm = new GrowableColumn(new Uint16Array(0));
  private readonly repetition = new GrowableColumn(new Int32Array(0));
  private readonly reward = new GrowableColumn(new Float64Array(0));
  private readonly propensity = new GrowableColumn(new Float64Array(0));
  private hasPropensity = false;
  private readonly part = new GrowableColumn(new Uint8Array(0));
  private readonly confidence = new GrowableColumn(new Float64Array(0));
  private readonly critic = new GrowableColumn(new Float64Array(0));
  private readonly cost = new OptionalColumn();
  private readonly latencyMs = new OptionalColumn();
  private readonly line = new GrowableColumn(new Int32Array(0));

  get length(): number {
    return this.query.length;
  }

  push(query: number, prompt: number, llm: number, interaction: ColumnValues, line: number): void {
    this.query.push(query);
    this.prompt.push(prompt);
    this.llm.push(llm);
    this.cost.push(interaction.cost);
    this.latencyMs.push(interaction.latencyMs);
    this.repetition.push(interaction.repetition);
    this.reward.push(interaction.reward);
    this.propensity.push(interaction.propensity ?? 1);
    if (interaction.propensity !== undefined) this.hasPropensity = true;
    this.part.push(PART_CODES[interaction.split ?? "unknown"]);
    this.confidence.push(interaction.confidence ?? Number.NaN);
    this.critic.push(interaction.critic ?? Number.NaN);
    this.line.push(line);
  }

  /** Prompt, LLM and reward of every entry. */
  *answers(): Generator<{ readonly prompt: number; readonly llm: number; readonly reward: number }> {
    for (let entry = 0; entry < this.length; entry++)
      yield { prompt: this.prompt.get(entry), llm: this.llm.get(entry), reward: this.reward.get(entry) };
  }

  /** Puts candidates in place of prompts. */
  chooseAmong(candidateOf: LogCandidates["candidateOf"]): void {
    for (let entry = 0; entry < this.length; entry++)
      this.prompt.set(entry, candidateOf(this.prompt.get(entry), this.llm.get(entry)));
  }

  /**
   * The entries that are not left out, sorted by question, candidate and repetition.
   * @throws DataError where two of them are equal
   */
  sortedOrder(queries: readonly Query[], prompts: readonly Prompt[], file: string): Int32Array {
    const { query, prompt, repetition, line } = this;
    const compare = (a: number, b: number): number =>
      query.get(a) - query.get(b) || prompt.get(a) - prompt.get(b) || repetition.get(a) - repetition.get(b);
    const order = Int32Array.from({ length: query.length }, (_, index) => index)
      .filter((entry) => prompt.get(entry) >= 0)
      .sort((a, b) => compare(a, b) || a - b);
    for (let position = 1; position < order.length; position++) {
      const first = order[position - 1]!;
      const second = order[position]!;
      if (compare(first, second) !== 0) continue;
      throw new DataError(
        `Query "${queries[query.get(second)]!.id}", prompt "${prompts[prompt.get(second)]!.id}", repetition ${repetition.get(second)} stands already on line ${line.get(first)}. Number the repeats 0, 1, 2 … or remove one.`,
        { file, line: line.get(second) },
      );
    }
    return order;
  }

  /** Puts what the LLM said later of its answers in place of what the log has. Verdicts on other answers are passed over. */
  async takeVerdicts(
    verdicts: AsyncIterable<CriticVerdict>,
    queries: ReadonlyMap<string, number>,
    findColumn: (promptId: string) => number,
  ): Promise<void> {
    let positions: Map<string, number> | undefined;
    for await (const { queryId, promptId, repetition, critic, confidence } of verdicts) {
      positions ??= this.positions();
      const position = positions.get(`${queries.get(queryId)} ${findColumn(promptId)} ${repetition}`);
      if (position === undefined) continue;
      if (critic !== undefined) this.critic.set(position, critic);
      if (confidence !== undefined) this.confidence.set(position, confidence);
    }
  }

  private positions(): Map<string, number> {
    const positions = new Map<string, number>();
    for (let entry = 0; entry < this.query.length; entry++)
      if (this.prompt.get(entry) >= 0)
        positions.set(
          `${this.query.get(entry)} ${this.prompt.get(entry)} ${this.repetition.get(entry)}`,
          entry,
        );
    return positions;
  }

  finish(order: Int32Array): Omit<RewardLog, "queries" | "prompts" | "choose" | "inFiles" | "llm"> {
    const cost = this.cost.at(order);
    const latencyMs = this.latencyMs.at(order);
    return {
      length: order.length,
      queryIndex: Int32Array.from(order, (entry) => this.query.get(entry)),
      promptIndex: Int32Array.from(order, (entry) => this.prompt.get(entry)),
      repetition: Int32Array.from(order, (entry) => this.repetition.get(entry)),
      reward: Float64Array.from(order, (entry) => this.reward.get(entry)),
      ...(this.hasPropensity && {
        propensity: Float64Array.from(order, (entry) => this.propensity.get(entry)),
      }),
      ...(cost !== undefined && { cost }),
      ...(latencyMs !== undefined && { latencyMs }),
      part: Uint8Array.from(order, (entry) => this.part.get(entry)),
      confidence: Float64Array.from(order, (entry) => this.confidence.get(entry)),
      critic: Float64Array.from(order, (entry) => this.critic.get(entry)),
    };
  }
}
