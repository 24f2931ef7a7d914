/** An array of a pickle: values row-major, bool as 0 and 1. */
export interface PickledArray {
  readonly kind: "array";
  readonly shape: readonly number[];
  /** Numbers, or any values where the array holds objects. */
  readonly values: readonly PickledValue[] | Float64Array;
}

/** A Python list or tuple. */
export interface PickledList {
  readonly kind: "list";
  readonly items: PickledValue[];
}

/** A NumPy type while an array is put together; never in a result. */
export interface PickledType {
  readonly kind: "dtype";
  /** Such as `f8`. */
  readonly code: string;
  order: "<" | ">" | "|" | "=";
}

/** What a pickle may hold here. Dictionaries are Maps, so that no key is special. */
export type PickledValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickledArray
  | PickledList
  | Map<PickledValue, PickledValue>
  | PickledType
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "mark" };

/** Whether a value is of a kind. */
export function isKind<Kind extends "list" | "array" | "global" | "dtype" | "mark">(
  value: PickledValue | undefined,
  kind: Kind,
): value is Extract<PickledValue, { readonly kind: Kind }> {
  return (
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array) &&
    value.kind === kind
  );
}

/** The items of a list or tuple; null for anything else. */
export function listItems(value: PickledValue | undefined): PickledValue[] | null {
  return isKind(value, "list") ? value.items : null;
}
