import { ModelFileError } from "../../../errors.ts";

/** Far deeper than any model nests. */
const DEEPEST = 64;
/** The least an entry takes whose type does not say more. */
const MIN_ENTRY_BYTES = 1;

const MARKERS = {
  null: 0x5a, // Z
  noop: 0x4e, // N
  true: 0x54, // T
  false: 0x46, // F
  int8: 0x69, // i
  uint8: 0x55, // U
  int16: 0x49, // I
  int32: 0x6c, // l
  int64: 0x4c, // L
  float32: 0x64, // d
  float64: 0x44, // D
  character: 0x43, // C
  text: 0x53, // S
  array: 0x5b, // [
  arrayEnd: 0x5d, // ]
  object: 0x7b, // {
  objectEnd: 0x7d, // }
  type: 0x24, // $
  count: 0x23, // #
} as const;

/** Numbers of one type, as they lie in the file, big-endian. */
const NUMBERS: ReadonlyMap<number, { bytes: number; read: (view: DataView, at: number) => number }> = new Map(
  [
    [MARKERS.int8, { bytes: 1, read: (view: DataView, at: number) => view.getInt8(at) }],
    [MARKERS.uint8, { bytes: 1, read: (view: DataView, at: number) => view.getUint8(at) }],
    [MARKERS.int16, { bytes: 2, read: (view: DataView, at: number) => view.getInt16(at) }],
    [MARKERS.int32, { bytes: 4, read: (view: DataView, at: number) => view.getInt32(at) }],
    [MARKERS.int64, { bytes: 8, read: (view: DataView, at: number) => Number(view.getBigInt64(at)) }],
    [MARKERS.float32, { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at) }],
    [MARKERS.float64, { bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at) }],
  ],
);

/**
 * Reads a UBJSON document (https://ubjson.org, draft 12) as untrusted input. Objects come without a prototype, lists
 * of numbers of one type as Float64Array, 64-bit integers as numbers.
 * @throws ModelFileError where the bytes are no whole document: truncated, of unknown types, nested too deeply
 */
export function readUbjson(bytes: Uint8Array): unknown {
  const reader = new UbjsonReader(bytes);
  const value = reader.value(reader.marker(), 0);
  reader.expectEnd();
  return value;
}

class UbjsonReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next byte that is no filler. */
  marker(): number {
    for (;;) {
      const marker = this.#bytes[this.#take(1)]!;
      if (marker !== MARKERS.noop) return marker;
    }
  }

  value(marker: number, depth: number): unknown {
    if (depth > DEEPEST) throw this.#refuse(`nests deeper than ${DEEPEST} levels`);
    const number = NUMBERS.get(marker);
    if (number !== undefined) return number.read(this.#view, this.#take(number.bytes));
    switch (marker) {
      case MARKERS.null:
        return null;
      case MARKERS.true:
        return true;
      case MARKERS.false:
        return false;
      case MARKERS.character:
        return String.fromCharCode(this.#bytes[this.#take(1)]!);
      case MARKERS.text:
        return this.#text();
      case MARKERS.array:
        return this.#array(depth);
      case MARKERS.object:
        return this.#object(depth);
      default:
        throw this.#refuse(`holds the unknown marker 0x${marker.toString(16).padStart(2, "0")}`);
    }
  }

  expectEnd(): void {
    if (this.#at !== this.#bytes.length)
      throw this.#refuse(`ends, but ${this.#bytes.length - this.#at} more bytes follow`);
  }

  #array(depth: number): unknown {
    const { type, count } = this.#containerHead();
    const number = type === undefined ? undefined : NUMBERS.get(type);
    if (number !== undefined) {
      const start = this.#take(count! * number.bytes);
      const numbers = new Float64Array(count!);
      for (let index = 0; index < numbers.length; index++)
        numbers[index] = number.read(this.#view, start + index * number.bytes);
      return numbers;
    }
    const values: unknown[] = [];
    if (count !== undefined)
      while (values.length < count) values.push(this.value(type ?? this.marker(), depth + 1));
    else
      for (let next = this.marker(); next !== MARKERS.arrayEnd; next = this.marker())
        values.push(this.value(next, depth + 1));
    return values;
  }

  #object(depth: number): object {
    const { type, count } = this.#containerHead();
    const object: { [name: string]: unknown } = Object.create(null);
    const readEntry = (): void => {
      const name = this.#text();
      if (Object.hasOwn(object, name)) throw this.#refuse(`holds the name ${JSON.stringify(name)} twice`);
      object[name] = this.value(type ?? this.marker(), depth + 1);
    };
    if (count !== undefined) for (let entry = 0; entry < count; entry++) readEntry();
    else {
      while (this.#peek() !== MARKERS.objectEnd) readEntry();
      this.#take(1);
    }
    return object;
  }

  /** `$type` and `#count`, where a container gives them. Each entry takes a byte or more, so a count has a limit. */
  #containerHead(): { type?: number; count?: number } {
    let type: number | undefined;
    if (this.#peek() === MARKERS.type) {
      this.#take(1);
      type = this.marker();
      if (this.#peek() !== MARKERS.count) throw this.#refuse("holds a typed container without a count");
      // Entries of these types take no bytes: a few bytes could ask for any amount of memory.
      if (type === MARKERS.null || type === MARKERS.true || type === MARKERS.false)
        throw this.#refuse("holds a container of constants");
    }
    if (this.#peek() !== MARKERS.count) return {};
    this.#take(1);
    const count = this.#length();
    const entryBytes = type === undefined ? MIN_ENTRY_BYTES : (NUMBERS.get(type)?.bytes ?? MIN_ENTRY_BYTES);
    if (count * entryBytes > this.#bytes.length - this.#at)
      throw this.#refuse(`says it holds ${count} entries, more than its bytes can`);
    return type === undefined ? { count } : { type, count };
  }

  #text(): string {
    const length = this.#length();
    const start = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  /** A length: an integer of any type. */
  #length(): number {
    const marker = this.marker();
    const number = NUMBERS.get(marker);
    const isInteger = number !== undefined && marker !== MARKERS.float32 && marker !== MARKERS.float64;
    const length = isInteger ? number.read(this.#view, this.#take(number.bytes)) : -1;
    if (length < 0) throw this.#refuse("holds a length that is no whole number of 0 or more");
    return length;
  }

  #peek(): number {
    while (this.#bytes[this.#at] === MARKERS.noop) this.#at++;
    if (this.#at >= this.#bytes.length) throw this.#refuse("ends too soon");
    return this.#bytes[this.#at]!;
  }

  /** Moves on, and gives where it was. */
  #take(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) throw this.#refuse("ends too soon");
    this.#at += count;
    return start;
  }

  #refuse(found: string): ModelFileError {
    return new ModelFileError(
      `The XGBoost model cannot be read: the UBJSON ${found} (at byte ${this.#at}). Save or download it again.`,
      { byte: this.#at },
    );
  }
}
