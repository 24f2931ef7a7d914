import { withAsciiDigits } from "../../util/index.ts";

/** A number as an answer states it. */
export interface StatedNumber {
  readonly value: number;
  /** Whether it is followed by a percent sign; `value` is then still 50 for "50 %". */
  readonly isPercent: boolean;
  /** 1000 for "5 thousand" and "5k", where `value` is 5; else 1. */
  readonly scale: number;
  /** Another way to read it, where spaces may divide thousands or numbers: 456 in "123 456". */
  readonly otherValue?: number;
}

/** Letters of scripts that put no spaces between words, so that a number may follow them at once. */
const UNSPACED =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー";

/**
 * Not behind a letter (`H2O`), a digit, or an underscore (`x_1`). A sign counts only where nothing is subtracted. Groups
 * are of three digits, or as in India of two and last of three.
 */
const NUMBER = new RegExp(
  String.raw`(?<!(?![${UNSPACED}])\p{L}|[\d_])(?:(?<![)\]}]|[\d)\]}]\s)[-+](?=[$€£¥₹]?\.?\d))?(?:[$€£¥₹][-+]?)?(?:(?:\d{1,3}(?:[,\ue000]\d{3})+(?![\d])|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3}(?![\p{L}\d]))?`,
  "gu",
);

/** Stands for a space between thousands. */
const GROUP = "\ue000";

const SCALES: ReadonlyMap<string, number> = new Map([
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
  ["trillion", 1e12],
  ["lakh", 1e5],
  ["crore", 1e7],
  ["万", 1e4],
  ["萬", 1e4],
  ["億", 1e8],
  ["亿", 1e8],
  ["k", 1e3],
  ["m", 1e6],
  ["bn", 1e9],
  ["b", 1e9],
]);

/**
 * The number an answer ends in: that of the last `\boxed{}`, else the one behind `####`, else the last number of all.
 * Knows thousands separators, signs (− too), currencies, fractions (1/2, 3 1/2, ½, \frac12), per cent, scientific
 * notation, digits of any
 * script, thousands divided by spaces or in India's way, and 1.2k; exponents (m²) and digits inside words (H2O) are not numbers.
 * @returns undefined where there is none
 */
export function finalNumber(text: string): StatedNumber | undefined {
  const boxed = lastBoxed(text);
  if (boxed !== undefined) {
    const inBox = lastNumber(boxed);
    if (inBox !== undefined) return inBox;
  }
  const marked = text.lastIndexOf("####");
  if (marked >= 0) {
    const behindMark = lastNumber(text.slice(marked + 4).split("\n", 1)[0]!);
    if (behindMark !== undefined) return behindMark;
  }
  return lastNumber(text);
}

function lastNumber(raw: string): StatedNumber | undefined {
  const text = normalized(raw);
  const matches = [...text.matchAll(NUMBER)];
  const last = matches.at(-1);
  if (last === undefined) return undefined;
  const findEnd = (match: RegExpExecArray): number => match.index + match[0].length;
  const gapBefore = (position: number): string | undefined => {
    const before = matches.at(position - 1);
    const match = matches.at(position);
    return before === undefined || match === undefined ? undefined : text.slice(findEnd(before), match.index);
  };
  const isSlash = (gap: string | undefined): boolean => gap !== undefined && /^ ?\/ ?$/.test(gap);

  let value = parseMatchedNumber(last[0]);
  // Two slashes make a date, not a fraction.
  if (isSlash(gapBefore(-1)) && !isSlash(gapBefore(-2)) && value !== 0) {
    const numerator = parseMatchedNumber(matches.at(-2)![0]);
    const whole = gapBefore(-2) === " " ? matches.at(-3)![0] : undefined;
    const fraction = numerator / value;
    if (whole !== undefined && /^[-+$€£¥₹]*\d+$/.test(whole) && fraction > 0 && fraction < 1)
      value = parseMatchedNumber(whole) + (whole.includes("-") ? -fraction : fraction);
    else value = fraction;
  }
  const behind = text.slice(findEnd(last), findEnd(last) + 20);
  const isMoney = /^[-+]?[$€£¥₹]/.test(last[0]);
  // "5m" may be metres, "$5m" is not.
  const scaleWord =
    /^ ?((?:thousand|million|billion|trillion|lakh|crore)\b|[万萬億亿])/i.exec(behind)?.[1] ??
    /^(?:k|K)(?![\p{L}\d])/u.exec(behind)?.[0] ??
    (isMoney ? /^(?:m|bn|b)(?![\p{L}\d])/iu.exec(behind)?.[0] : undefined) ??
    "";
  return {
    value,
    isPercent: /^ ?(?:%|percent\b|per cent\b)/i.test(behind),
    scale: SCALES.get(scaleWord.toLowerCase()) ?? 1,
    ...(hasSpaces(last[0]) && {
      otherValue: parseMatchedNumber(last[0].slice(last[0].lastIndexOf(GROUP) + 1)),
    }),
  };
}

