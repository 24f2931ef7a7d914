import { createRequire } from "node:module";
import type * as CliProgress from "cli-progress";
import type { CallStatus } from "../../llm/index.ts";
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
  let shown: CliProgress.SingleBar | undefined;
  let begun: { readonly atMs: number; readonly done: number } | undefined;
  const clear = (): void => {
    shown?.stop();
    shown = undefined;
  };
  // A warning, or the word that Ctrl-C was seen, would else be written into the bar, and the bar over it.
  session.ownBar = { clear };
  return {
    update(status) {
      if (session.signal.aborted) return;
      const { done, total, errors, cost } = status;
      const now = performance.now();
      begun ??= { atMs: now, done };
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
        shown = bar;
      }
      const seconds = Math.max((now - begun.atMs) / 1000, 1e-3);
      const rate = (done - begun.done) / seconds;
      shown.update(done, {
        rate: rate.toFixed(1),
        cost: cost === undefined ? "" : `$${cost.toFixed(4)}`,
        wait: rate > 0 ? describeSeconds((total - done) / rate) : "–",
        errors,
      });
    },
    stop() {
      clear();
      // What follows may draw another one.
      begun = undefined;
    },
  };
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
