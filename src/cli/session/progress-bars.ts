import { createRequire } from "node:module";
import type * as CliProgress from "cli-progress";

/** One bar at a time on standard error; a new stage replaces the last. */
export interface ProgressBars {
  update(stage: string, done: number, total: number): void;
  /** Takes the bar away, so that nothing of it stays among the results. */
  stop(): void;
}

/** Width of the stage's name; longer names are cut, so that the bar does not jump. */
const STAGE_WIDTH = 28;

/**
 * Draws with cli-progress. It is loaded here, at the first step of some long work, because most calls never show a
 * bar and every call pays for what is loaded at the start.
 */
export function startProgressBars(): ProgressBars {
  const cliProgress = createRequire(import.meta.url)("cli-progress") as typeof CliProgress;
  let shown: { stage: string; bar: CliProgress.SingleBar } | undefined;
  const stop = (): void => {
    shown?.bar.stop();
    shown = undefined;
  };
  return {
    update(stage, done, total) {
      if (shown?.stage !== stage) {
        stop();
        const bar = new cliProgress.SingleBar({
          format: `${stage.slice(0, STAGE_WIDTH).padEnd(STAGE_WIDTH)} {bar} {percentage}% {eta_formatted}`,
          formatTime: timeLeft,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          barsize: 30,
          hideCursor: true,
          clearOnComplete: true,
          stopOnComplete: false,
          stream: process.stderr,
          fps: 15,
        });
        bar.start(Math.max(total, 1), done);
        shown = { stage, bar };
      }
      shown.bar.setTotal(Math.max(total, 1));
      shown.bar.update(done);
    },
    stop,
  };
}

/**
 * The time left, in words, from 10 seconds on: less is over before it is read.
 * @param seconds cli-progress's estimate: a number, or "NULL", "INF" or "0" as long as it has none
 */
export function timeLeft(seconds: number | string): string {
  const left = Number(seconds);
  if (!Number.isFinite(left) || left < 10) return "";
  if (left < 100) return `${Math.round(left)} s left`;
  const minutes = Math.round(left / 60);
  return minutes < 100 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}
