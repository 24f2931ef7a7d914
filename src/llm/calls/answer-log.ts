import { JsonLinesWriter } from "../../data/index.ts";
import type { JournalRecord } from "./journal-records.ts";

/** A file of lines that is only ever added to. */
export interface LineFile {
  write(value: object): Promise<void>;
  /** Hands what was written to the operating system. */
  flush(): Promise<void>;
  /** Waits until the disk has it. */
  sync(): Promise<void>;
  close(): Promise<void>;
  /** Closes without writing what is pending. */
  discard(): Promise<void>;
}

/** Opens a file of lines, making it where it is missing and cutting off a torn last line. */
export type OpenLineFile = (path: string, onWarning?: (message: string) => void) => Promise<LineFile>;

const openLineFile: OpenLineFile = (path, onWarning) => JsonLinesWriter.append(path, onWarning);

/** When an addition is done: the operating system has it, so that a killed process loses nothing, or the disk has it. */
export type Durability = "written" | "synced";

interface Entry {
  readonly records: readonly JournalRecord[];
  readonly lines: readonly object[];
  readonly until: Durability;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What was handed to the operating system together. */
interface Written {
  readonly batch: readonly Entry[];
  /** Its lines, which follow; never rejects. */
  readonly linesWritten: Promise<void>;
}

/**
 * A journal and the lines made from its answers. What many callers add at the same time is written, and waited for, in
 * one go; one batch is written while the lines of the one before follow, and it is on its way to the disk. After the
 * first failure nothing is written any more: every later call fails with the same error.
 */
export class AnswerLog {
  /** Resolves to the first failure, if there is ever one. */
  readonly failed: Promise<unknown>;
  private tellFailure: (error: unknown) => void = () => {};
  private waiting: Entry[] = [];
  private unsynced: Written[] = [];
  /** All lines so far; never rejects. */
  private linesWritten: Promise<void> = Promise.resolve();
  private isWriting = false;
  private isSyncing = false;
  private broken: { readonly error: unknown } | undefined;

  private constructor(
    private readonly journal: LineFile,
    private readonly lines: LineFile,
  ) {
    this.failed = new Promise((resolve) => {
      this.tellFailure = resolve;
    });
  }

  /** @throws IoError where a file cannot be opened */
  static async open(
    journalPath: string,
    linesPath: string,
    onWarning?: (message: string) => void,
    openFile: OpenLineFile = openLineFile,
  ): Promise<AnswerLog> {
    const journal = await openFile(journalPath, onWarning);
    try {
      return new AnswerLog(journal, await openFile(linesPath, onWarning));
    } catch (error) {
      await journal.discard();
      throw error;
    }
  }

  /** Why nothing can be written any more, or undefined. */
  get failure(): unknown {
    return this.broken?.error;
  }

  /**
   * Adds to both files.
   * @param until what is waited for, of the journal's records; everything is on its way to the disk in either case. The
   * lines follow the records, and can be made again from them
   * @throws IoError where this or an earlier write failed
   */
  append(
    records: readonly JournalRecord[],
    lines: readonly object[] = [],
    until: Durability = "synced",
  ): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(this.broken.error);
    const done = new Promise<void>((resolve, reject) =>
      this.waiting.push({ records, lines, until, resolve, reject }),
    );
    void this.writeWaiting();
    return done;
  }

  /** Waits until the disk has everything. Harmless after a failure. */
  async close(): Promise<void> {
    await this.linesWritten;
    if (this.broken === undefined) {
      await this.journal.close();
      await this.lines.close();
    } else {
      await this.journal.discard();
      await this.lines.discard();
    }
  }

  private async writeWaiting(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        if (this.broken !== undefined) throw this.broken.error;
        for (const { records } of batch) for (const record of records) await this.journal.write(record);
        // First the journal: a line without its record would be a call nobody knows the price of.
        await this.journal.flush();
        for (const { until, resolve } of batch) if (until === "written") resolve();
        this.linesWritten = this.linesWritten.then(() => this.writeLines(batch));
        this.unsynced.push({ batch, linesWritten: this.linesWritten });
        void this.syncWritten();
      } catch (error) {
        this.fail(error, batch);
      }
    }
    this.isWriting = false;
  }

  private async writeLines(batch: readonly Entry[]): Promise<void> {
    try {
      if (this.broken !== undefined) return;
      for (const { lines } of batch) for (const line of lines) await this.lines.write(line);
      await this.lines.flush();
    } catch (error) {
      this.fail(error, batch);
    }
  }

  private async syncWritten(): Promise<void> {
    if (this.isSyncing) return;
    this.isSyncing = true;
    while (this.unsynced.length > 0) {
      const written = this.unsynced.splice(0);
      const batch = written.flatMap((one) => one.batch);
      try {
        await this.journal.sync();
        await written.at(-1)!.linesWritten;
        if (this.broken !== undefined) throw this.broken.error;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.fail(error, batch);
      }
    }
    this.isSyncing = false;
  }

  private fail(error: unknown, batch: readonly Entry[]): void {
    this.broken ??= { error };
    this.tellFailure(error);
    for (const { reject } of batch) reject(error);
  }
}
