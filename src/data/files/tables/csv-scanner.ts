import { DataError } from "../../../errors.ts";

/** Longest record, in characters; an unclosed quote would otherwise swallow the file. */
const MAX_RECORD_CHARACTERS = 16 * 2 ** 20;
const QUOTE = 34;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** One record of a CSV file. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** 1-based line on which it begins. */
  readonly line: number;
}

/**
 * Cuts CSV (RFC 4180, any delimiter of one character) into records, piece by piece. Lines end in LF or CRLF, or, where the
 * first one does, in CR; blank lines are passed over. Every record has as many cells as the first.
 *
 * Written by hand since a parser that is a stream of events takes longer a row than everything else of an import; a test
 * compares it with csv-parse.
 */
export class CsvScanner {
  private rest = "";
  private line = 1;
  private width = 0;
  private endsInCarriageReturns: boolean | undefined;
  /** Position in the text at hand, behind what was read. */
  private at = 0;
  private text = "";

  private readonly delimiter: number;

  constructor(
    private readonly file: string,
    delimiter: string,
  ) {
    this.delimiter = delimiter.charCodeAt(0);
  }

  /**
   * @param isLast whether nothing follows
   * @returns the records that end in this piece
   * @throws DataError with the line for broken quotes and for a record of another length than the first
   */
  push(piece: string, isLast: boolean): CsvRecord[] {
    this.text = this.rest + piece;
    const records: CsvRecord[] = [];
    let start = 0;
    while (start < this.text.length) {
      this.at = start;
      const line = this.line;
      const isQuoted = this.text.charCodeAt(start) === QUOTE;
      const cells = this.readRecord(isLast);
      if (cells === undefined) {
        // The record is read again, from its beginning, with what follows.
        this.line = line;
        break;
      }
      start = this.at;
      const isBlank = cells.length === 1 && cells[0] === "" && !isQuoted;
      if (isBlank) continue;
      if (this.width === 0) this.width = cells.length;
      else if (cells.length !== this.width)
        throw this.error(
          `The row has ${cells.length} cells, and the header ${this.width}. Quote cells that hold the delimiter.`,
          line,
        );
      records.push({ cells, line });
    }
    this.rest = start === 0 ? this.text : this.text.slice(start);
    if (this.rest.length > MAX_RECORD_CHARACTERS)
      throw this.error(
        `A record is longer than ${MAX_RECORD_CHARACTERS} characters. Is a quote never closed?`,
        this.line,
      );
    return records;
  }

  /** @returns undefined where the record does not end in the text */
  private readRecord(isLast: boolean): string[] | undefined {
    const cells: string[] = [];
    for (;;) {
      const isQuoted = this.text.charCodeAt(this.at) === QUOTE;
      const cell = isQuoted ? this.readQuoted(isLast) : this.readPlain();
      if (cell === undefined) return undefined;
      cells.push(cell);
      if (this.at === this.text.length) return isLast ? cells : undefined;
      if (this.text.charCodeAt(this.at) === this.delimiter) {
        this.at++;
        if (this.at < this.text.length) continue;
        if (!isLast) return undefined;
        cells.push("");
        return cells;
      }
      const length = this.lineEnd(isLast);
      if (length === undefined) return undefined;
      if (length === 0)
        throw this.error(
          'There is text behind a closing quote. Write quotes inside a quoted cell twice (""), or close an earlier quote.',
          this.line,
        );
      this.at += length;
      this.line++;
      return cells;
    }
  }

  private readQuoted(isLast: boolean): string | undefined {
    const { text } = this;
    const start = this.at + 1;
    let isDoubled = false;
    for (let from = start; ; ) {
      const quote = text.indexOf('"', from);
      if (quote < 0 || (quote + 1 === text.length && !isLast)) {
        if (!isLast) return undefined;
        throw this.error("A quoted cell is never closed. Add the missing quote.", this.line);
      }
      if (text.charCodeAt(quote + 1) !== QUOTE) {
        const cell = text.slice(start, quote);
        this.at = quote + 1;
        for (let end = cell.indexOf("\n"); end >= 0; end = cell.indexOf("\n", end + 1)) this.line++;
        return isDoubled ? cell.replaceAll('""', '"') : cell;
      }
      isDoubled = true;
      from = quote + 2;
    }
  }

  private readPlain(): string {
    const { text, delimiter } = this;
    const start = this.at;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === NEWLINE) break;
      if (code === CARRIAGE_RETURN && this.isLineEnd(at)) break;
      if (code === QUOTE)
        throw this.error(
          'There is a quote inside an unquoted cell. Quote the whole cell and write the quote twice ("").',
          this.line,
        );
    }
    this.at = at;
    return text.slice(start, at);
  }

  /** Whether a carriage return ends a line, as far as that can be told. */
  private isLineEnd(at: number): boolean {
    const next = this.text.charCodeAt(at + 1);
    return next === NEWLINE || Number.isNaN(next) || this.endsInCarriageReturns !== false;
  }

  /** How many characters end the line here: 0 where none do, undefined where the next piece tells. */
  private lineEnd(isLast: boolean): number | undefined {
    const { text, at } = this;
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      this.endsInCarriageReturns ??= false;
      return 1;
    }
    if (code !== CARRIAGE_RETURN) return 0;
    if (at + 1 === text.length) return isLast ? 1 : undefined;
    if (text.charCodeAt(at + 1) === NEWLINE) {
      this.endsInCarriageReturns ??= false;
      return 2;
    }
    if (this.endsInCarriageReturns === false) return 0;
    this.endsInCarriageReturns = true;
    return 1;
  }

  private error(message: string, line: number): DataError {
    return new DataError(message, { file: this.file, line });
  }
}
