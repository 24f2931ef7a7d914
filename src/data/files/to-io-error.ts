import { DataError, IoError, PromptOirlError } from "../../errors.ts";

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space and try again",
  EDQUOT: "the disk quota is used up; free some space and try again",
  EFBIG:
    "the file would become larger than the file system or a limit (ulimit -f) allows; raise it and try again",
  EROFS: "the file system is read-only; choose another folder",
  EACCES: "permission was denied; check the owner and the rights of the folder, or choose another",
  EPERM: "the operation is not permitted; check the owner and the rights of the folder, or choose another",
  ENOTDIR: "a part of the path is a file, not a folder; choose another path",
  EISDIR: "the path is a folder, a file was expected",
  ENOENT: "there is no such file or folder; check the path",
  ENAMETOOLONG: "the name is too long for the file system; choose a shorter one",
  EMFILE: "too many files are open; close other programs and try again",
  EIO: "the device reported an error; check the disk",
};

/** The system's error code (`"ENOSPC"` …), or undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" && code in ADVICE ? code : undefined;
}

/**
 * Turns what a file operation threw into an error that names the path and says what to do. A missing or unreadable
 * *input* is a DataError, everything else the file system refuses an IoError. Errors of this package pass unchanged.
 * @param doing what was attempted, e.g. "write"
 */
export function toIoError(error: unknown, path: string, doing: "read" | "write"): Error {
  if (error instanceof PromptOirlError) return error;
  const code = systemErrorCode(error);
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  const advice = `${ADVICE[code]} (${code})`;
  if (doing === "read" && (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR"))
    return new DataError(`cannot be read: ${advice}.`, { file: path }, error);
  return new IoError(`Cannot ${doing} ${path}: ${advice}.`, { file: path, systemCode: code }, error);
}
