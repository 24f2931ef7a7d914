import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { denseRows, testEmbedderContract } from "../../test/support/embed/embedder-contract.ts";
import { realQuestions } from "../../test/support/real-questions.ts";
import { requireSharedData } from "../../test/support/shared-data.ts";
import type { SparseFeatures } from "../types/index.ts";
import { createEmbedder } from "./create-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";
import { fitTermFrequency } from "./term-frequency.ts";
import { tokenize } from "./tokenizer.ts";

const TRAINING_TEXTS = [
  "Mary had 3 apples and Tom had 12. How many apples did they have?",
  "Tom bought 1,250 pens for $3.50 each. How much did he pay?",
  "There are 4 boxes with 20 pens each; how many pens are there?",
  "小明有3个苹果,妈妈又给了他12个,一共有几个苹果?",
  "Сколько яблок у Маши, если у Пети 3 яблока?",
];

for (const [kind, unknownText] of [
  ["masked-tf", "zyxwv; qponm?"],
  ["form-tf", "zyxwv; qponm?"],
  // Signs are what tells expressions apart, so that one alone is something known.
  ["symbol-tf", "zyxwv: qponm!"],
] as const)
  testEmbedderContract({
    title: kind,
    create: () => createEmbedder(kind),
    restore: restoreEmbedder,
    trainingTexts: TRAINING_TEXTS,
    unknownText,
  });

/**
 * Cosines of all pairs by the definition: n-grams as strings, counts in maps, everything in doubles; a text without a
 * known word or number has no row.
 */
function naiveCosines(
  documents: readonly (readonly string[])[],
  longest: number,
  minimumDocuments: number,
  weigh: (count: number) => number,
): number[][] {
  const counted = documents.map((tokens) => {
    const counts = new Map<string, number>();
    for (let length = 1; length <= longest; length++)
      for (let start = 0; start + length <= tokens.length; start++) {
        const gram = tokens.slice(start, start + length).join(" ");
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
    return counts;
  });
  const frequency = new Map<string, number>();
  for (const counts of counted)
    for (const gram of counts.keys()) frequency.set(gram, (frequency.get(gram) ?? 0) + 1);
  const rows = counted.map((counts) => {
    const row = new Map<string, number>();
    for (const [gram, count] of counts)
      if (frequency.get(gram)! >= minimumDocuments) row.set(gram, weigh(count));
    if (![...row.keys()].some((gram) => /^[\p{L}\p{N}]+$/u.test(gram))) return new Map<string, number>();
    const length = Math.hypot(...row.values());
    return new Map([...row].map(([gram, value]) => [gram, value / length]));
  });
  return rows.map((left) =>
    rows.map((right) => [...left].reduce((sum, [gram, value]) => sum + value * (right.get(gram) ?? 0), 0)),
  );
}

function cosines(features: SparseFeatures): number[][] {
  const rows = Array.from({ length: features.rows }, (_, row) => {
    const entries = new Map<number, number>();
    for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++)
      entries.set(features.columnIndex[entry]!, features.values[entry]!);
    return entries;
  });
  return rows.map((left) =>
    rows.map((right) =>
      [...left].reduce((sum, [column, value]) => sum + value * (right.get(column) ?? 0), 0),
    ),
  );
}

function expectClose(found: number[][], expected: number[][]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, row] of found.entries())
    for (const [j, value] of row.entries()) expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(1e-6);
}

/** A small vocabulary, so that terms repeat within and between texts. */
const textOfFewWords = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "7", "88", "?"), { maxLength: 12 });

