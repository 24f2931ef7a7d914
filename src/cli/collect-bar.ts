import { createRequire } from "node:module";
import type * as CliProgress from "cli-progress";
import type { CallStatus } from "../llm/index.ts";
import type { Session } from "./session.ts";

/** The bar of a collection: calls done, how fast, what they cost, how long it still takes, how many failed. */
export interface CollectBar {
  readonly update: (status: CallStatus) => void;
  stop(): void;
}

/** Draws on standard error where somebody watches; otherwise does nothing. */
export function startCollectBar(session: Session): CollectBar {
  if (!session.terminal.showsProgress) return { update: () => {}, stop: () => {} };
  const cliProgress = createRequire(import.meta.url)("cli-progress") as typeof CliProgress;
  let shown:
    | { readonly bar: CliProgress.SingleBar; readonly atMs: number; readonly done: number }
    | undefined;
  return {
    update(status) {
      const { done, total, errors, cost } = status;
      const now = performance.now();
      if (shown === undefined) {
        const bar = new cliProgress.SingleBar({
          format: "{bar} {value}/{total}  {rate}/s  {cost}  ETA {wait}  {errors} errors",
          barCompleteChar: "█",
          barIncompleteChar: "░",
          barsize: 24,
          hideCursor: true,
          clearOnComplete: true,
          stopOnComplete: false,
          stream: process.stderr,
          fps: 10,
        });
        bar.start(Math.max(total, 1), done, { rate: "–", cost: "", wait: "–", errors });
        shown = { bar, atMs: now, done };
        return;
      }
      const seconds = Math.max((now - shown.atMs) / 1000, 1e-3);
      const rate = (done - shown.done) / seconds;
      shown.bar.update(done, {
        rate: rate.toFixed(1),
        cost: cost === undefined ? "" : `$${cost.toFixed(4)}`,
        wait: rate > 0 ? describeSeconds((total - done) / rate) : "–",
        errors,
      });
    },
    stop() {
      shown?.bar.stop();
      shown = undefined;
    },
  };
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
