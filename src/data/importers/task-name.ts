import { basename, extname } from "node:path";

/** A task's name from a file's: its name without folder and extension. */
export function taskName(file: string): string {
  return basename(file, extname(file)) || "log";
}
