import { type ImportSummary, interactionSchema, parseRecord, readJsonLines } from "../../data/index.ts";
import type { CallPlan } from "./call-plan.ts";
import type { CollectOptions } from "./collect-types.ts";
import { CALL_STATE, type JournalState } from "./journal-state.ts";

/** Which calls have their line in `interactions.jsonl`. */
export class RecordedInteractions {
  count = 0;
  private readonly planned: Uint8Array;
  /** Calls of earlier sessions that are not planned now. */
  private readonly others = new Set<string>();
  private readonly rows = new Set<string>();
  private readonly queries = new Set<string>();

  private constructor(private readonly plan: CallPlan) {
    this.planned = new Uint8Array(plan.length);
  }

  /** @throws DataError with file and line where a line is malformed */
  static async read(path: string, plan: CallPlan): Promise<RecordedInteractions> {
    const recorded = new RecordedInteractions(plan);
    await recorded.readAgain(path);
    return recorded;
  }

  /** Takes in what was added to the file since. */
  async readAgain(path: string): Promise<void> {
    for await (const { line, value } of readJsonLines(path, { tornLastLine: "drop" })) {
      const interaction = parseRecord(interactionSchema, value, "interaction", { file: path, line });
      this.add(interaction.queryId, interaction.promptId, interaction.repetition);
    }
  }

  has(queryId: string, promptId: string, repetition: number): boolean {
    const index = this.plan.indexOf(queryId, promptId, repetition);
    return index === undefined
      ? this.others.has(keyOf(queryId, promptId, repetition))
      : this.planned[index] === 1;
  }

  add(queryId: string, promptId: string, repetition: number): void {
    if (this.has(queryId, promptId, repetition)) return;
    const index = this.plan.indexOf(queryId, promptId, repetition);
    if (index === undefined) this.others.add(keyOf(queryId, promptId, repetition));
    else this.planned[index] = 1;
    this.count++;
    this.rows.add(`${repetition}:${queryId}`);
    this.queries.add(queryId);
  }

  /** Counts for `run.json`. */
  summary({ prompts }: CollectOptions, { states }: JournalState): ImportSummary {
    let failed = 0;
    for (const state of states) if (state === CALL_STATE.failed) failed++;
    return {
      queries: this.rows.size,
      uniqueQueries: this.queries.size,
      prompts: prompts.length,
      interactions: this.count,
      skipped: failed,
    };
  }
}

function keyOf(queryId: string, promptId: string, repetition: number): string {
  return JSON.stringify([queryId, promptId, repetition]);
}
