import { ModelFileError } from "../../../errors.ts";

/**
 * A part of a parsed document nobody has checked yet, and the way to it for messages. What the library's own reader
 * would silently cast is refused here.
 */
export class DocumentPart {
  readonly #value: unknown;
  readonly #path: string;

  /** @param path of the part, "" for the whole document */
  constructor(value: unknown, path = "") {
    this.#value = value;
    this.#path = path;
  }

  /** The part under a name. @throws ModelFileError where it is missing */
  field(name: string): DocumentPart {
    const part = this.optional(name);
    if (part === undefined) throw this.refuse(`has no "${name}"`, "one");
    return part;
  }

  /** The part under a name, or undefined. @throws ModelFileError where this is not an object */
  optional(name: string): DocumentPart | undefined {
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
      throw this.refuse(`is ${describe(value)}`, "an object");
    if (!Object.hasOwn(value, name)) return undefined;
    const path = this.#path === "" ? name : `${this.#path}.${name}`;
    return new DocumentPart((value as { [name: string]: unknown })[name], path);
  }

  /** @throws ModelFileError where this is not a string */
  text(): string {
    if (typeof this.#value !== "string") throw this.refuse(`is ${describe(this.#value)}`, "a string");
    return this.#value;
  }

  /** A whole number ≥ 0 that is written as a string, as XGBoost writes its parameters. @throws ModelFileError */
  count(): number {
    const text = this.text();
    if (!/^\d{1,10}$/.test(text)) throw this.refuse(`is ${describe(text)}`, "a whole number of 0 or more");
    return Number(text);
  }

  /** The entries of a list. @throws ModelFileError where this is not one */
  list(): DocumentPart[] {
    return Array.from(this.#entries(), (value, index) => new DocumentPart(value, `${this.#path}[${index}]`));
  }

  /** Whole numbers that fit 32 bits. @throws ModelFileError where one does not, or there are not `length` of them */
  integers(length?: number): Int32Array {
    const entries = this.#entries(length);
    const integers = new Int32Array(entries.length);
    for (let index = 0; index < entries.length; index++) {
      const value = entries[index];
      if (typeof value !== "number" || (value | 0) !== value)
        throw this.refuse(`holds ${describe(value)} at ${index}`, "whole numbers of 32 bits");
      integers[index] = value;
    }
    return integers;
  }

  /** Numbers as 32-bit floats; infinite ones too. @throws ModelFileError where one is none, or there are not `length` */
  floats(length: number): Float32Array {
    const entries = this.#entries(length);
    const floats = new Float32Array(length);
    for (let index = 0; index < length; index++) {
      const value = entries[index];
      if (typeof value !== "number" || Number.isNaN(value))
        throw this.refuse(`holds ${describe(value)} at ${index}`, "numbers");
      floats[index] = value;
    }
    return floats;
  }

  /** The error for this part. @param found as the predicate of a sentence, "is 3" */
  refuse(found: string, expected: string): ModelFileError {
    const what = this.#path === "" ? "the document" : `"${this.#path}"`;
    return new ModelFileError(`The XGBoost model cannot be read: ${what} ${found}; expected ${expected}.`, {
      part: this.#path,
    });
  }

  #entries(length?: number): ArrayLike<unknown> {
    const value = this.#value;
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
    if (!isList) throw this.refuse(`is ${describe(value)}`, "a list");
    const entries = value as ArrayLike<unknown>;
    if (length !== undefined && entries.length !== length)
      throw this.refuse(`has ${entries.length} entries`, `${length}`);
    return entries;
  }
}

/** A value in few words, whatever it is. */
function describe(value: unknown): string {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return String(value);
}
