import { join } from "node:path";
import { z } from "zod";
import {
  COLLECT_FOLDER,
  parseRecord,
  promptSchema,
  querySchema,
  RUN_FILES,
  type RunDirectory,
  readById,
  readJsonLines,
} from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import { contentHash } from "../../util/index.ts";
import { propensities } from "../allocate/allocation-round.ts";
import type { AllocationRound } from "../allocate/allocation-types.ts";
import { SlotOrder } from "../allocate/slot-order.ts";
import type { CallName } from "../calls/call-plan.ts";

/** Where an adaptive collection keeps its rounds, in the run's folder. */
export const ROUNDS_FILE: string = join(COLLECT_FOLDER, "allocation.jsonl");

const prompt = z.int().min(0);
const roundSchema: z.ZodType<AllocationRound> = z.object({
  firstSlot: z.int().min(0),
  slots: z.int().min(1),
  calls: z.int().min(1),
  rule: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("survivors"), survivors: z.array(prompt).min(1) }),
    z.object({ kind: z.literal("pair"), chances: z.array(z.number().gt(0).lt(1)) }),
  ]),
});

/** What the run's record says of an adaptive collection; see `allocationRecord`. */
const recordSchema = z.object({
  strategySeed: z.int().min(0),
  strategyQuestions: z.string(),
  strategyPrompts: z.string(),
});

/** The rounds of an adaptive collection, and with which probability each call belonged to its round. */
export class DecidedRounds {
  readonly rounds: AllocationRound[] = [];
  private readonly chances: Float64Array[] = [];
  private readonly questions: ReadonlyMap<string, number>;
  private readonly prompts: ReadonlyMap<string, number>;

  /** @param queryIds, promptIds in the order of the collection */
  constructor(
    queryIds: Iterable<string>,
    promptIds: Iterable<string>,
    private readonly order: SlotOrder,
  ) {
    this.questions = new Map(Array.from(queryIds, (id, position) => [id, position]));
    this.prompts = new Map(Array.from(promptIds, (id, position) => [id, position]));
  }

  add(round: AllocationRound): void {
    this.rounds.push(round);
    this.chances.push(propensities(round.rule, this.prompts.size));
  }

  /** Number of slots in all rounds. */
  get slots(): number {
    return countSlots(this.rounds);
  }

  findSlot({ queryId, repetition }: CallName): number | undefined {
    const question = this.questions.get(queryId);
    return question === undefined ? undefined : this.order.findSlot(question, repetition);
  }

  findPosition({ promptId }: CallName): number | undefined {
    return this.prompts.get(promptId);
  }

  /** Probability with which a call was to be made, given all answers of earlier rounds. */
  propensity(name: CallName): number | undefined {
    const slot = this.findSlot(name);
    const position = this.findPosition(name);
    if (slot === undefined || position === undefined) return undefined;
    const round = this.rounds.findIndex(({ firstSlot, slots }) => slot < firstSlot + slots);
    return this.chances[round]?.[position];
  }
}

/** @throws DataError with file and line where a round is malformed */
export async function* readRounds(file: string): AsyncGenerator<AllocationRound, void, void> {
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" }))
    yield parseRecord(roundSchema, value, "round", { file, line });
}

/**
 * Propensities of a collected run's calls; undefined where all calls were to be made.
 * @throws DataError where the run's questions or prompts are not those its rounds were decided for
 */
export async function readPropensities(
  run: RunDirectory,
): Promise<((name: CallName) => number | undefined) | undefined> {
  const { options } = run.manifest.source;
  if (!("strategySeed" in options)) return undefined;
  const record = parseRecord(recordSchema, options, "record of the strategy", { file: run.file("run.json") });
  const queryIds = [...(await readById(run.file(RUN_FILES.queries), querySchema, "query")).keys()];
  const promptIds = [...(await readById(run.file(RUN_FILES.prompts), promptSchema, "prompt")).keys()];
  const file = run.file(ROUNDS_FILE);
  if (
    contentHash(...queryIds) !== record.strategyQuestions ||
    contentHash(...promptIds) !== record.strategyPrompts
  )
    throw new DataError(
      "The run's questions or prompts are not those its rounds were decided for, so that the propensities of its answers are lost. Restore queries.jsonl and prompts.jsonl as collecting left them.",
      { file },
    );
  const rounds: AllocationRound[] = [];
  for await (const round of readRounds(file)) rounds.push(round);
  const repeats = Math.ceil(countSlots(rounds) / queryIds.length);
  const order = new SlotOrder(queryIds.length, repeats, record.strategySeed);
  const decided = new DecidedRounds(queryIds, promptIds, order);
  for (const round of rounds) decided.add(round);
  return (name) => decided.propensity(name);
}

function countSlots(rounds: readonly AllocationRound[]): number {
  const last = rounds.at(-1);
  return last === undefined ? 0 : last.firstSlot + last.slots;
}
