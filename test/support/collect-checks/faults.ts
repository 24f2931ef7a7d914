import { join } from "node:path";
import { additions, collectFrom, readInteractions, readJournalLines } from "../collect-fixture.ts";
import { FAULTS, startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";

const KINDS = {
  "429": FAULTS.rateLimit("0"),
  "500": FAULTS.status(500),
  hang: FAULTS.hang,
  truncated: FAULTS.truncate,
  garbage: FAULTS.garbage,
  drip: FAULTS.drip,
  reset: FAULTS.reset,
  empty: FAULTS.empty,
} as const;
const RETRIES = 3;

/** Every fifth call meets one or two faults before its answer; one question's calls fail for good. */
export async function checkFaults(size: {
  readonly calls: number;
  readonly folder: string;
  readonly concurrency?: number;
}): Promise<CheckReport> {
  const questions = Math.ceil(size.calls / 2);
  const calls = 2 * questions;
  const run = join(size.folder, "faults");
  const kinds = Object.values(KINDS);
  let faults = 0;
  const endpoint = await startScriptedChatEndpoint();
  /** Faults that a call still meets. */
  const ahead = new Map<string, number>();
  endpoint.script = {
    fault: ({ messages }) => {
      const call = messages.at(-1)!.content;
      if (call.includes(" 4 + 4")) return FAULTS.status(500);
      if (!ahead.has(call)) ahead.set(call, ahead.size % 5 === 2 ? 1 + (ahead.size % (RETRIES - 1)) : 0);
      const left = ahead.get(call)!;
      if (left === 0) return undefined;
      ahead.set(call, left - 1);
      return kinds[faults++ % kinds.length];
    },
  };
  const violations = new Violations();
  try {
    const summary = await collectFrom(endpoint.baseUrl, run, {
      queries: additions(questions),
      concurrency: size.concurrency ?? 4,
      timeoutMs: 2500,
      retries: RETRIES,
    });
    const { answered, failed, attempts } = summary.calls;
    violations.require(summary.ended === "complete", `ended with ${summary.ended}`);
    violations.require(answered === calls - 2 && failed === 2, `${answered} answered, ${failed} failed`);
    violations.require(faults >= kinds.length, `only ${faults} faults`);
    const journal = await readJournalLines(run);
    const sent = journal.filter(({ type }) => type === "sent");
    const failures = journal.filter(({ type }) => type === "failed");
    // On a busy machine a proper answer may come too late as well, and is asked for again.
    violations.require(failures.length >= faults + 2 * (RETRIES + 1), `${failures.length} failures recorded`);
    violations.require(attempts === endpoint.requests.length, `${attempts} attempts counted`);
    violations.require(sent.length === attempts, `${sent.length} attempts in the journal, ${attempts} sent`);
    violations.require(
      sent.length === answered + failures.length,
      `${sent.length} attempts, ${answered} answers, ${failures.length} failures`,
    );
    const attemptsOf = new Map<string, number>();
    for (const { query, prompt } of sent) {
      const call = `${query} / ${prompt}`;
      attemptsOf.set(call, (attemptsOf.get(call) ?? 0) + 1);
    }
    for (const [call, count] of attemptsOf)
      violations.require(count <= RETRIES + 1, `${call} was sent ${count} times`);
    for (const prompt of ["p-0", "p-1"])
      violations.require(
        attemptsOf.get(`q-4 / ${prompt}`) === RETRIES + 1,
        `the call that always fails was sent ${attemptsOf.get(`q-4 / ${prompt}`)} times`,
      );
    const interactions = await readInteractions(run);
    violations.require(interactions.length === calls - 2, `${interactions.length} lines`);
    const wrong = interactions.filter(({ reward }) => reward !== 1).length;
    violations.require(wrong === 0, `${wrong} failures became wrong answers`);
    return {
      name: "faults",
      done: `${calls} calls, one in five met a fault (${Object.keys(KINDS).join(", ")}), two failed for good`,
      found: `${answered} answered, all right; ${faults} faults and ${failures.length} failed attempts, all in the journal; at most ${RETRIES + 1} attempts a call`,
      figures: { calls, answered, failed, faults, failures: failures.length, requests: attempts, wrong },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}
