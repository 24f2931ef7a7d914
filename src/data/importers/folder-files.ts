import { DataError } from "../../errors.ts";
import type { Table } from "../files/tables/table.ts";
import { detectLayout } from "./layouts/detect-layout.ts";

/**
 * The files that hold the log. Those that a user named all do; of those found in a folder, files without rows are passed
 * over (tools keep settings and totals beside their logs), and, where some are of a known tool, all others.
 * @param named as the user wrote them: files and folders
 * @throws DataError where none is left
 */
export async function chooseFiles(
  files: readonly string[],
  named: ReadonlySet<string>,
  open: (file: string) => Promise<Table>,
): Promise<{ chosen: readonly string[]; passedOver: readonly string[] }> {
  if (files.every((file) => named.has(file))) return { chosen: files, passedOver: [] };
  const isKnown = new Map<string, boolean>();
  let firstError: unknown;
  for (const file of files) {
    try {
      const table = await open(file);
      await table.close();
      if (table.firstRows.length > 0) isKnown.set(file, detectLayout(table) !== undefined);
    } catch (error) {
      if (!(error instanceof DataError) || named.has(file)) throw error;
      firstError ??= error;
    }
  }
  if (isKnown.size === 0) throw firstError ?? new DataError("No file has rows.", { file: files[0]! });
  const isSomeKnown = [...isKnown.values()].includes(true);
  const isTaken = (file: string): boolean =>
    named.has(file) || (isKnown.has(file) && (!isSomeKnown || isKnown.get(file) === true));
  return { chosen: files.filter(isTaken), passedOver: files.filter((file) => !isTaken(file)) };
}
