import { DataError } from "../../errors.ts";

/** What the header of an NPY file declares. */
export interface NpyHeader {
  /** NumPy's type string, e.g. `<f8`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** NumPy's own limit on the number of dimensions. */
const MAX_DIMENSIONS = 32;

type Literal = string | boolean | number | readonly Literal[];

/**
 * Reads the header's Python dict literal, `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, with a
 * parser that knows strings, True, False, whole numbers, tuples and lists of them, and nothing else.
 * @throws DataError naming what was found and where in the header
 */
export function parseNpyHeader(text: string, file?: string): NpyHeader {
  const fields = new DictParser(text, file).parse();
  const where = file === undefined ? {} : { file };
  const field = (name: string): Literal => {
    const value = fields.get(name);
    if (value === undefined) throw new DataError(`The NPY header has no "${name}": ${text.trim()}`, where);
    return value;
  };
  const descr = field("descr");
  const fortranOrder = field("fortran_order");
  const shape = field("shape");
  if (typeof descr !== "string")
    throw new DataError(
      "The NPY file holds a structured array; expected plain numbers. Save one field as an array of its own.",
      where,
    );
  if (typeof fortranOrder !== "boolean")
    throw new DataError(
      `The NPY header's fortran_order is ${String(fortranOrder)}; expected True or False.`,
      where,
    );
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === "number"))
    throw new DataError("The NPY header's shape is not a tuple of whole numbers.", where);
  if (shape.length > MAX_DIMENSIONS)
    throw new DataError(
      `The NPY header has ${shape.length} dimensions; at most ${MAX_DIMENSIONS} exist.`,
      where,
    );
  return { descr, fortranOrder, shape: shape as number[] };
}

/** A recursive-descent parser over the few literals a header may hold. */
class DictParser {
  private position = 0;
  private readonly text: string;
  private readonly file: string | undefined;

  constructor(text: string, file: string | undefined) {
    this.text = text;
    this.file = file;
  }

  parse(): Map<string, Literal> {
    const fields = new Map<string, Literal>();
    this.expect("{");
    while (!this.accept("}")) {
      const key = this.literal(0);
      if (typeof key !== "string") this.fail("a string as key");
      if (fields.has(key)) this.fail(`each key once, "${key}" stands twice`);
      this.expect(":");
      fields.set(key, this.literal(0));
      if (!this.accept(",")) {
        this.expect("}");
        break;
      }
    }
    this.skipSpace();
    if (this.position < this.text.length) this.fail("nothing after the closing brace");
    return fields;
  }

  private literal(depth: number): Literal {
    this.skipSpace();
    const rest = this.text.slice(this.position, this.position + 24);
    const opening = rest[0];
    if (opening === "'" || opening === '"') return this.quoted(opening);
    if (opening === "(" || opening === "[") return this.sequence(opening === "(" ? ")" : "]", depth);
    const word = /^(?:True|False)(?![A-Za-z0-9_])/.exec(rest)?.[0];
    if (word !== undefined) {
      this.position += word.length;
      return word === "True";
    }
    // Python 2 wrote long integers with an L.
    const digits = /^(\d{1,16})L?(?![A-Za-z0-9_.])/.exec(rest);
    if (digits === null || !Number.isSafeInteger(Number(digits[1])))
      this.fail("a string, True, False, number or tuple");
    this.position += digits[0].length;
    return Number(digits[1]);
  }

  private quoted(quote: string): string {
    const end = this.text.indexOf(quote, this.position + 1);
    if (end < 0) this.fail(`a closing ${quote}`);
    const content = this.text.slice(this.position + 1, end);
    if (content.includes("\\")) this.fail("a string without escapes");
    this.position = end + 1;
    return content;
  }

  private sequence(closing: string, depth: number): readonly Literal[] {
    if (depth > 4) this.fail("at most four levels of nesting");
    this.position++;
    const items: Literal[] = [];
    while (!this.accept(closing)) {
      items.push(this.literal(depth + 1));
      if (!this.accept(",")) {
        this.expect(closing);
        break;
      }
    }
    return items;
  }

  private skipSpace(): void {
    while (this.position < this.text.length && /[ \n\r\t]/.test(this.text[this.position]!)) this.position++;
  }

  private accept(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.accept(character)) this.fail(`"${character}"`);
  }

  private fail(expected: string): never {
    const found = this.text.slice(this.position, this.position + 20);
    throw new DataError(
      `The NPY header cannot be read: at character ${this.position} expected ${expected}, found ${JSON.stringify(found)}.`,
      this.file === undefined ? {} : { file: this.file },
    );
  }
}
