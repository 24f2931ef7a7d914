import { existsSync } from "node:fs";
import { JsonLinesWriter } from "../../data/index.ts";
import { ConfigError, UsageError } from "../../errors.ts";
import type { Interaction } from "../../types/index.ts";
import { promptsOfSlot } from "../allocate/allocation-round.ts";
import type { AllocationRound, AllocationSettings } from "../allocate/allocation-types.ts";
import { type AllocationSummary, describeAllocation } from "../allocate/describe-allocation.ts";
import { nextRound } from "../allocate/next-round.ts";
import { SlotOrder } from "../allocate/slot-order.ts";
import type { CallName, CallPlan } from "../calls/call-plan.ts";
import type { CallJob, CallOptions, CallsSummary } from "../calls/calls-types.ts";
import { makeCalls } from "../calls/make-calls.ts";
import type { CollectPlan } from "./collect-plan.ts";
import { DecidedRounds, readRounds } from "./decided-rounds.ts";
import { SelectedCalls } from "./selected-calls.ts";

/**
 * The calls of an adaptive collection, round by round. A round stands in its file before its first call is sent, so that
 * a later session goes on with it as it was decided, whatever became of its calls.
 */
export class AllocatedCalls {
  private readonly order: SlotOrder;
  private readonly decided: DecidedRounds;

  private constructor(
    private readonly plan: CollectPlan,
    private readonly settings: AllocationSettings,
    private readonly roundsFile: string,
  ) {
    this.order = new SlotOrder(settings.questions, settings.repeats, settings.seed);
    this.decided = new DecidedRounds(
      plan.queries.map(({ id }) => id),
      plan.prompts.map(({ id }) => id),
      this.order,
    );
  }

  /**
   * Begins, or goes on with what the file says.
   * @throws DataError with file and line where a round is malformed
   * @throws ConfigError where earlier rounds asked questions more often than is allowed now
   */
  static async open(
    plan: CollectPlan,
    settings: AllocationSettings,
    roundsFile: string,
  ): Promise<AllocatedCalls> {
    // Makes the file, and cuts off what a killed process left of a line.
    await (await JsonLinesWriter.append(roundsFile)).close();
    return AllocatedCalls.read(plan, settings, roundsFile);
  }

  /** What the file says, which stays as it is, and may be missing. Errors are those of `open`. */
  static async read(
    plan: CollectPlan,
    settings: AllocationSettings,
    roundsFile: string,
  ): Promise<AllocatedCalls> {
    const allocated = new AllocatedCalls(plan, settings, roundsFile);
    if (!existsSync(roundsFile)) return allocated;
    for await (const round of readRounds(roundsFile)) allocated.decided.add(round);
    if (allocated.decided.slots > allocated.order.length)
      throw new ConfigError(
        `The run was begun with more repeats than ${settings.repeats}: call it with as many as before, or more.`,
        { file: roundsFile },
      );
    return allocated;
  }

  /** Probability with which a call was to be made, given all answers of earlier rounds. */
  propensity(name: CallName): number | undefined {
    return this.decided.propensity(name);
  }

  /**
   * Most calls there will be, those of earlier rounds included.
   * @param readAnswers all interactions so far
   * @throws UsageError where not one slot fits
   */
  async mostCalls(readAnswers: () => AsyncIterable<Interaction>): Promise<number> {
    const { rounds } = this.decided;
    const rewards = rounds.length === 0 ? [] : await this.rewardsSoFar(readAnswers());
    const decided = rounds.reduce((sum, { calls }) => sum + calls, 0);
    if (nextRound(this.settings, rounds, rewards) !== undefined) return this.settings.calls;
    if (decided === 0) throw this.tooFewCalls();
    return decided;
  }

