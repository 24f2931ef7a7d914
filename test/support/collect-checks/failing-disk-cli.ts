import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runBuiltCli } from "../built-cli.ts";
import { additions, readInteractions, readWholeLines, somePrompts, writeInputs } from "../collect-fixture.ts";
import { PROJECT_ROOT } from "../project-root.ts";
import { type ScriptedChatEndpoint, startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";

const CALLS = 20;
const CONCURRENCY = 3;
const PRELOAD = pathToFileURL(
  join(PROJECT_ROOT, "test/support/collect-checks/failing-disk-preload.mjs"),
).href;

/**
 * Lets the disk fail under the shipped command, at every nth write or sync of its log: it must end with exit code 1,
 * send nothing more, and find everything again.
 */
export async function checkFailingDiskCli(size: {
  readonly step: number;
  readonly folder: string;
}): Promise<CheckReport> {
  const { step, folder } = size;
  const violations = new Violations();
  const endpoint = await startScriptedChatEndpoint({ delayMs: () => 3 });
  const flags = [
    ...["--base-url", endpoint.baseUrl, "--llm", "scripted", "--json"],
    ...(await writeInputs(folder, "disk", additions(CALLS / 2), somePrompts(2))),
    ...["--concurrency", String(CONCURRENCY)],
  ];
  let failures = 0;
  let at = 0;
  try {
    for (; ; at += step) {
      const run = join(folder, `failing-cli-${at}`);
      if (!(await failAt(at, ["collect", run, ...flags], run, endpoint, violations))) break;
      failures++;
      if (violations.list.length > 0) break;
    }
    violations.require(at > CALLS / 2, `a whole run has only ${at} writes and syncs`);
    return {
      name: "failing-disk-cli",
      done: `the shipped command with ENOSPC and EIO at ${failures} of about ${at} writes and syncs`,
      found: `exit code 1 each time; nothing sent after it; earlier answers intact`,
      figures: { failures, operations: at },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}

/** @returns false where the run ended before the fault */
async function failAt(
  at: number,
  commandLine: readonly string[],
  run: string,
  endpoint: ScriptedChatEndpoint,
  violations: Violations,
): Promise<boolean> {
  const where = `operation ${at}`;
  const code = at % 2 === 0 ? "ENOSPC" : "EIO";
  const first = endpoint.requests.length;
  const failing = await runBuiltCli(commandLine, {
    env: {
      NODE_OPTIONS: `--import ${PRELOAD}`,
      OIRL_DISK_FAULT: `${at} ${code} ${at % 4 < 2 ? 1 : 0}`,
    },
  });
  if (/failed: false/.test(failing.stderr)) return false;
  violations.require(failing.exitCode === 1, `${where}: exit code ${failing.exitCode}: ${failing.stderr}`);
  violations.require(failing.stderr.includes(code), `${where}: no ${code} in ${failing.stderr}`);
  violations.require(failing.stdout === "", `${where}: printed ${failing.stdout}`);
  const sent = endpoint.requests.length - first;
  const kept = await readWholeLines(join(run, "interactions.jsonl"));
  const rest = await runBuiltCli(commandLine);
  violations.require(
    rest.exitCode === 0,
    `${where}: the next one ended with ${rest.exitCode}: ${rest.stderr}`,
  );
  if (rest.exitCode !== 0) return true;
  const { calls, unknown, interactions } = JSON.parse(rest.stdout);
  violations.require(interactions === CALLS, `${where}: ${interactions} lines in the end`);
  violations.require(unknown.length <= CONCURRENCY, `${where}: ${unknown.length} unknown`);
  // Each request has its intent on disk, so all of them are accounted for: nothing was sent after the fault.
  violations.require(
    sent <= calls.answeredBefore + unknown.length,
    `${where}: ${sent} sent, ${calls.answeredBefore} answered, ${unknown.length} unknown`,
  );
  const lines = await readInteractions(run);
  const all = new Set(lines.map((line) => JSON.stringify(line)));
  violations.require(all.size === CALLS, `${where}: ${all.size} different lines`);
  for (const line of kept)
    violations.require(all.has(JSON.stringify(line)), `${where}: an earlier answer changed or is gone`);
  return true;
}
