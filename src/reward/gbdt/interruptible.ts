/** Work that can be interrupted wherever it yields. */
export type Interruptible<Result> = Generator<void, Result, void>;