  /**
   * Makes the calls of all rounds, deciding each from the answers before.
   * @param jobFor what becomes of the answers of a plan
   * @param readAnswers all interactions so far
   */
  async make(
    jobFor: (plan: CallPlan) => CallJob<Interaction>,
    readAnswers: () => AsyncIterable<Interaction>,
    options: CallOptions,
  ): Promise<CallsSummary & { readonly allocation: AllocationSummary }> {
    const told = new Set<string>();
    const onWarning = (message: string): void => {
      // Each round finds the same calls of unknown outcome.
      if (!told.has(message)) options.onWarning?.(message);
      told.add(message);
    };
    let summary: CallsSummary | undefined;
    /** The first session goes on with all rounds there are. */
    let begin = 0;
    for (;;) {
      if (begin === this.decided.rounds.length) {
        const rewards = await this.rewardsSoFar(readAnswers());
        const round = nextRound(this.settings, this.decided.rounds, rewards);
        if (round === undefined) break;
        await this.keep(round);
      }
      const plan = this.planRounds(this.decided.rounds.slice(begin));
      const before = summary;
      const found = await makeCalls(
        { ...jobFor(plan), wholePlan: this.plan },
        {
          ...options,
          ...this.progress(options, before),
          onWarning,
        },
      );
      summary = before === undefined ? found : joinSummaries(before, found);
      begin = this.decided.rounds.length;
      if (found.ended !== "complete") break;
    }
    if (summary === undefined) throw this.tooFewCalls();
    const rewards = await this.rewardsSoFar(readAnswers());
    const promptIds = this.plan.prompts.map(({ id }) => id);
    return {
      ...summary,
      allocation: describeAllocation(this.settings, this.decided.rounds, rewards, promptIds),
    };
  }

  private tooFewCalls(): UsageError {
    const { calls, prompts } = this.settings;
    return new UsageError(
      `${calls} calls do not suffice to ask one question with each of ${prompts} prompts. Raise --calls.`,
    );
  }

  private async keep(round: AllocationRound): Promise<void> {
    const file = await JsonLinesWriter.append(this.roundsFile);
    try {
      await file.write(round);
    } finally {
      await file.close();
    }
    this.decided.add(round);
  }

  private planRounds(rounds: readonly AllocationRound[]): CallPlan {
    const names: CallName[] = [];
    for (const { firstSlot, slots, rule } of rounds)
      for (let slot = firstSlot; slot < firstSlot + slots; slot++)
        for (const position of promptsOfSlot(this.settings, rule, slot))
          names.push({
            queryId: this.plan.queries[this.order.question(slot)]!.id,
            promptId: this.plan.prompts[position]!.id,
            repetition: this.order.repetition(slot),
          });
    return new SelectedCalls(this.plan, names);
  }

  private async rewardsSoFar(answers: AsyncIterable<Interaction>): Promise<Float64Array[]> {
    const { slots } = this.decided;
    const rewards = Array.from({ length: slots }, () =>
      new Float64Array(this.settings.prompts).fill(Number.NaN),
    );
    for await (const interaction of answers) {
      const slot = this.decided.findSlot(interaction);
      const position = this.decided.findPosition(interaction);
      if (slot === undefined || position === undefined || slot >= slots) continue;
      rewards[slot]![position] = interaction.reward;
    }
    return rewards;
  }

  /** Progress over all rounds, though later ones are not known yet. */
  private progress(
    { onProgress, onStatus }: CallOptions,
    before: CallsSummary | undefined,
  ): Pick<CallOptions, "onProgress" | "onStatus"> {
    const done = before === undefined ? 0 : before.calls.answeredBefore + before.calls.answered;
    const total = (ofRound: number): number => Math.max(this.settings.calls, done + ofRound);
    return {
      ...(onProgress !== undefined && {
        onProgress: (stage, doneOfRound, ofRound) => onProgress(stage, done + doneOfRound, total(ofRound)),
      }),
      ...(onStatus !== undefined && {
        onStatus: (status) => onStatus({ ...status, done: done + status.done, total: total(status.total) }),
      }),
    };
  }
}

/** What two rounds of one session did together. */
function joinSummaries(before: CallsSummary, after: CallsSummary): CallsSummary {
  return {
    ...(before.lastFailure !== undefined && { lastFailure: before.lastFailure }),
    ...after,
    calls: {
      planned: before.calls.planned + after.calls.planned,
      answeredBefore: before.calls.answeredBefore + after.calls.answeredBefore,
      answered: before.calls.answered + after.calls.answered,
      failed: before.calls.failed + after.calls.failed,
      held: before.calls.held + after.calls.held,
      remaining: before.calls.remaining + after.calls.remaining,
      attempts: before.calls.attempts + after.calls.attempts,
    },
    unknown: before.unknown,
    tokens: {
      input: before.tokens.input + after.tokens.input,
      output: before.tokens.output + after.tokens.output,
    },
  };
}
