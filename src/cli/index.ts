export { createProgram } from "./program.ts";
export { runCli } from "./run-cli.ts";
export { openSession } from "./session/session.ts";
export type { Terminal } from "./session/terminal.ts";
