export { createProgram } from "./program.ts";
export { runCli } from "./run-cli.ts";
export type { Session } from "./session/session.ts";
export { openSession } from "./session/session.ts";
export type { Terminal } from "./session/terminal.ts";
