import { join } from "node:path";
import { z } from "zod";
import { COLLECT_FOLDER, parseRecord, prepareAppendableRun, readJsonLines } from "../../data/index.ts";
import type { CallName } from "../calls/call-plan.ts";
import type { CallOptions, CallsSummary } from "../calls/calls-types.ts";
import { checkCallOptions } from "../calls/check-call-options.ts";
import { makeCalls } from "../calls/make-calls.ts";
import { type CallsAhead, type CallsAheadOptions, remainingCalls } from "../calls/remaining-calls.ts";
import { takeRunLock } from "../calls/run-lock.ts";
import { parseProposals } from "./parse-proposals.ts";
import type { ProposalBrief } from "./proposal-brief.ts";
import { ProposalPlan, type ProposalRequest } from "./proposal-plan.ts";

/** A brief whose reply cannot be read is put so many times in all. */
const MAX_REQUESTS = 3;
const REPLIES_FILE = "replies.jsonl";

/** Prompts are asked for with these. */
export interface ProposePromptsOptions extends CallOptions {
  /** Folder of a growing run, made where it is missing; its journal holds these calls and those of collecting alike. */
  readonly run: string;
  readonly briefs: readonly ProposalBrief[];
}

/** A prompt as an LLM proposed it. */
export interface Proposal {
  readonly briefId: string;
  readonly template: string;
}

/** A reply without a single prompt in the form that was asked for. */
export interface UnreadableReply {
  readonly briefId: string;
  readonly text: string;
}

/** What came of asking for prompts. */
export interface ProposedPrompts {
  readonly proposals: readonly Proposal[];
  readonly unreadable: readonly UnreadableReply[];
  /** Of the last calls; cost and possible cost are the whole journal's. */
  readonly summary: CallsSummary;
}

/** A line of `collect/replies.jsonl`. */
interface ReplyLine extends CallName {
  readonly reply: string;
}

const replySchema: z.ZodType<ReplyLine> = z.object({
  queryId: z.string(),
  promptId: z.string(),
  repetition: z.int().min(0),
  reply: z.string(),
});

/**
 * Asks an LLM for prompts, a call a brief, and again, told so, where a reply cannot be read, up to three times. Killed at any
 * moment, the next call goes on; the same briefs again cost nothing.
 * @throws UsageError for impossible options, before anything is sent
 * @throws ExistsError where another process works in the folder, or it is no growing run
 * @throws LlmError where calls keep failing; AbortedError when the signal fires; IoError where nothing can be written
 */
export async function proposePrompts(options: ProposePromptsOptions): Promise<ProposedPrompts> {
  checkCallOptions(options, true);
  const directory = await prepareAppendableRun(options.run);
  const release = await takeRunLock(join(directory, COLLECT_FOLDER, "lock"));
  try {
    const proposals: Proposal[] = [];
    const unreadable: UnreadableReply[] = [];
    let requests: readonly ProposalRequest[] = options.briefs.map((brief) => ({ brief, repetition: 0 }));
    for (;;) {
      const plan = new ProposalPlan(requests);
      const summary = await askAll(directory, plan, options);
      const replies = await readReplies(directory, plan);
      const again: ProposalRequest[] = [];
      for (const [index, reply] of replies) {
        const { brief, repetition } = requests[index]!;
        const templates = parseProposals(reply);
        for (const template of templates) proposals.push({ briefId: brief.id, template });
        if (templates.length > 0) continue;
        unreadable.push({ briefId: brief.id, text: reply });
        if (repetition + 1 < MAX_REQUESTS)
          again.push({ brief, repetition: repetition + 1, unreadable: reply });
      }
      if (again.length === 0 || summary.ended === "max-cost") return { proposals, unreadable, summary };
      requests = again;
    }
  } finally {
    await release();
  }
}

/**
 * What asking once for each brief takes, earlier sessions taken into account; changes nothing.
 * @param run as of `proposePrompts`
 */
export function planProposalCalls(
  run: string,
  briefs: readonly ProposalBrief[],
  options: CallsAheadOptions,
): Promise<CallsAhead> {
  const plan = new ProposalPlan(briefs.map((brief) => ({ brief, repetition: 0 })));
  return remainingCalls(plan, join(run, COLLECT_FOLDER, "journal.jsonl"), options);
}

function askAll(directory: string, plan: ProposalPlan, options: CallOptions): Promise<CallsSummary> {
  return makeCalls<ReplyLine>(
    {
      plan,
      stage: "proposals",
      maxTokens: undefined,
      journalFile: join(directory, COLLECT_FOLDER, "journal.jsonl"),
      linesFile: join(directory, COLLECT_FOLDER, REPLIES_FILE),
      lineSchema: replySchema,
      // The journal holds answers to questions too; they have lines of their own.
      toLine: ({ query: queryId, prompt: promptId, repetition, answer }) =>
        plan.indexOf({ queryId, promptId, repetition }) === undefined
          ? undefined
          : { queryId, promptId, repetition, reply: answer },
    },
    options,
  );
}

/** Replies to a plan's calls by their position, in its order. */
async function readReplies(directory: string, plan: ProposalPlan): Promise<[number, string][]> {
  const file = join(directory, COLLECT_FOLDER, REPLIES_FILE);
  const replies = new Map<number, string>();
  for await (const { line, value } of readJsonLines(file, { tornLastLine: "drop" })) {
    const found = parseRecord(replySchema, value, "reply", { file, line });
    const index = plan.indexOf(found);
    if (index !== undefined) replies.set(index, found.reply);
  }
  return [...replies].sort(([one], [other]) => one - other);
}