describe("against the naive twin", () => {
  test("masked TF of 20 and more texts", () => {
    fc.assert(
      fc.property(fc.array(textOfFewWords, { minLength: 20, maxLength: 25 }), (documents) => {
        const texts = documents.map((words) => words.join(" "));
        const expected = naiveCosines(texts.map(tokenize), 2, 2, (count) => 1 + Math.log(count));
        expectClose(cosines(fitTermFrequency("masked-tf", texts).embed(texts)), expected);
      }),
      { numRuns: 40 },
    );
  });

  test("form TF, where no word is capitalized and no pronoun stands, is binary trigrams", () => {
    fc.assert(
      fc.property(fc.array(textOfFewWords, { minLength: 20, maxLength: 25 }), (documents) => {
        const texts = documents.map((words) => words.join(" "));
        const expected = naiveCosines(texts.map(tokenize), 3, 2, () => 1);
        expectClose(cosines(fitTermFrequency("form-tf", texts).embed(texts)), expected);
      }),
      { numRuns: 40 },
    );
  });

  test("fewer than 20 texts keep terms of one text", () => {
    const texts = ["red pens", "blue pens", "green cups"];
    const expected = naiveCosines(texts.map(tokenize), 2, 1, () => 1);
    expectClose(cosines(fitTermFrequency("masked-tf", texts).embed(texts)), expected);
    expect(fitTermFrequency("masked-tf", texts).columns).toBe(5 + 3);
  });

  for (const task of ["mawps", "gsm8k"] as const)
    test(`masked TF of the ${task} questions`, async (context) => {
      requireSharedData(context);
      const questions = (await realQuestions(task)).filter((_, index) => index % 60 === 0);
      const expected = naiveCosines(questions.map(tokenize), 2, 2, (count) => 1 + Math.log(count));
      expectClose(cosines(fitTermFrequency("masked-tf", questions).embed(questions)), expected);
    });
});

/** The words of an ASCII text, letter by letter, and whether a sentence begins with each. */
function naiveWords(text: string): { word: string; begins: boolean }[] {
  const words: { word: string; begins: boolean }[] = [];
  let word = "";
  let begins = true;
  for (const character of `${text} `) {
    if (/[A-Za-z]/.test(character)) {
      word += character;
      continue;
    }
    if (word !== "") {
      words.push({ word, begins });
      word = "";
      begins = false;
    }
    const last = words.at(-1)?.word ?? "";
    if (character === "." && /^[A-Z]/.test(last) && last.length <= 3) begins = false;
    else if ('.!?:;"\n'.includes(character)) begins = true;
  }
  return words;
}

/** Form TF's tokens of ASCII texts by the definition, names and all. */
function naiveFormTokens(texts: readonly string[]): string[][] {
  const words = texts.flatMap(naiveWords);
  const count = (fits: (word: string, begins: boolean) => boolean): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { word, begins } of words)
      if (fits(word, begins)) counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
    return counts;
  };
  const upper = count((word) => /^[A-Z]/.test(word));
  const lower = count((word) => /^[a-z]/.test(word));
  const inside = count((word, begins) => /^[A-Z]/.test(word) && !begins);
  const tokens = texts.map(tokenize);
  const textsWith = new Map<string, number>();
  for (const document of tokens)
    for (const token of new Set(document)) textsWith.set(token, (textsWith.get(token) ?? 0) + 1);
  const pronouns = "he she him her his hers they their them i my we our".split(" ");
  const isName = (token: string): boolean => {
    const sightings = upper.get(token) ?? 0;
    if (sightings === 0 || token.length === 1 || ["mr", "mrs", "ms", "dr"].includes(token)) return false;
    if ((lower.get(token) ?? 0) > sightings / 10) return false;
    return sightings < 3 || (inside.get(token) ?? 0) >= sightings / 10;
  };
  return tokens.map((document, index) => {
    const capitalized = naiveWords(texts[index]!).flatMap(({ word }) =>
      /^[A-Z]./.test(word) ? [word.toLowerCase()] : [],
    );
    return document.map((token) => {
      if (pronouns.includes(token)) return "pron";
      return isName(token) || (capitalized.includes(token) && textsWith.get(token)! < 2) ? "name" : token;
    });
  });
}

