/** Numbers a stored model may hold. */
export type NumericArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A value JSON can hold without loss. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Everything a fitted embedder or reward model needs to be restored, apart from how it is laid out in a file. */
export interface StoredState {
  /** Which embedder or reward model this is; selects the restoring function. */
  readonly kind: string;
  readonly header: { readonly [key: string]: JsonValue };
  readonly arrays: { readonly [name: string]: NumericArray };
}
