export { createProgram } from "./program.ts";
export { runCli } from "./run-cli.ts";
export type { Session } from "./session.ts";
export { openSession } from "./session.ts";
export type { Terminal } from "./terminal.ts";
