/** Called as work goes on; `done` of `total` units, in `total`'s unit. Never throws. */
export type ProgressListener = (stage: string, done: number, total: number) => void;

/** What every long-running call accepts. */
export interface WorkOptions {
  readonly onProgress?: ProgressListener;
  /** Cancels between units of work with an AbortedError. */
  readonly signal?: AbortSignal;
  /** Told, in a sentence, what is worth knowing but stops nothing. */
  readonly onWarning?: (message: string) => void;
}
