const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  n: "\n",
  r: "\r",
  t: "\t",
};

/** What is wrong with a literal, and at which character. */
export class PythonLiteralError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/**
 * Reads a Python string as `repr` writes it: either kind of quotes, the escapes \\ \' \" \n \r \t \xNN \uNNNN
 * \UNNNNNNNN, and nothing else.
 * @param start position of the opening quote
 * @returns the string, and the position behind its closing quote
 * @throws PythonLiteralError
 */
export function parsePythonString(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  if (quote !== "'" && quote !== '"') throw new PythonLiteralError("expected a quote", start);
  const pieces: string[] = [];
  let pieceStart = start + 1;
  for (let position = start + 1; position < text.length; position++) {
    const character = text[position];
    if (character === quote) {
      pieces.push(text.slice(pieceStart, position));
      return { value: pieces.join(""), end: position + 1 };
    }
    if (character !== "\\") continue;
    pieces.push(text.slice(pieceStart, position));
    const escaped = readEscape(text, position);
    pieces.push(escaped.value);
    position = escaped.end - 1;
    pieceStart = escaped.end;
  }
  throw new PythonLiteralError("the string is cut off before its closing quote", text.length);
}

function readEscape(text: string, backslash: number): { value: string; end: number } {
  const kind = text[backslash + 1] ?? "";
  const simple = SIMPLE_ESCAPES[kind];
  if (simple !== undefined && Object.hasOwn(SIMPLE_ESCAPES, kind))
    return { value: simple, end: backslash + 2 };
  const digits = kind === "x" ? 2 : kind === "u" ? 4 : kind === "U" ? 8 : 0;
  const hexadecimal = text.slice(backslash + 2, backslash + 2 + digits);
  if (digits === 0 || hexadecimal.length < digits || !/^[0-9a-fA-F]+$/.test(hexadecimal))
    throw new PythonLiteralError(`"\\${kind}${hexadecimal}" is not an escape that repr writes`, backslash);
  const codePoint = Number.parseInt(hexadecimal, 16);
  if (codePoint > 0x10ffff) throw new PythonLiteralError(`there is no character ${hexadecimal}`, backslash);
  return { value: String.fromCodePoint(codePoint), end: backslash + 2 + digits };
}
