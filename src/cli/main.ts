#!/usr/bin/env node
import { runCli } from "./run-cli.ts";
import { INTERRUPTED_EXIT_CODE } from "./session/print-error.ts";
import { processTerminal } from "./session/terminal.ts";

/** The only place that ends the process. */
const interruption = new AbortController();

process.on("SIGINT", () => {
  if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
  interruption.abort();
});

// `oirl … | head` closes our output early: nobody is left to read on, which is no failure of ours.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });

const exitCode = await runCli(process.argv.slice(2), processTerminal(), interruption.signal);
// Output to a pipe may still be on its way; end only when it is written.
await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
await new Promise<void>((resolve) => process.stderr.write("", () => resolve()));
process.exit(exitCode);
