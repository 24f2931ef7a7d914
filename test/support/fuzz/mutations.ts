import { decodeStoredState, encodeStoredState } from "../../../src/data/index.ts";
import type { JsonValue, NumericArray, StoredState } from "../../../src/types/index.ts";
import type { SeededRandom } from "../../../src/util/index.ts";

const NUMBERS = [
  ...[0, -0, 1, -1, 2, 0.5, 255, 65_536, 2 ** 24, 2 ** 31 - 1, -(2 ** 31), 2 ** 32, 2 ** 53, -1e308, 1e308],
  ...[Number.MIN_VALUE, 1e-300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
] as const;
const WORDS = [
  "",
  "x",
  "__proto__",
  "constructor",
  "dense",
  "sparse",
  "1e999",
  "NaN",
  "\u0000",
  "a".repeat(5000),
];
/** Pieces of text that steer readers. */
const PIECES = [
  ...[
    '"',
    "'",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    "\\",
    "\u0000",
    "\ufeff",
    "\ud800",
    "é",
  ],
  ...[
    "null",
    "true",
    "1e999",
    "-1e308",
    "NaN",
    "9".repeat(400),
    '"__proto__":',
    "&a *a",
    "<<: *a",
    "[".repeat(2000),
  ],
  ...["num_leaves=999999999", "Tree=0", "漢字".repeat(300), "\u0301".repeat(300)],
];

function pick<Item>(items: readonly Item[], random: SeededRandom): Item {
  return items[random.nextInteger(items.length)]!;
}

/** Bytes changed, cut, doubled, moved or put in between, a few times over. */
export function mutateBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let mutated = Buffer.from(bytes);
  for (let times = 1 + random.nextInteger(3); times > 0 && mutated.length > 0; times--) {
    // Half of all changes near an end, where formats keep what steers them.
    const nearEnd = Math.min(mutated.length, 300);
    const place = pick(["start", "end", "any", "any"], random);
    const at =
      place === "any"
        ? random.nextInteger(mutated.length)
        : place === "start"
          ? random.nextInteger(nearEnd)
          : mutated.length - 1 - random.nextInteger(nearEnd);
    const length = 1 + random.nextInteger(8);
    switch (random.nextInteger(7)) {
      case 0:
        mutated[at] = mutated[at]! ^ (1 << random.nextInteger(8));
        break;
      case 1:
        mutated[at] = pick([0, 1, 127, 128, 255], random);
        break;
      case 2:
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + length)]);
        break;
      case 3:
        mutated = Buffer.concat([mutated.subarray(0, at + length), mutated.subarray(at)]);
        break;
      case 4:
        mutated = Buffer.concat([
          mutated.subarray(0, at),
          Buffer.from(pick(PIECES, random)),
          mutated.subarray(at),
        ]);
        break;
      case 5:
        if (at + 4 <= mutated.length)
          mutated.writeInt32LE(pick([-1, 0, 2 ** 31 - 1, -(2 ** 31), 1], random), at);
        break;
      default:
        if (random.nextInteger(4) === 0) mutated = mutated.subarray(0, at);
        else mutated[at] = random.nextInteger(256);
    }
  }
  return new Uint8Array(mutated);
}

/**
 * A stored state with header fields and numbers changed, sealed again, so that no checksum tells.
 * @throws ModelFileError where it cannot even be sealed
 */
export function mutateState(state: StoredState, random: SeededRandom): StoredState {
  const header: Record<string, JsonValue> = { ...state.header };
  const arrays: Record<string, NumericArray> = { ...state.arrays };
  for (let times = 1 + random.nextInteger(3); times > 0; times--) {
    const name = pick(Object.keys(arrays), random);
    const field = pick(Object.keys(header), random);
    if (random.nextInteger(3) === 0) {
      if (field !== undefined) header[field] = mutatedValue(header[field]!, random);
    } else if (name !== undefined) arrays[name] = mutatedArray(arrays[name]!, random);
  }
  return decodeStoredState(encodeStoredState({ kind: state.kind, header, arrays }));
}

function mutatedValue(value: JsonValue, random: SeededRandom): JsonValue {
  if (Array.isArray(value) && value.length > 0 && random.nextInteger(2) === 0) {
    const place = random.nextInteger(value.length);
    return value.map((inner, at) => (at === place ? mutatedValue(inner as JsonValue, random) : inner));
  }
  if (value !== null && typeof value === "object" && !Array.isArray(value) && random.nextInteger(4) > 0) {
    const fields = Object.entries(value);
    const place = random.nextInteger(Math.max(1, fields.length));
    return Object.fromEntries(
      fields.map(([name, inner], at) => [name, at === place ? mutatedValue(inner, random) : inner]),
    );
  }
  if (typeof value === "number" && random.nextInteger(2) === 0)
    return value + pick([-1, 1, 0.5, 1e6], random);
  return pick<JsonValue>([...NUMBERS, ...WORDS, null, true, [], {}, [null], ["x", "x"]], random);
}

function mutatedArray(values: NumericArray, random: SeededRandom): NumericArray {
  const changed = values.slice();
  switch (random.nextInteger(4)) {
    case 0:
      return values.slice(random.nextInteger(2), Math.max(0, values.length - random.nextInteger(3)));
    case 1:
      return changed.fill(pick(NUMBERS, random));
    default:
      for (let times = 1 + random.nextInteger(5); times > 0 && changed.length > 0; times--)
        changed[random.nextInteger(changed.length)] = pick([...NUMBERS, random.nextNormal() * 10], random);
      return changed;
  }
}
