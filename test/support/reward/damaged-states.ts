import type { NumericArray, StoredState } from "../../../src/types/index.ts";

/** Every header field and array of a state missing or wrong, one at a time. */
export function* damagedStates(state: StoredState): Generator<{ what: string; state: StoredState }> {
  for (const name of Object.keys(state.header)) {
    for (const value of [undefined, null, -1, Number.POSITIVE_INFINITY, Number.NaN, "x", { length: 3 }]) {
      const { [name]: _, ...rest } = state.header;
      const header = value === undefined ? rest : { ...rest, [name]: value };
      yield { what: `header ${name} = ${JSON.stringify(value)}`, state: { ...state, header } };
    }
  }
  for (const [name, values] of Object.entries(state.arrays)) {
    const { [name]: _, ...rest } = state.arrays;
    yield { what: `array ${name} missing`, state: { ...state, arrays: rest } };
    for (const [how, damaged] of damagedArrays(values)) {
      yield { what: `array ${name} ${how}`, state: { ...state, arrays: { ...rest, [name]: damaged } } };
    }
  }
  yield { what: "unknown kind", state: { ...state, kind: "constructor" } };
}

/** Numbers that are finite, but so large or small that sums and quotients of them are not. */
export function* absurdStates(state: StoredState): Generator<{ what: string; state: StoredState }> {
  const absurd = [-1e308, 1e308, Number.MIN_VALUE, -1, 2];
  for (const [name, value] of Object.entries(state.header)) {
    if (typeof value !== "number") continue;
    for (const number of absurd)
      yield {
        what: `header ${name} = ${number}`,
        state: { ...state, header: { ...state.header, [name]: number } },
      };
  }
  for (const [name, values] of Object.entries(state.arrays)) {
    if (!(values instanceof Float64Array)) continue;
    for (const number of absurd)
      for (const changed of [
        values.map((value, at) => (at === 0 ? number : value)),
        values.map(() => number),
      ])
        yield {
          what: `array ${name} with ${number}`,
          state: { ...state, arrays: { ...state.arrays, [name]: changed } },
        };
  }
}

function* damagedArrays(values: NumericArray): Generator<[string, NumericArray]> {
  if (values.length === 0) return;
  yield ["too short", values.slice(1)];
  yield ["of another type", Uint16Array.from(values)];
  const hostile = values.slice();
  hostile[values.length - 1] = values instanceof Int32Array ? 0x7fffffff : Number.NaN;
  yield ["with a hostile last entry", hostile];
}
