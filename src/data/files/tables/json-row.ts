import { cellText } from "./cell-text.ts";
import type { TableRow } from "./table.ts";

/** An object as a row: its keys are the columns, and a dotted path leads into objects. */
export class JsonRow implements TableRow {
  constructor(
    readonly line: number,
    readonly object: Readonly<Record<string, unknown>>,
  ) {}

  cell(column: string): string {
    return cellText(this.value(column));
  }

  value(column: string): unknown {
    return Object.hasOwn(this.object, column) ? this.object[column] : valueAt(this.object, column);
  }
}

/** What dotted keys lead to; undefined where they lead nowhere. */
export function valueAt(object: object, path: string): unknown {
  let value: unknown = object;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
