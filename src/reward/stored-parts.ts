import { ModelFileError } from "../errors.ts";
import type { StoredState } from "../types/index.ts";

/*
 * Reading a stored model as untrusted input: every number a model is rebuilt from passes through here, so that a
 * corrupt or hostile file is refused before anything is allocated or indexed by it.
 */

/** A finite number of the header, at least `least`. @throws ModelFileError */
export function headerNumber(state: StoredState, name: string, least: number): number {
  const value = headerValue(state, name);
  if (typeof value === "number" && value >= least && value < Infinity) return value;
  throw refuse(
    state,
    `header field "${name}" is ${JSON.stringify(value)}`,
    `a finite number of ${least} or more`,
  );
}

/** A whole number of the header, at least `least`. @throws ModelFileError */
export function headerCount(state: StoredState, name: string, least: number): number {
  const value = headerValue(state, name);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw refuse(
    state,
    `header field "${name}" is ${JSON.stringify(value)}`,
    `a whole number of ${least} or more`,
  );
}

/** One of the given words of the header. @throws ModelFileError */
export function headerWord<Word extends string>(
  state: StoredState,
  name: string,
  words: readonly Word[],
): Word {
  const value = headerValue(state, name);
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw refuse(state, `header field "${name}" is ${JSON.stringify(value)}`, `one of ${words.join(", ")}`);
}

function headerValue(state: StoredState, name: string): unknown {
  return Object.hasOwn(state.header, name) ? state.header[name] : undefined;
}

/** A Float64Array of finite numbers. @throws ModelFileError */
export function finiteArray(state: StoredState, name: string, length: number): Float64Array {
  return checkFinite(state, name, storedArray(state, name, Float64Array, length));
}

/** A Float64Array of numbers in [0, 1]. @throws ModelFileError */
export function probabilityArray(state: StoredState, name: string, length: number): Float64Array {
  const values = storedArray(state, name, Float64Array, length);
  values.forEach((value, k) => {
    if (!(value >= 0 && value <= 1))
      throw refuse(state, `entry ${k} of array "${name}" is ${value}`, "a number from 0 to 1");
  });
  return values;
}

/** @throws ModelFileError where an entry is NaN or infinite */
export function checkFinite<Numbers extends Float64Array | Float32Array>(
  state: StoredState,
  name: string,
  values: Numbers,
): Numbers {
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k]))
      throw refuse(state, `entry ${k} of array "${name}" is ${values[k]}`, "a finite number");
  }
  return values;
}

/** An array of the given type and length. @throws ModelFileError */
export function storedArray<Numbers extends Float64Array | Float32Array | Int32Array>(
  state: StoredState,
  name: string,
  type: { new (length: number): Numbers },
  length: number,
): Numbers {
  const value: unknown = Object.hasOwn(state.arrays, name) ? state.arrays[name] : undefined;
  if (value instanceof type && value.length === length) return value;
  const found = ArrayBuffer.isView(value)
    ? `${value.constructor.name} of ${(value as Float64Array).length} entries`
    : "missing";
  throw refuse(state, `array "${name}" is ${found}`, `${type.name} of ${length} entries`);
}

/** The error for a stored part that is not as expected. */
export function refuse(state: StoredState, found: string, expected: string): ModelFileError {
  return new ModelFileError(
    `Stored reward model "${state.kind}": ${found}; expected ${expected}. The file is damaged or of another version; train again.`,
    { kind: state.kind },
  );
}