for (const task of ["mawps", "gsm8k"] as const)
  test(`form TF of the ${task} questions equals the naive twin, names and all`, async (context) => {
    requireSharedData(context);
    const questions = (await realQuestions(task))
      .filter((text) => /^\p{ASCII}*$/u.test(text))
      .filter((_, index) => index % 30 === 0);
    const tokens = naiveFormTokens(questions);
    expect(tokens.flat().filter((token) => token === "name").length).toBeGreaterThan(50);
    const expected = naiveCosines(tokens, 3, 2, () => 1);
    expectClose(cosines(fitTermFrequency("form-tf", questions).embed(questions)), expected);
  });

test("numbers of one size read alike, others do not", () => {
  const fitted = fitTermFrequency("masked-tf", ["I have 24 eggs", "I have 3.5 eggs", "I have 1,200 eggs"]);
  const [two, otherTwo, decimal, long, longer] = cosines(
    fitted.embed([
      "I have 24 eggs",
      "I have 36 eggs",
      "I have 3.5 eggs",
      "I have 1,200 eggs",
      "I have 98765 eggs",
    ]),
  );
  expect(two![1]).toBeCloseTo(1, 6);
  expect(long![4]).toBeCloseTo(1, 6);
  expect(two![2]).toBeLessThan(0.9);
  expect(two![3]).toBeLessThan(0.9);
  expect(decimal![3]).toBeLessThan(0.9);
  expect(otherTwo).toEqual(two);
  expect(longer).toEqual(long);
});

describe("form TF", () => {
  const texts = [
    "Mary gave Tom 3 pens to play with in the garden.",
    "After the game was over Tom gave Mary 5 pens and some paper.",
    "How many pens did Mary give to him in the end?",
    "How many pens did Tom give to her in the end?",
    "Suppose that pens cost 2 dollars and paper is cheaper.",
    "Suppose that somebody buys pens, and that somebody else buys more.",
    "Suppose that all of the pens are lost on the way home.",
  ];

  test("questions that differ in their cast only are the same point, also with a cast never seen", () => {
    const fitted = fitTermFrequency("form-tf", texts);
    const [him, her, unseen, other] = denseRows(
      fitted.embed([
        "How many pens did Mary give to him?",
        "How many pens did Tom give to her?",
        "How many pens did Ngozi give to them?",
        "How many pens did somebody give to them?",
      ]),
    );
    expect(her).toEqual(him);
    expect(unseen).toEqual(him);
    expect(other).not.toEqual(him);
  });

  test("a word that is capitalized because it begins sentences is no name", () => {
    const { header } = fitTermFrequency("form-tf", texts).save();
    expect(header.names).toEqual(expect.arrayContaining(["mary", "tom"]));
    expect(header.names).not.toContain("suppose");
  });

  test("repeating a term changes nothing", () => {
    const fitted = fitTermFrequency("form-tf", texts);
    const [once, twice] = denseRows(fitted.embed(["pens", "pens. pens"]));
    expect(twice).toEqual(once);
  });
});

test("rows are learned from training texts only: a word never seen there has no column", () => {
  const fitted = fitTermFrequency("masked-tf", ["red pens", "blue pens"]);
  const columns = fitted.columns;
  const [withUnknown, without] = denseRows(fitted.embed(["red violet pens", "red. pens"]));
  expect(fitted.columns).toBe(columns);
  // Red and pens remain; what stood beside the unknown word does not join up across it.
  expect(withUnknown!.filter((value) => value !== 0)).toHaveLength(2);
  expect(without!.filter((value) => value !== 0)).toHaveLength(3);
});

test("a stored n-gram that refers to itself or beyond is refused", () => {
  const state = fitTermFrequency("masked-tf", ["red pens", "blue pens"]).save();
  const tokens = (state.header.tokens as string[]).length;
  for (const [name, value] of [
    ["prefix", tokens],
    ["prefix", -1],
    ["last", tokens],
    ["last", -1],
  ] as const) {
    const changed = state.arrays[name]!.slice();
    changed[0] = value;
    expect(() => restoreEmbedder({ ...state, arrays: { ...state.arrays, [name]: changed } })).toThrow(
      /n-gram 0 refers to columns/,
    );
  }
});
