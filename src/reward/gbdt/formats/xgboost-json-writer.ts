import { ByteSink, type DocumentValue } from "./document-writer.ts";

/** Digits that tell any two 32-bit floats apart. */
const FLOAT32_DIGITS = 9;

/** Writes a document as JSON. Floats carry an exponent, since XGBoost reads a number without one as an integer. */
export function writeXgboostJson(document: DocumentValue): Uint8Array {
  const sink = new ByteSink();
  writeValue(sink, document);
  return sink.finish();
}

function writeValue(sink: ByteSink, value: DocumentValue): void {
  if (typeof value === "string" || typeof value === "number") sink.text(JSON.stringify(value));
  else if (value instanceof Float32Array) sink.text(`[${Array.from(value, float32Text).join(",")}]`);
  else if (ArrayBuffer.isView(value)) sink.text(`[${value.join(",")}]`);
  else if (isList(value)) {
    sink.text("[");
    value.forEach((entry, index) => {
      if (index > 0) sink.text(",");
      writeValue(sink, entry);
    });
    sink.text("]");
  } else {
    sink.text("{");
    Object.entries(value).forEach(([name, entry], index) => {
      sink.text(`${index > 0 ? "," : ""}${JSON.stringify(name)}:`);
      writeValue(sink, entry);
    });
    sink.text("}");
  }
}

/** The shortest text that reads back as the same 32-bit float: "5E-1". XGBoost's reader takes nine digits at most. */
export function float32Text(value: number): string {
  for (let digits = 1; digits < FLOAT32_DIGITS; digits++) {
    const text = value.toExponential(digits - 1);
    if (Math.fround(Number(text)) === value) return exponentText(text);
  }
  return exponentText(value.toExponential(FLOAT32_DIGITS - 1));
}

function exponentText(text: string): string {
  return text.replace("e+", "E").replace("e", "E");
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
