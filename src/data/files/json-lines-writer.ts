import { type FileHandle, open } from "node:fs/promises";
import { toIoError } from "./to-io-error.ts";

const BUFFER_CHARACTERS = 2 ** 17;
const NEWLINE = 0x0a;

/**
 * Writes JSON Lines, append-only: a line once written is never changed. Lines gather in memory until some hundred
 * kilobytes are full; call `flush` after a line that must not be lost.
 */
export class JsonLinesWriter {
  /** Lines written since the file was opened. */
  lines = 0;
  readonly path: string;
  private readonly handle: FileHandle;
  private pending: string[] = [];
  private pendingCharacters = 0;
  /** The last write; settles without an error, which whoever asked for that write has got. */
  private written: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  /**
   * Makes a new file.
   * @throws IoError where it exists or cannot be made
   */
  static async create(path: string): Promise<JsonLinesWriter> {
    try {
      return new JsonLinesWriter(path, await open(path, "wx"));
    } catch (error) {
      throw toIoError(error, path, "write");
    }
  }

  /**
   * Continues a file, or begins one. A last line without newline, as a killed program leaves it, is cut off first, so
   * that it does not run into the next.
   */
  static async append(path: string, onWarning?: (message: string) => void): Promise<JsonLinesWriter> {
    try {
      // "a+" would ignore positions on writing; the end is kept by hand after the torn line is cut off.
      const handle = await open(path, "a+");
      const { size } = await handle.stat();
      const end = await endOfLastLine(handle, size);
      if (end < size) {
        await handle.truncate(end);
        onWarning?.(`${path}: the last line was incomplete and was dropped (${size - end} bytes).`);
      }
      return new JsonLinesWriter(path, handle);
    } catch (error) {
      throw toIoError(error, path, "write");
    }
  }

  /** Adds one line. */
  async write(value: object): Promise<void> {
    this.add(value);
    await this.drain();
  }

  /**
   * Adds one line and writes nothing yet: call `drain` every some hundred lines.
   * @param json the value's JSON, where it is known
   */
  add(value: object, json: string = JSON.stringify(value)): void {
    this.pending.push(json);
    this.pendingCharacters += json.length + 1;
    this.lines++;
  }

  /** Flushes where much has gathered. */
  async drain(): Promise<void> {
    if (this.pendingCharacters >= BUFFER_CHARACTERS) await this.flush();
  }

  /** Hands all lines to the operating system, whole lines only, and one write after the other. */
  flush(): Promise<void> {
    const flushed = this.written.then(() => this.writePending());
    this.written = flushed.catch(() => undefined);
    return flushed;
  }

  private async writePending(): Promise<void> {
    if (this.pending.length === 0) return;
    const text = `${this.pending.join("\n")}\n`;
    this.pending = [];
    this.pendingCharacters = 0;
    try {
      await this.handle.appendFile(text, "utf8");
    } catch (error) {
      throw toIoError(error, this.path, "write");
    }
  }

  /** Flushes and waits until the disk has everything. */
  async sync(): Promise<void> {
    await this.flush();
    try {
      await this.handle.datasync();
    } catch (error) {
      throw toIoError(error, this.path, "write");
    }
  }

  /** Flushes, waits until the disk has everything, and closes. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.handle.sync();
    } catch (error) {
      throw toIoError(error, this.path, "write");
    } finally {
      await this.handle.close();
    }
  }

  /** Closes without writing what is pending: for a file that will be thrown away. */
  async discard(): Promise<void> {
    this.pending = [];
    await this.handle.close().catch(() => undefined);
  }
}

/** Position behind the last newline, or 0. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(65_536);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
