import { beforeAll, describe, expect, test } from "vitest";
import { plantedQuestion, plantedRun } from "../../test/support/planted-run.ts";
import { decodeStoredState, encodeStoredState } from "../data/index.ts";
import { ModelFileError, UsageError } from "../errors.ts";
import { loadChooser } from "./load-chooser.ts";
import { loadSmallChooser } from "./load-small-chooser.ts";
import { saveChooser } from "./save-chooser.ts";
import { trainRun } from "./train-run.ts";

let run: string;
let bytes: Uint8Array;
beforeAll(async () => {
  run = await plantedRun({ questions: 120 });
  await trainRun(run);
  bytes = await saveChooser(run);
});

describe.each([
  ["the small entry", loadSmallChooser],
  ["the whole library", loadChooser],
] as const)("from bytes, %s", (_name, load) => {
  test("chooses exactly as from the folder", async () => {
    const [fromFolder, fromBytes] = [await loadChooser(run), await load(bytes)];
    expect(fromBytes.promptIds).toEqual(fromFolder.promptIds);
    for (let index = 0; index < 40; index++) {
      const question = plantedQuestion(index + 200, index % 2 === 0);
      const { ms: _one, ...expected } = fromFolder.recommend(question);
      const { ms: _other, ...found } = fromBytes.recommend(question);
      expect(found).toEqual(expected);
      expect(fromBytes.recommend(question).messages).toEqual(fromFolder.recommend(question).messages);
    }
  });

  test("every change is refused", async () => {
    for (let place = 0; place < bytes.length; place += Math.ceil(bytes.length / 60)) {
      const changed = bytes.slice();
      changed[place]! ^= 1;
      await expect(load(changed)).rejects.toThrow(ModelFileError);
    }
    await expect(load(bytes.subarray(0, 1000))).rejects.toThrow(ModelFileError);
    await expect(load(new Uint8Array(3))).rejects.toThrow(/at least 48 bytes, found 3/);
  });

  test("so is a header that contradicts its parts, with what to do", async () => {
    const state = decodeStoredState(bytes);
    const withHeader = (header: object): Uint8Array =>
      encodeStoredState({ ...state, header: { ...state.header, ...header } });
    await expect(load(withHeader({ format: 2 }))).rejects.toThrow(
      /of format 2, expected "chooser" of format 1.*save it/,
    );
    await expect(load(withHeader({ margin: 7 }))).rejects.toThrow(/malformed header: margin/);
    await expect(load(withHeader({ fixedColumn: 9 }))).rejects.toThrow(/reward model has 3/);
    const { likeness: _left, ...arrays } = state.arrays;
    await expect(load(encodeStoredState({ ...state, arrays }))).rejects.toThrow(/no part "likeness"/);
  });
});

test("the small entry says what it does not hold, and where that is", async () => {
  const other = await plantedRun({ questions: 60 });
  await trainRun(other, { rewardModel: "prompt-mean" });
  const saved = await saveChooser(other);
  await expect(loadSmallChooser(saved)).rejects.toThrow(UsageError);
  await expect(loadSmallChooser(saved)).rejects.toThrow(/kind "prompt-mean".*loadChooser of prompt-oirl/);
  expect((await loadChooser(saved)).recommend("Why?").promptId).toMatch(/sum|product/);
});
