import type { z } from "zod";
import { parseRecord, readJsonLines } from "../../data/index.ts";
import { type CallName, type CallPlan, toKey } from "./call-plan.ts";

/** Which calls have their line in a file of lines that are made from answers. */
export class RecordedCalls {
  count = 0;
  private readonly planned: Uint8Array;
  /** Calls of earlier sessions that are not planned now. */
  private readonly others = new Set<string>();
  private readonly questions = new Set<string>();
  private readonly distinctQuestions = new Set<string>();

  private constructor(private readonly plan: CallPlan) {
    this.planned = new Uint8Array(plan.length);
  }

  /** @throws DataError with file and line where a line is malformed */
  static async read(path: string, schema: z.ZodType<CallName>, plan: CallPlan): Promise<RecordedCalls> {
    const recorded = new RecordedCalls(plan);
    await recorded.readAgain(path, schema);
    return recorded;
  }

  /** Takes in what was added to the file since. */
  async readAgain(path: string, schema: z.ZodType<CallName>): Promise<void> {
    for await (const { line, value } of readJsonLines(path, { tornLastLine: "drop" }))
      this.add(parseRecord(schema, value, "line", { file: path, line }));
  }

  has(name: CallName): boolean {
    const index = this.plan.indexOf(name);
    return index === undefined ? this.others.has(toKey(name)) : this.planned[index] === 1;
  }

  add(name: CallName): void {
    if (this.has(name)) return;
    const index = this.plan.indexOf(name);
    if (index === undefined) this.others.add(toKey(name));
    else this.planned[index] = 1;
    this.count++;
    this.questions.add(`${name.repetition}:${name.queryId}`);
    this.distinctQuestions.add(name.queryId);
  }

  /** Distinct questions, each repetition counted. */
  get questionRows(): number {
    return this.questions.size;
  }

  /** Distinct questions. */
  get uniqueQuestions(): number {
    return this.distinctQuestions.size;
  }
}
