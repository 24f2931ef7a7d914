import { ByteSink, type DocumentValue } from "./document-writer.ts";

/** Digits that tell any two 32-bit floats apart. */
const FLOAT32_DIGITS = 9;
/** Digits so few that trying fewer would not save a conversion; zeros at the end are dropped anyway. */
const SURE_DIGITS = 7;

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

/**
 * Text that reads back as the same 32-bit float, without needless digits: "5E-1". XGBoost's reader takes nine digits
 * at most.
 */
export function float32Text(value: number): string {
  for (let digits = SURE_DIGITS; digits < FLOAT32_DIGITS; digits++) {
    const text = value.toExponential(digits - 1);
    if (Math.fround(Number(text)) === value) return tidy(text);
  }
  return tidy(value.toExponential(FLOAT32_DIGITS - 1));
}

/** "5.000000e-1" as "5E-1". */
function tidy(text: string): string {
  const [digits, exponent] = text.split("e");
  return `${digits!.replace(/\.?0+$/, "")}E${Number(exponent)}`;
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
