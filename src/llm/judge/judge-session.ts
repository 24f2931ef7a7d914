import { join } from "node:path";
import { z } from "zod";
import {
  COLLECT_FOLDER,
  extendAppendableRun,
  parseRecord,
  prepareAppendableRun,
  type RunDescription,
  type RunSettings,
  readJsonLines,
  replaceInteractions,
  writeManifest,
} from "../../data/index.ts";
import type { Interaction, Prompt, Query } from "../../types/index.ts";
import { type CallName, toKey } from "../calls/call-plan.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import { makeCalls } from "../calls/make-calls.ts";
import { takeRunLock } from "../calls/run-lock.ts";
import type { JudgementPlan } from "./judgement-plan.ts";

/** What a judge said: a line of `collect/verdicts.jsonl`. */
interface Verdict extends CallName {
  /** In [0, 1]; null where its reply could not be read. */
  readonly value: number | null;
}

const verdictSchema: z.ZodType<Verdict> = z.object({
  queryId: z.string(),
  promptId: z.string(),
  repetition: z.int().min(0),
  value: z.number().min(0).max(1).nullable(),
});

const VERDICTS = join(COLLECT_FOLDER, "verdicts.jsonl");
/** Unreadable replies kept to be shown. */
const EXAMPLES = 3;
const EXAMPLE_END = 200;

/**
 * A run of judged answers in the making. The journal has every call and the judge's replies, `verdicts.jsonl` what they
 * say; both only grow. The labels are made of them at the end, all at once, so that nobody sees labels that are not
 * trusted.
 */
export class JudgeSession {
  /** Ends of some replies of this session that could not be read. */
  readonly unreadableExamples: string[] = [];

  private constructor(
    private readonly directory: string,
    private readonly readReply: (reply: string) => number | null,
    private readonly release: () => Promise<void>,
  ) {}

  /**
   * Begins a run, or goes on with one.
   * @param readReply what a reply says, in [0, 1]; null where it cannot be read
   * @throws ConfigError where the run was begun with other settings, or a question or prompt has changed
   * @throws ExistsError where another process works on it, or something else is there
   */
  static async open(
    path: string,
    settings: RunSettings,
    queries: readonly Query[],
    prompts: readonly Prompt[],
    readReply: (reply: string) => number | null,
  ): Promise<JudgeSession> {
    const directory = await prepareAppendableRun(path);
    const release = await takeRunLock(join(directory, COLLECT_FOLDER, "lock"));
    try {
      await extendAppendableRun(directory, settings, queries, prompts);
    } catch (error) {
      await release();
      throw error;
    }
    return new JudgeSession(directory, readReply, release);
  }

  /**
   * Makes the plan's calls that have no reply yet. Errors are those of `makeCalls`.
   * @param wholePlan all calls of the session, of which these are some
   */
  ask(
    plan: JudgementPlan,
    wholePlan: JudgementPlan,
    maxTokens: number | undefined,
    options: CallOptions,
  ): Promise<CallsSummary> {
    return makeCalls<Verdict>(
      {
        plan,
        wholePlan,
        stage: "judge",
        maxTokens,
        journalFile: join(this.directory, COLLECT_FOLDER, "journal.jsonl"),
        linesFile: join(this.directory, VERDICTS),
        lineSchema: verdictSchema,
        toLine: ({ query: queryId, prompt: promptId, repetition, answer }) => {
          const value = this.readReply(answer);
          if (value === null && this.unreadableExamples.length < EXAMPLES)
            this.unreadableExamples.push(answer.slice(-EXAMPLE_END));
          return { queryId, promptId, repetition, value };
        },
      },
      options,
    );
  }

  /** Everything the judge has said, over all sessions, by `toKey`. */
  async verdicts(): Promise<Map<string, number | null>> {
    const values = new Map<string, number | null>();
    const file = join(this.directory, VERDICTS);
    for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
      const verdict = parseRecord(verdictSchema, value, "verdict", { file, line });
      values.set(toKey(verdict), verdict.value);
    }
    return values;
  }

  /** Makes it a run with these labels, in place of earlier ones. */
  async finish(interactions: readonly Interaction[], description: RunDescription): Promise<void> {
    await replaceInteractions(this.directory, interactions);
    await writeManifest(this.directory, description);
  }

  /** Lets others work on the run. */
  close(): Promise<void> {
    return this.release();
  }
}