/** Whether spaces were taken as dividing thousands although they may divide numbers: the first group is whole. */
function hasSpaces(matched: string): boolean {
  return matched.includes(GROUP) && /^\D*\d{3}\ue000/.test(matched);
}

function parseMatchedNumber(matched: string): number {
  return Number(matched.replaceAll(/[$€£¥₹,\ue000]/g, "").replace(/^\+/, ""));
}

/** Brings the many ways of writing a number to one: ASCII digits, `,` between thousands, `a/b`, `1e3`. */
function normalized(text: string): string {
  return (
    text
      .replaceAll(/[⁰¹²³⁴-⁹⁻]+/g, (digits) => `^${digits}`)
      .replaceAll(/[¼-¾⅐-⅞]/g, (fraction) => ` ${fraction}`)
      // Spaces and apostrophes between groups of three digits.
      .replaceAll(/(?<=\d)(?:[\u00a0\u2009\u202f'’]|\\[,!;: ]|\{,\})(?=\d{3}(?!\d))/g, ",")
      .normalize("NFKC")
      .replaceAll(/\p{Nd}+/gu, withAsciiDigits)
      .replaceAll("\u2044", "/")
      .replaceAll("\u066b", ".")
      .replaceAll("\u066c", ",")
      .replaceAll(/[−‐‑﹣]|[–—](?=\d)/g, "-")
      .replaceAll(/\\([$%])/g, "$1")
      .replaceAll(/\\[dt]?frac\s?\{([^{}]{1,40})\}\s?\{([^{}]{1,40})\}/g, " $1/$2")
      .replaceAll(/\\[dt]?frac\s?(\d)\s?(\d)/g, " $1/$2")
      .replaceAll(/(?<![\p{L}\d])(?:US|USD|EUR|GBP|INR|Rs\.?) ?(?=[$\d])/gu, "$")
      .replaceAll("$$", "$")
      .replaceAll(/([\d.]{1,30})\s?(?:×|[x*·]|\\times|\\cdot)\s?10\s?\^\s?\{?([-+]?\d{1,3})\}?/g, "$1e$2")
      .replaceAll(/(?<![\d.])10\s?\^\s?\{?([-+]?\d{1,3})\}?/g, "1e$1")
      .replaceAll(/\^\s?\{?[-+]?\d{1,9}\}?/g, "")
      // 1.234,56 can only be the continental way.
      .replaceAll(/(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)/g, (number) =>
        number.replaceAll(".", "").replace(",", "."),
      )
      .replaceAll(/[ \t]+/g, " ")
      // Thousands after spaces, but for a fraction behind a whole number.
      .replaceAll(/(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,]| ?\/)/g, (number) => number.replaceAll(" ", GROUP))
  );
}

/** Content of the last `\boxed{…}`, with balanced braces. */
function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf("\\boxed{");
  if (start < 0) return undefined;
  const contentStart = start + "\\boxed{".length;
  let depth = 1;
  for (let position = contentStart; position < text.length; position++) {
    if (text[position] === "{") depth++;
    else if (text[position] === "}" && --depth === 0) return text.slice(contentStart, position);
  }
  return undefined;
}
