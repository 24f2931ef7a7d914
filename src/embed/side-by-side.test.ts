import { describe, expect, test } from "vitest";
import { brokenStates } from "../../test/support/embed/embedder-contract.ts";
import { decodeStoredState, encodeStoredState } from "../data/index.ts";
import { AbortedError, ModelFileError, UsageError } from "../errors.ts";
import type { FeatureBlocks, JsonValue } from "../types/index.ts";
import { createEmbedder } from "./create-embedder.ts";
import { embedQuestions, embedTexts } from "./embed-texts.ts";
import type { Embedder, FittedEmbedder } from "./embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";
import { sideBySide } from "./side-by-side.ts";

const TEXTS = [
  "How many eggs are 24 eggs?",
  "Is 3 more than 5?",
  "What is the capital of France?",
  "3 (+ 5)",
];
const FEATURES = TEXTS.map((text, index) => ({ tenant: `t${index % 2}`, length: text.length }));
const NAMES = ["form-tf", "style", "features:tenant,length"] as const;
const NAME = NAMES.join("+");

const fitNamed = (name: string): Promise<FittedEmbedder> =>
  createEmbedder(name).fit(TEXTS, { features: FEATURES, seed: 3 });
const embed = async (fitted: FittedEmbedder, texts: readonly string[] = TEXTS): Promise<FeatureBlocks> =>
  (await embedQuestions(fitted, texts, { features: FEATURES })) as FeatureBlocks;

test("holds what each embedder gives alone, with its name and its kernel", async () => {
  const fitted = await fitNamed(NAME);
  expect(fitted).toMatchObject({ name: NAME, isLocal: true });
  const { kind, rows, blocks } = await embed(fitted);
  expect({ kind, rows }).toEqual({ kind: "blocks", rows: TEXTS.length });
  expect(blocks.map(({ name, kernel }) => [name, kernel])).toEqual([
    ["form-tf", "cosine"],
    ["style", "gaussian"],
    ["features:tenant,length", "gaussian"],
  ]);
  let columns = 0;
  for (const [index, name] of NAMES.entries()) {
    const alone = await fitNamed(name);
    expect(blocks[index]!.features).toEqual(await embedTexts(alone, TEXTS, { features: FEATURES }));
    columns += alone.columns;
  }
  expect(fitted.columns).toBe(columns);
});

test("the sums are the first alone, the others together, and all", async () => {
  expect((await embed(await fitNamed(NAME))).sums).toEqual([[0], [1, 2], [0, 1, 2]]);
  expect((await embed(await fitNamed("form-tf+style"))).sums).toEqual([[0], [1], [0, 1]]);
});

test("its identity is that of its parts", async () => {
  const changing = (what: string): Embedder => ({ ...createEmbedder("style"), identity: async () => what });
  const identity = (what: string): Promise<string> =>
    sideBySide([createEmbedder("form-tf"), changing(what)]).identity();
  expect(await identity("file of today")).toBe(await identity("file of today"));
  expect(await identity("file of today")).not.toBe(await identity("file of tomorrow"));
});

test("saved to bytes and restored, it embeds alike, bit for bit", async () => {
  const fitted = await fitNamed(`${NAME}+lsa:form-tf:2+symbol-tf`);
  const restored = restoreEmbedder(decodeStoredState(encodeStoredState(fitted.save())));
  expect(restored).toMatchObject({ name: fitted.name, columns: fitted.columns, isLocal: true });
  expect(await embed(restored)).toEqual(await embed(fitted));
});

test("one part that asks an endpoint makes all wait for it", async () => {
  const local = createEmbedder("form-tf");
  const remote: Embedder = {
    name: "far",
    identity: async () => "far",
    fit: async () => ({
      ...{ name: "far", columns: 1, isLocal: false, save: () => ({ kind: "far", header: {}, arrays: {} }) },
      embed: async (texts) => ({
        ...{ kind: "dense", rows: texts.length, columns: 1, values: new Float32Array(texts.length).fill(1) },
      }),
    }),
  };
  const fitted = await sideBySide([local, remote]).fit(TEXTS);
  expect(fitted.isLocal).toBe(false);
  const { blocks } = await embed(fitted);
  expect(blocks.map(({ name, kernel }) => [name, kernel])).toEqual([
    ["form-tf", "cosine"],
    ["far", "cosine"],
  ]);
  const signal = AbortSignal.abort();
  await expect(embedQuestions(fitted, TEXTS, { signal })).rejects.toThrow(AbortedError);
});

test("what needs one embedding of each text refuses it", async () => {
  await expect(embedTexts(await fitNamed(NAME), TEXTS)).rejects.toThrow(UsageError);
  await expect(embedTexts(await fitNamed(NAME), TEXTS)).rejects.toThrow(/such as form-tf/);
});

describe("a state that contradicts itself is refused", () => {
  test("with a part missing, or of another type", async () => {
    const state = (await fitNamed(NAME)).save();
    for (const broken of brokenStates(state))
      expect(() => restoreEmbedder(broken), JSON.stringify(broken.header).slice(0, 200)).toThrow(
        ModelFileError,
      );
  });

  test("with too few or too many parts, parts within parts, and unknown ones", async () => {
    const state = (await fitNamed(NAME)).save();
    const parts = state.header.parts as JsonValue[];
    const [form, style] = parts;
    for (const [what, other] of [
      ["none", []],
      ["one", [form!]],
      ["seventeen", new Array(17).fill(style)],
      ["nested", [form!, { kind: "side-by-side", header: state.header }]],
      ["unknown", [form!, { kind: "__proto__", header: {} }]],
      ["in another order", [style!, form!, parts[2]!]],
    ] as const)
      expect(() => restoreEmbedder({ ...state, header: { parts: other as JsonValue[] } }), what).toThrow(
        ModelFileError,
      );
  });

  test("with arrays of no part", async () => {
    const state = (await fitNamed(NAME)).save();
    for (const name of [
      "9:means",
      "-1:means",
      "means",
      ":means",
      "1:",
      "1:__proto__",
      "1e0:means",
      "0x1:means",
    ])
      expect(
        () => restoreEmbedder({ ...state, arrays: { ...state.arrays, [name]: new Float64Array(13) } }),
        name,
      ).toThrow(ModelFileError);
  });
});
