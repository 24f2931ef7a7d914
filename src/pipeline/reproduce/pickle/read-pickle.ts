import { ByteCursor } from "./byte-cursor.ts";
import { numpyNumbers } from "./numpy-numbers.ts";
import {
  isKind,
  listItems,
  type PickledArray,
  type PickledList,
  type PickledValue,
} from "./pickled-value.ts";

/** The only names a pickle may refer to. They are understood here, never looked up or called. */
const KNOWN_GLOBALS: ReadonlyMap<string, string> = new Map([
  ["numpy.core.multiarray _reconstruct", "reconstruct"],
  ["numpy._core.multiarray _reconstruct", "reconstruct"],
  ["numpy.core.multiarray scalar", "scalar"],
  ["numpy._core.multiarray scalar", "scalar"],
  ["numpy ndarray", "ndarray"],
  ["numpy dtype", "dtype"],
  ["_codecs encode", "encode"],
]);
/** So that a small file cannot ask for a large memory or a long time. */
const MAX_STEPS = 5_000_000;
const MAX_VALUES = 50_000_000;
const DEEPEST = 32;
const STOP = 0x2e;

/**
 * Reads a Python pickle of dictionaries, lists, numbers, texts and NumPy arrays, as `numpy.save` writes them. A pickle
 * is a program; this runs none of it: it knows the opcodes that build such values and the few NumPy names they
 * need, and refuses everything else.
 * @throws DataError for anything else, or where the bytes end early
 */
export function readPickle(bytes: Uint8Array, file: string): PickledValue {
  return new PickleMachine(new ByteCursor(bytes, file)).run();
}

/** The stack machine of Python's `pickletools`, as far as it is needed; opcodes bear its names. */
class PickleMachine {
  readonly #input: ByteCursor;
  readonly #stack: PickledValue[] = [];
  readonly #memo = new Map<number, PickledValue>();
  /** Arrays are filled in after they were made. */
  readonly #arrays = new Map<PickledValue, { shape: number[]; values: PickledArray["values"] }>();
  #valuesRead = 0;
  readonly #opcodes: ReadonlyMap<number, () => void>;

