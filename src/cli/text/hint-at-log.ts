import { existsSync } from "node:fs";
import { runArgument } from "../../report/index.ts";

/**
 * What may have been meant where a log's name, or nothing that is known, stands where a command should.
 * @param words of the command line, without flags
 * @returns a line to put behind the message; "" where nothing suggests itself
 */
export function hintAtLog(words: readonly string[]): string {
  const isImport = words[0] === "import";
  const named = isImport ? words[1] : words[0];
  if (named === undefined) return "";
  if (!existsSync(named))
    return isImport
      ? "\nThe format comes first: `oirl import table FILE --out RUN`, or `oirl run FILE` for all."
      : "";
  const file = runArgument(named);
  return isImport
    ? `\nThe format comes first: \`oirl import table ${file} --out RUN\`, or \`oirl run ${file}\` for all.`
    : `\nTo learn from this log: \`oirl run ${file}\`.`;
}
