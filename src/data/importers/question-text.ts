import type { TableRow } from "../files/tables/table.ts";

/** A chat message, as far as it is read. */
interface Message {
  readonly role: string;
  readonly text: string;
}

/**
 * The question's text of all its inputs: the first as it is, the others behind it with their names. Of a conversation
 * the last turn of the user is the question, and what was said before stands behind it.
 * @returns undefined where all cells are blank
 */
export function questionText(row: TableRow, inputs: readonly string[]): string | undefined {
  const [first, ...others] = inputs;
  const main = first === undefined ? "" : mainText(row, first);
  const further = others.flatMap((column) => {
    const cell = row.cell(column);
    return cell.trim() === "" ? [] : [`${lastPart(column)}: ${cell}`];
  });
  const parts = main.trim() === "" ? further : [main, ...further];
  return parts.length === 0 ? undefined : parts.join("\n");
}

function mainText(row: TableRow, column: string): string {
  const messages = readMessages(row.value(column));
  if (messages === null) return row.cell(column);
  const last = messages.findLastIndex(({ role }) => role === "user" || role === "human");
  if (last < 0) return row.cell(column);
  const before = messages.filter(
    ({ role }, index) => index < last && role !== "system" && role !== "developer",
  );
  return [messages[last]!.text, ...before.map(({ role, text }) => `${role}: ${text}`)].join("\n");
}

/** What the system said in a conversation: the prompt's wording; undefined where it said nothing. */
export function systemMessage(value: unknown): string | undefined {
  const found = readMessages(value)?.filter(({ role }) => role === "system" || role === "developer");
  return found === undefined || found.length === 0 ? undefined : found.map(({ text }) => text).join("\n");
}

/** The messages of a chat; null where the value is none. */
function readMessages(value: unknown): Message[] | null {
  let list = value;
  if (typeof value === "string") {
    if (!/^\s*\[\s*\{/.test(value)) return null;
    try {
      list = JSON.parse(value);
    } catch {
      return null;
    }
  }
  if (typeof list === "object" && list !== null && !Array.isArray(list))
    list = (list as { messages?: unknown }).messages;
  if (!Array.isArray(list) || list.length === 0) return null;
  const messages = list.map(readMessage);
  return messages.every((message) => message !== null) ? (messages as Message[]) : null;
}

function readMessage(value: unknown): Message | null {
  if (typeof value !== "object" || value === null) return null;
  const { role, content, parts } = value as { role?: unknown; content?: unknown; parts?: unknown };
  if (typeof role !== "string") return null;
  const body = content ?? parts;
  if (typeof body === "string") return { role, text: body };
  if (!Array.isArray(body)) return { role, text: "" };
  const texts = body.map((part: unknown) => {
    const { text, content: inner } = (part ?? {}) as { text?: unknown; content?: unknown };
    return typeof text === "string" ? text : typeof inner === "string" ? inner : JSON.stringify(part);
  });
  return { role, text: texts.join("\n") };
}

function lastPart(column: string): string {
  return column.slice(column.lastIndexOf(".") + 1);
}
