import { describe, expect, test } from "vitest";
import { decodeStoredState, encodeStoredState } from "../../../src/data/index.ts";
import { embedTexts } from "../../../src/embed/embed-texts.ts";
import type { Embedder, FittedEmbedder } from "../../../src/embed/embedder.ts";
import { selectRows } from "../../../src/embed/feature-rows.ts";
import { AbortedError, ModelFileError, UsageError } from "../../../src/errors.ts";
import type { FeatureMatrix, JsonValue, StoredState } from "../../../src/types/index.ts";

/** Texts that have broken tokenizers: no code below may throw on them. */
const STRANGE_TEXTS: readonly string[] = [
  "",
  " \t\n\u00a0\u3000",
  "小明有三个苹果,吃了1个,还剩几个?",
  "りんごが3個あります。いくつ残りますか。",
  "มีแอปเปิ้ลสามลูก",
  "كم عدد التفاحات؟ ١٢٫٥",
  "Сколько яблок осталось у Маши?",
  "👩‍👩‍👧‍👦 🍎🍎",
  "e\u0301\u0327\u0323",
  "lone \ud800 surrogate \udfff",
  "\u0000 nul \ufeff mark",
  "__proto__ constructor hasOwnProperty toString",
  "1,234,567.89 .5 1.2.3 ,,, 1,2,3",
  "word ".repeat(20_000),
  "x".repeat(100_000),
  "1".repeat(100_000),
  "汉".repeat(20_000),
];

/** What the contract suite needs to know of an embedder. */
export interface EmbedderUnderTest {
  /** Shown in the names of the tests. */
  readonly title: string;
  /** A fresh embedder; called once a test. */
  create(): Embedder | Promise<Embedder>;
  restore(state: StoredState): FittedEmbedder | Promise<FittedEmbedder>;
  /** At least three distinct texts. */
  readonly trainingTexts: readonly string[];
  /** A text that holds nothing the embedder can know. */
  readonly unknownText: string;
}

/** What every embedder of this package promises. */
export function testEmbedderContract({
  title,
  create,
  restore,
  trainingTexts,
  unknownText,
}: EmbedderUnderTest): void {
  const fitFresh = async (): Promise<FittedEmbedder> => (await create()).fit(trainingTexts, { seed: 5 });

  describe(`embedder contract: ${title}`, () => {
    test("every row has Euclidean length 1, or is all zeros", async () => {
      const fitted = await fitFresh();
      const features = await embedTexts(fitted, [...trainingTexts, ...STRANGE_TEXTS]);
      expect(features.rows).toBe(trainingTexts.length + STRANGE_TEXTS.length);
      expect(features.columns).toBe(fitted.columns);
      const lengths = denseRows(features).map((row) => Math.hypot(...row));
      for (const [row, length] of lengths.entries())
        if (length !== 0 || row < trainingTexts.length) expect(length).toBeCloseTo(1, 5);
    });

    test("two fits on the same texts embed alike, bit for bit", async () => {
      const [first, second] = [await fitFresh(), await fitFresh()];
      expect(await embedTexts(second, trainingTexts)).toEqual(await embedTexts(first, trainingTexts));
    });

    test("a text's row does not depend on the texts beside it", async () => {
      const fitted = await fitFresh();
      const texts = [...trainingTexts, "", unknownText];
      const together = await embedTexts(fitted, texts);
      const reversed = await embedTexts(fitted, texts.toReversed());
      expect(denseRows(reversed).toReversed()).toEqual(denseRows(together));
      for (const [row, text] of texts.entries())
        expect(await embedTexts(fitted, [text])).toEqual(selectRows(together, [row]));
    });

    test("embedding learns nothing", async () => {
      const fitted = await fitFresh();
      const before = await embedTexts(fitted, trainingTexts);
      await embedTexts(fitted, ["zyxwv qponm", "zyxwv qponm"]);
      expect(await embedTexts(fitted, trainingTexts)).toEqual(before);
      expect(fitted.columns).toBe(before.columns);
    });

    test("a text that holds nothing known is a row of zeros", async () => {
      const features = await embedTexts(await fitFresh(), ["", " \n", unknownText]);
      for (const row of denseRows(features)) expect(row.every((value) => value === 0)).toBe(true);
    });

    test("no texts give no rows", async () => {
      const fitted = await fitFresh();
      expect(await embedTexts(fitted, [])).toMatchObject({ rows: 0, columns: fitted.columns });
    });

    test("saved to bytes and restored, it embeds alike, bit for bit", async () => {
      const fitted = await fitFresh();
      const restored = await restore(decodeStoredState(encodeStoredState(fitted.save())));
      expect(restored.name).toBe(fitted.name);
      expect(restored.columns).toBe(fitted.columns);
      const texts = [...trainingTexts, ...STRANGE_TEXTS];
      expect(await embedTexts(restored, texts)).toEqual(await embedTexts(fitted, texts));
    });

    test("a state with a part missing or of another kind is refused with a ModelFileError", async () => {
      const state = (await fitFresh()).save();
      for (const broken of brokenStates(state))
        await expect(
          (async () => restore(broken))(),
          JSON.stringify(broken.header).slice(0, 200),
        ).rejects.toThrow(ModelFileError);
    });

    test("there must be texts to fit on, and the work can be called off", async () => {
      const embedder = await create();
      await expect(embedder.fit([])).rejects.toThrow(UsageError);
      await expect(embedder.fit(trainingTexts, { signal: AbortSignal.abort() })).rejects.toThrow(
        AbortedError,
      );
      const fitted = await embedder.fit(trainingTexts);
      await expect(embedTexts(fitted, trainingTexts, { signal: AbortSignal.abort() })).rejects.toThrow(
        AbortedError,
      );
    });
  });
}

/** The rows as plain arrays. */
export function denseRows(features: FeatureMatrix): number[][] {
  return Array.from({ length: features.rows }, (_, row) => {
    if (features.kind === "dense")
      return [...features.values.subarray(row * features.columns, (row + 1) * features.columns)];
    const dense = new Array<number>(features.columns).fill(0);
    for (let entry = features.rowStart[row]!; entry < features.rowStart[row + 1]!; entry++)
      dense[features.columnIndex[entry]!] = features.values[entry]!;
    return dense;
  });
}

/** States with a part missing, of another type or of another length, one at a time. */
export function* brokenStates(state: StoredState): Generator<StoredState> {
  for (const field of Object.keys(state.header)) {
    const { [field]: _, ...rest } = state.header;
    yield { ...state, header: rest };
    for (const other of [7.5, "\u0000", { length: 3 }, [null]] satisfies JsonValue[])
      yield { ...state, header: { ...state.header, [field]: other } };
  }
  for (const name of Object.keys(state.arrays)) {
    const { [name]: found, ...rest } = state.arrays;
    yield { ...state, arrays: rest };
    yield { ...state, arrays: { ...rest, [name]: new Uint16Array(found!.length) } };
    yield { ...state, arrays: { ...rest, [name]: found!.slice(1) } };
  }
}
