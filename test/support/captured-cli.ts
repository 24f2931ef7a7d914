import { runCli, type Terminal } from "../../src/cli/index.ts";
import { silentTerminal } from "./silent-terminal.ts";

/** What a call of the command line printed and how it ended. */
export interface CapturedCall {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, from the sources, and keeps what it prints. */
export async function callCli(
  commandLine: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  looks: Partial<Pick<Terminal, "outIsTerminal">> = {},
): Promise<CapturedCall> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runCli(
    commandLine,
    {
      ...silentTerminal(),
      ...looks,
      writeOut: (text) => {
        stdout += text;
      },
      writeError: (text) => {
        stderr += text;
      },
    },
    signal,
  );
  return { exitCode, stdout, stderr };
}

/** The one JSON document a successful call printed; fails where there is anything else. */
export async function callCliForJson<Result>(commandLine: readonly string[]): Promise<Result> {
  const { exitCode, stdout, stderr } = await callCli([...commandLine, "--json"]);
  if (exitCode !== 0) throw new Error(`${commandLine.join(" ")} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}