  constructor(input: ByteCursor) {
    this.#input = input;
    const push = (read: () => PickledValue) => (): void => {
      this.#stack.push(read());
    };
    const skip = (length: number) => (): void => {
      input.skip(length);
    };
    const keep = (index: () => number) => (): void => {
      this.#memo.set(index(), this.#top());
    };
    const tuple = (count: number) => push(() => ({ kind: "list", items: this.#popMany(count) }));
    const emptyList = push(() => ({ kind: "list", items: [] }));
    this.#opcodes = new Map<number, () => void>([
      [0x80, skip(1)], // PROTO
      [0x95, skip(8)], // FRAME
      [0x28, push(() => ({ kind: "mark" }))], // MARK
      [0x4e, push(() => null)], // NONE
      [0x88, push(() => true)], // NEWTRUE
      [0x89, push(() => false)], // NEWFALSE
      [0x4b, push(() => input.u8())], // BININT1
      [0x4d, push(() => input.u16())], // BININT2
      [0x4a, push(() => input.i32())], // BININT
      [0x8a, push(() => input.long(input.u8()))], // LONG1
      [0x47, push(() => input.f64())], // BINFLOAT
      [0x8c, push(() => input.text(input.u8()))], // SHORT_BINUNICODE
      [0x58, push(() => input.text(input.u32()))], // BINUNICODE
      [0x43, push(() => input.slice(input.u8()))], // SHORT_BINBYTES
      [0x42, push(() => input.slice(input.u32()))], // BINBYTES
      [0x8e, push(() => input.slice(input.u64()))], // BINBYTES8
      [0x7d, push(() => new Map())], // EMPTY_DICT
      [0x5d, emptyList], // EMPTY_LIST
      [0x29, emptyList], // EMPTY_TUPLE
      [0x74, push(() => ({ kind: "list", items: this.#popToMark() }))], // TUPLE
      [0x85, tuple(1)], // TUPLE1
      [0x86, tuple(2)], // TUPLE2
      [0x87, tuple(3)], // TUPLE3
      [0x61, () => this.#append(this.#popMany(1))], // APPEND
      [0x65, () => this.#append(this.#popToMark())], // APPENDS
      [0x73, () => this.#setItems(this.#popMany(2))], // SETITEM
      [0x75, () => this.#setItems(this.#popToMark())], // SETITEMS
      [0x71, keep(() => input.u8())], // BINPUT
      [0x72, keep(() => input.u32())], // LONG_BINPUT
      [0x94, keep(() => this.#memo.size)], // MEMOIZE
      [0x68, push(() => this.#recall(input.u8()))], // BINGET
      [0x6a, push(() => this.#recall(input.u32()))], // LONG_BINGET
      [0x63, push(() => this.#global(input.line(), input.line()))], // GLOBAL
      [0x93, push(() => this.#global(...(this.#popMany(2) as [PickledValue, PickledValue])))], // STACK_GLOBAL
      [0x52, push(() => this.#reduce())], // REDUCE
      [0x62, () => this.#build()], // BUILD
    ]);
  }

  run(): PickledValue {
    for (let step = 0; step < MAX_STEPS; step++) {
      const code = this.#input.u8();
      if (code === STOP) return this.#finish(this.#popMany(1)[0]!, new Map(), 0);
      const opcode = this.#opcodes.get(code);
      if (opcode === undefined)
        throw this.#input.refusal(`opcode 0x${code.toString(16)} is not one that plain results need`);
      opcode();
    }
    throw this.#input.refusal(`it has more than ${MAX_STEPS} steps`);
  }

  #global(module: PickledValue, name: PickledValue): PickledValue {
    const known =
      typeof module === "string" && typeof name === "string"
        ? KNOWN_GLOBALS.get(`${module} ${name}`)
        : undefined;
    if (known === undefined)
      throw this.#input.refusal(
        `it refers to ${JSON.stringify(`${String(module)}.${String(name)}`.slice(0, 80))}, which no result needs`,
      );
    return { kind: "global", name: known };
  }

  /** Understands the few calls that make arrays, types and scalars. */
  #reduce(): PickledValue {
    const [callee, given] = this.#popMany(2);
    const items = listItems(given);
    if (items === null || !isKind(callee, "global"))
      throw this.#input.refusal("it calls something that is no NumPy name");
    const [first, second] = items;
    if (callee.name === "reconstruct") {
      const array: PickledArray = { kind: "array", shape: [], values: [] };
      this.#arrays.set(array, { shape: [], values: [] });
      return array;
    }
    if (callee.name === "dtype" && typeof first === "string")
      return { kind: "dtype", code: first, order: "<" };
    if (callee.name === "encode" && typeof first === "string")
      return Uint8Array.from(first, (character) => character.charCodeAt(0) & 0xff);
    if (callee.name === "scalar" && isKind(first, "dtype") && second instanceof Uint8Array) {
      const value = numpyNumbers(second, first, 1)?.[0];
      if (value !== undefined) return value;
    }
    throw this.#input.refusal(`it calls ${callee.name} with something else than it takes`);
  }

  /** Fills in an array's shape and values, or a type's byte order. */
  #build(): void {
    const state = listItems(this.#popMany(1)[0]);
    const target = this.#top();
    if (state === null) throw this.#input.refusal("a state is no tuple");
    const [, second, type, isFortran, raw] = state;
    if (isKind(target, "dtype")) {
      if (second !== "<" && second !== "|" && second !== ">" && second !== "=")
        throw this.#input.refusal("a NumPy type has no byte order");
      target.order = second;
      return;
    }
    const array = this.#arrays.get(target);
    const shape = listItems(second);
    if (array === undefined || shape === null || !isKind(type, "dtype"))
      throw this.#input.refusal("an array has no shape or type");
    if (!shape.every((size): size is number => Number.isSafeInteger(size) && (size as number) >= 0))
      throw this.#input.refusal("a shape is not made of whole numbers");
    if (isFortran !== false && shape.length > 1) throw this.#input.refusal("an array is in Fortran order");
    const length = shape.reduce((product, size) => product * size, 1);
    this.#valuesRead += length;
    if (!(this.#valuesRead <= MAX_VALUES))
      throw this.#input.refusal(`its arrays hold more than ${MAX_VALUES} values`);
    const objects = listItems(raw);
    const values = raw instanceof Uint8Array ? numpyNumbers(raw, type, length) : objects;
    if (values === null || values.length !== length)
      throw this.#input.refusal(
        `an array of ${length} values of type ${JSON.stringify(type.code.slice(0, 20))} holds something else`,
      );
    array.shape = shape;
    array.values = values;
  }

  /** Copies the result with its arrays filled in. */
  #finish(value: PickledValue, done: Map<PickledValue, PickledValue>, depth: number): PickledValue {
    if (depth > DEEPEST) throw this.#input.refusal(`it is nested more than ${DEEPEST} deep`);
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    const known = done.get(value);
    if (known !== undefined) return known;
    if (value instanceof Map) {
      const copy = new Map<PickledValue, PickledValue>();
      for (const [key, entry] of value)
        copy.set(this.#finish(key, done, depth + 1), this.#finish(entry, done, depth + 1));
      done.set(value, copy);
      return copy;
    }
    const finishAll = (items: readonly PickledValue[]): PickledValue[] =>
      items.map((item) => this.#finish(item, done, depth + 1));
    if (value.kind === "list") {
      const copy: PickledList = { kind: "list", items: finishAll(value.items) };
      done.set(value, copy);
      return copy;
    }
    const filled = this.#arrays.get(value);
    if (filled === undefined) throw this.#input.refusal("it ends with a half-made value");
    const { shape, values } = filled;
    const array: PickledArray = {
      kind: "array",
      shape,
      values: values instanceof Float64Array ? values : finishAll(values),
    };
    done.set(value, array);
    return array;
  }

  #append(items: readonly PickledValue[]): void {
    const target = listItems(this.#top());
    if (target === null) throw this.#input.refusal("it appends to something that is no list");
    for (const item of items) target.push(item);
  }

  #setItems(items: readonly PickledValue[]): void {
    const target = this.#top();
    if (!(target instanceof Map) || items.length % 2 === 1)
      throw this.#input.refusal("it sets an entry of something that is no dictionary");
    for (let index = 0; index < items.length; index += 2) target.set(items[index]!, items[index + 1]!);
  }

  #top(): PickledValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.#input.refusal("it takes more values than it made");
    return value;
  }

  #popMany(count: number): PickledValue[] {
    if (this.#stack.length < count) throw this.#input.refusal("it takes more values than it made");
    return this.#stack.splice(this.#stack.length - count);
  }

  #popToMark(): PickledValue[] {
    const start = this.#stack.findLastIndex((value) => isKind(value, "mark"));
    if (start < 0) throw this.#input.refusal("a mark is missing");
    return this.#stack.splice(start).slice(1);
  }

  #recall(index: number): PickledValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#input.refusal(`it recalls a value it never kept (${index})`);
    return value;
  }
}
