/** Waits until Ctrl-C or SIGTERM. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.removeListener("SIGTERM", done);
      resolve();
    };
    process.once("SIGTERM", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
