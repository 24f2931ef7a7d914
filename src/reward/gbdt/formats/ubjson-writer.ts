import { ByteSink, type DocumentValue } from "./document-writer.ts";

/**
 * Writes a document as UBJSON in exactly the types XGBoost's reader casts to: lengths of 64 bits, lists of numbers
 * typed.
 */
export function writeUbjson(document: DocumentValue): Uint8Array {
  const sink = new ByteSink();
  writeValue(sink, document);
  return sink.finish();
}

function writeValue(sink: ByteSink, value: DocumentValue): void {
  if (typeof value === "string") {
    sink.text("S");
    writeName(sink, value);
  } else if (typeof value === "number") {
    sink.text("L");
    writeLength(sink, value);
  } else if (value instanceof Float32Array)
    writeNumbers(sink, "d", value, 4, (view, at, index) => view.setFloat32(at, value[index]!));
  else if (value instanceof Int32Array)
    writeNumbers(sink, "l", value, 4, (view, at, index) => view.setInt32(at, value[index]!));
  else if (value instanceof BigInt64Array)
    writeNumbers(sink, "L", value, 8, (view, at, index) => view.setBigInt64(at, value[index]!));
  else if (value instanceof Uint8Array)
    writeNumbers(sink, "U", value, 1, (view, at, index) => view.setUint8(at, value[index]!));
  else if (isList(value)) {
    sink.text("[#L");
    writeLength(sink, value.length);
    for (const entry of value) writeValue(sink, entry);
  } else {
    sink.text("{");
    for (const [name, entry] of Object.entries(value)) {
      writeName(sink, name);
      writeValue(sink, entry);
    }
    sink.text("}");
  }
}

function writeNumbers(
  sink: ByteSink,
  type: string,
  numbers: ArrayLike<number | bigint>,
  bytes: number,
  set: (view: DataView, at: number, index: number) => void,
): void {
  sink.text(`[$${type}#L`);
  writeLength(sink, numbers.length);
  const { view, at } = sink.reserve(bytes * numbers.length);
  for (let index = 0; index < numbers.length; index++) set(view, at + bytes * index, index);
}

function writeName(sink: ByteSink, name: string): void {
  const bytes = new TextEncoder().encode(name);
  sink.text("L");
  writeLength(sink, bytes.length);
  sink.bytes(bytes);
}

function writeLength(sink: ByteSink, length: number): void {
  const { view, at } = sink.reserve(8);
  view.setBigInt64(at, BigInt(length));
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
