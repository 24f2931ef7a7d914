import { appendFile } from "node:fs/promises";
import { JsonLinesWriter } from "../../src/data/index.ts";
import { IoError } from "../../src/errors.ts";
import type { LineFile, OpenLineFile } from "../../src/llm/index.ts";

/** What a disk does from some moment on. */
export interface DiskFault {
  /** Operation on the log, counted from 0 over all its files, that fails, and with it all later ones. */
  readonly at: number;
  readonly code: "ENOSPC" | "EIO";
  /** Whether half a line reaches the file before the failure. */
  readonly tears: boolean;
  /** Called once, when it happens. */
  readonly onFault?: () => void;
}

/** Opens files of lines on a disk that fails at its nth write or sync, and says how many it has seen. */
export function failingDisk(fault: DiskFault): { open: OpenLineFile; operations: () => number } {
  let operations = 0;
  let hasFailed = false;
  const check = async (path: string): Promise<void> => {
    if (operations++ < fault.at) return;
    if (!hasFailed) {
      hasFailed = true;
      if (fault.tears) await appendFile(path, '{"type":"ans');
      fault.onFault?.();
    }
    throw new IoError(`Cannot write ${path}: injected (${fault.code}).`, { systemCode: fault.code });
  };
  return {
    operations: () => operations,
    open: async (path, onWarning): Promise<LineFile> => {
      const file = await JsonLinesWriter.append(path, onWarning);
      let isDirty = false;
      return {
        write: (value) => {
          isDirty = true;
          return file.write(value);
        },
        flush: async () => {
          if (!isDirty) return;
          await check(path);
          isDirty = false;
          await file.flush();
        },
        sync: async () => {
          await check(path);
          await file.sync();
        },
        close: () => file.close(),
        discard: () => file.discard(),
      };
    },
  };
}
