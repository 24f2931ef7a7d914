import type { CallOptions } from "../../llm/index.ts";
import { forwardWarnings } from "../flags/options.ts";
import { startCollectBar } from "./collect-bar.ts";
import type { Session } from "./session.ts";

/** How calls are accompanied on the command line: by a bar of their own, warnings, and Ctrl-C. */
export type CallWork = Required<Pick<CallOptions, "signal" | "onWarning" | "onStatus">>;

/** Does what makes calls, and takes its bar away, however it ends. */
export async function withProgressBar<Result>(
  session: Session,
  work: (accompanied: CallWork) => Promise<Result>,
): Promise<Result> {
  const bar = startCollectBar(session);
  try {
    return await work({ signal: session.signal, ...forwardWarnings(session), onStatus: bar.update });
  } finally {
    bar.stop();
  }
}
