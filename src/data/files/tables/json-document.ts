import { DataError } from "../../../errors.ts";
import { type ReadOptions, readTextChunks } from "../read-chunks.ts";
import { parseJsonValues } from "./json-text.ts";

/** Longest value that is held whole, in characters. */
const MAX_VALUE_CHARACTERS = 16 * 2 ** 20;

/** A value found in a JSON document: an element of an array of rows, or something that stands beside these. */
export interface DocumentPart {
  /** Keys that lead to it, with dots; of a row, those that lead to its array; empty at the top. */
  readonly path: string;
  readonly isRow: boolean;
  readonly value: unknown;
  /** 1-based line on which it begins. */
  readonly line: number;
}

interface Container {
  readonly isArray: boolean;
  readonly path: string;
  key: string | undefined;
}

/**
 * Walks one JSON document of any size and yields the elements of the arrays at `rowPaths`, and whole whatever stands
 * beside these arrays, as many at a time as end in one piece of the file.
 * @param rowPaths e.g. `results.results`; the empty path is an array at the top
 * @throws DataError where the document is cut or malformed, or a value is longer than 16 million characters
 */
export async function* readJsonDocument(
  file: string,
  rowPaths: ReadonlySet<string>,
  options: ReadOptions = {},
): AsyncGenerator<DocumentPart[], void, void> {
  const scanner = new DocumentScanner(file, rowPaths);
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of readTextChunks(file, options))
    yield [...scanner.push(decoder.decode(chunk, { stream: true }))];
  scanner.end();
}

class DocumentScanner {
  private readonly containers: Container[] = [];
  private line = 1;
  /** Pieces of the value that is being held, or of a key; undefined between values. */
  private held:
    | { kind: "key" | "nested" | "plain"; pieces: string[]; length: number; line: number }
    | undefined;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private started = false;

  constructor(
    private readonly file: string,
    private readonly rowPaths: ReadonlySet<string>,
  ) {}

  *push(text: string): Generator<DocumentPart, void, void> {
    let heldFrom = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at]!;
      if (character === "\n") this.line++;
      if (this.held === undefined) {
        if (this.open(character)) heldFrom = at;
        continue;
      }
      if (!this.endsHeld(character)) continue;
      // A plain value (number, true) ends before the character behind it, all others with their last one.
      const end = this.held.kind === "plain" ? at : at + 1;
      const part = this.take(text.slice(heldFrom, end));
      if (part !== undefined) yield part;
      if (end === at) at--;
      if (end === at + 1 && character === "\n") this.line--;
    }
    if (this.held !== undefined) this.hold(text.slice(heldFrom));
  }

  /** @throws DataError where the document has not ended */
  end(): void {
    if (!this.started)
      throw new DataError("The file is empty; expected a JSON document with rows.", { file: this.file });
    if (this.held !== undefined || this.containers.length > 0)
      throw new DataError(
        "The JSON document ends in the middle: the file was cut. Export it again from the tool that wrote it, or copy it again, whole.",
        {
          file: this.file,
          line: this.line,
        },
      );
  }

  /** Takes a character between values. @returns whether a value (or key) to be held begins with it */
  private open(character: string): boolean {
    const top = this.containers.at(-1);
    if (/\s/.test(character) || character === "," || character === ":") return false;
    if (character === "}" || character === "]") {
      if (top === undefined || top.isArray !== (character === "]")) throw this.malformed(character);
      this.containers.pop();
      return false;
    }
    if (top === undefined && this.started) throw this.malformed(character);
    this.started = true;
    if (top !== undefined && !top.isArray && top.key === undefined) {
      if (character !== '"') throw this.malformed(character);
      return this.begin("key", true);
    }
    const path = this.pathHere();
    if (this.isWalkedInto(character, path)) {
      this.containers.push({ isArray: character === "[", path, key: undefined });
      if (top !== undefined) top.key = undefined;
      return false;
    }
    if (top === undefined) throw this.malformed(character);
    if (character === "{" || character === "[") {
      this.depth = 1;
      return this.begin("nested", false);
    }
    return character === '"' ? this.begin("nested", true) : this.begin("plain", false);
  }

  private begin(kind: "key" | "nested" | "plain", inString: boolean): true {
    this.held = { kind, pieces: [], length: 0, line: this.line };
    this.inString = inString;
    this.escaped = false;
    return true;
  }

  /** Whether a value is an array of rows, or an object in which one may stand. */
  private isWalkedInto(character: string, path: string): boolean {
    if (this.containers.at(-1)?.isArray === true) return false;
    if (character === "[") return this.rowPaths.has(path);
    if (character !== "{") return false;
    return path === "" || [...this.rowPaths].some((rows) => rows.startsWith(`${path}.`));
  }

  private endsHeld(character: string): boolean {
    if (this.escaped) this.escaped = false;
    else if (this.inString) {
      if (character === "\\") this.escaped = true;
      else if (character === '"') {
        this.inString = false;
        return this.depth === 0;
      }
    } else if (this.held!.kind === "plain") return /[\s,\]}]/.test(character);
    else if (character === '"') this.inString = true;
    else if (character === "{" || character === "[") this.depth++;
    else if (character === "}" || character === "]") return --this.depth === 0;
    return false;
  }

  private take(lastPiece: string): DocumentPart | undefined {
    this.hold(lastPiece);
    const { kind, pieces, line } = this.held!;
    this.held = undefined;
    const [value] = parseJsonValues(pieces.join(""), this.file, line);
    const top = this.containers.at(-1)!;
    if (kind === "key") {
      top.key = String(value);
      return undefined;
    }
    const path = top.isArray ? top.path : this.pathHere();
    top.key = undefined;
    return { path, isRow: top.isArray, value, line };
  }

  private hold(piece: string): void {
    const held = this.held!;
    held.pieces.push(piece);
    held.length += piece.length;
    if (held.length > MAX_VALUE_CHARACTERS)
      throw new DataError(
        `A value is longer than ${MAX_VALUE_CHARACTERS} characters; expected an array of rows at the top, or under a usual key.`,
        { file: this.file, line: held.line },
      );
  }

  private pathHere(): string {
    const top = this.containers.at(-1);
    if (top === undefined) return "";
    return [top.path, top.key ?? ""].filter((part) => part !== "").join(".");
  }

  private malformed(character: string): DataError {
    return new DataError(
      `This is not JSON: ${JSON.stringify(character)} is not expected here. Was the file cut, or changed by hand?`,
      { file: this.file, line: this.line },
    );
  }
}
