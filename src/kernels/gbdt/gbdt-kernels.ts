/** The hot loops of tree growing over a shared memory laid out as in layout.ts. */
export interface GbdtKernels {
  /** Which implementation this is. */
  readonly name: "wasm" | "typescript";
  /**
   * Works on tasks of a stage (STAGE_PREPARE, STAGE_BOUND, STAGE_FINISH, STAGE_PART, STAGE_GRADIENTS) until none is left. Several threads may
   * run one stage at a time, each with a `worker` number and so a scratch stretch of its own.
   */
  run(stage: number, worker: number): void;
}
