/** Shorter keys are no secrets (`x`, `ollama`), and taking them out would garble texts. */
const SHORTEST_KEY = 8;
/** A key of so many letters and digits is found also where other characters stand between them. */
const SHORTEST_SPLIT_KEY = 16;
/** Characters that may stand between two of a split key's. */
const WIDEST_GAP = 12;
/** A character written otherwise: \u0041, \x41, %41, &#65;, &#x41;; or a line break of a quoted text. */
const ESCAPE =
  /\\u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x([0-9a-f]{2,4});|&#(\d{2,5});|\\[nrt]/iy;

/** A text without the key in it. */
export interface RedactedText {
  readonly text: string;
  /** In how many places the key stood. */
  readonly hidden: number;
}

/** Takes keys out of texts. */
export type Redactor = (text: string) => RedactedText;

/** Letters and digits of a text, and where each stands in it. */
interface Skeleton {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Makes what takes keys out of texts, since endpoints repeat what they were sent: as they are, escaped (JSON, URL, HTML),
 * in base64 or hexadecimal, and split over lines or by spaces. Only the keys given are taken out; whatever else stands
 * in the environment is none of an answer's business.
 */
export function createRedactor(keys: readonly string[]): Redactor {
  const wanted = keys.filter((key) => key.length >= SHORTEST_KEY);
  const forms = new Set(wanted.flatMap(listForms).map((form) => reduceToSkeleton(form).letters));
  const hexForms = new Set(wanted.map((key) => Buffer.from(key).toString("hex")));
  if (wanted.length === 0) return (text) => ({ text, hidden: 0 });
  return (text) => {
    const spans: (readonly [start: number, end: number])[] = [];
    for (const key of wanted) for (const at of findPlaces(key, text)) spans.push([at, at + key.length]);
    const skeleton = reduceToSkeleton(text);
    for (const form of forms) spans.push(...findSpans(form, skeleton.letters, skeleton));
    const lowerCase = skeleton.letters.toLowerCase();
    for (const form of hexForms) spans.push(...findSpans(form, lowerCase, skeleton));
    return withoutSpans(text, spans);
  };
}

/** The key itself, and what it becomes inside base64, which depends on how many bytes stand before it. */
function listForms(key: string): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(key)])
      .toString("base64")
      .replace(/=+$/, "");
    // The first and the last characters share bits with what stands beside the key.
    return text.slice(before === 0 ? 0 : before + 1, (before + key.length) % 3 === 0 ? undefined : -1);
  });
  return [key, ...encoded];
}

function reduceToSkeleton(text: string): Skeleton {
  const starts: number[] = [];
  const ends: number[] = [];
  let letters = "";
  for (let at = 0; at < text.length; ) {
    const start = at;
    let character = text[at]!;
    ESCAPE.lastIndex = at;
    const escaped = character === "\\" || character === "%" || character === "&" ? ESCAPE.exec(text) : null;
    if (escaped === null) at++;
    else {
      at += escaped[0].length;
      const digits = escaped.slice(1, 6).find((group) => group !== undefined);
      const code = digits === undefined ? Number(escaped[6] ?? 0) : Number.parseInt(digits, 16);
      character = String.fromCharCode(code);
    }
    if (!/[A-Za-z0-9]/.test(character)) continue;
    letters += character;
    starts.push(start);
    ends.push(at);
  }
  return { letters, starts, ends };
}

/** Where a form stands in the letters of a text; only long ones may have something between their letters. */
function findSpans(form: string, letters: string, { starts, ends }: Skeleton): (readonly [number, number])[] {
  if (form.length < SHORTEST_KEY) return [];
  const widestGap = form.length >= SHORTEST_SPLIT_KEY ? WIDEST_GAP : 0;
  return findPlaces(form, letters).flatMap((at) => {
    for (let next = at + 1; next < at + form.length; next++)
      if (starts[next]! - ends[next - 1]! > widestGap) return [];
    return [[starts[at]!, ends[at + form.length - 1]!] as const];
  });
}

function findPlaces(part: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function withoutSpans(text: string, spans: readonly (readonly [start: number, end: number])[]): RedactedText {
  if (spans.length === 0) return { text, hidden: 0 };
  let redacted = "";
  let from = 0;
  let hidden = 0;
  for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
    if (start >= from) {
      redacted += `${text.slice(from, start)}…`;
      hidden++;
    }
    from = Math.max(from, end);
  }
  return { text: redacted + text.slice(from), hidden };
}
