import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { type LogRows, writeNpy } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import { PART_CODES } from "../../types/index.ts";
import { readReleasedEmbeddings } from "./released-embeddings.ts";

/** Five rows of three questions; the last two rows test. */
const ROWS: LogRows = {
  length: 5,
  queryIndex: Int32Array.of(0, 1, 0, 2, 1),
  part: Uint8Array.of(...[1, 1, 1, 2, 2].map((part) => (part === 1 ? PART_CODES.train : PART_CODES.test))),
  rowOfInteraction: Int32Array.of(0, 1, 2, 3, 4),
};

async function release(files: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const directory = await temporaryFolder();
  await mkdir(join(directory, "embeddings"));
  for (const [name, values] of Object.entries(files))
    await writeNpy(join(directory, "embeddings", name), Float32Array.from(values), [values.length / 2, 2]);
  return directory;
}

const matrix = (rows: number, start = 0): number[] =>
  Array.from({ length: 2 * rows }, (_, index) => start + index);

describe("question embeddings of the release", () => {
  test("mawps: whichever file has the log's rows, since the reference's scripts disagree on the names", async () => {
    for (const [right, wrong] of [
      ["svamp_Q_embeddings.npy", "aug_svamp_Q_embeddings.npy"],
      ["aug_svamp_Q_embeddings.npy", "svamp_Q_embeddings.npy"],
    ] as const) {
      const found = await readReleasedEmbeddings(
        await release({ [right]: matrix(5), [wrong]: matrix(7, 100) }),
        "mawps",
        ROWS,
        3,
      );
      expect(found?.files).toEqual([`embeddings/${right}`]);
      // Question 1 first stands in row 1, question 2 in row 3.
      expect([...found!.features.values]).toEqual([0, 1, 2, 3, 6, 7]);
    }
  });

  test("gsm8k: one file a part, of the test file the first rows", async () => {
    const directory = await release({
      "GSM8K_train_Q_embeddings.npy": matrix(3),
      "GSM8K_test_Q_embeddings.npy": matrix(4, 50),
    });
    const found = await readReleasedEmbeddings(directory, "gsm8k", ROWS, 3);
    expect([...found!.features.values]).toEqual([0, 1, 2, 3, 50, 51]);
    expect(found!.files).toHaveLength(2);
  });

  test("none where they are absent or have other rows", async () => {
    expect(await readReleasedEmbeddings(await release({}), "mawps", ROWS, 3)).toBeNull();
    const other = await release({ "svamp_Q_embeddings.npy": matrix(6) });
    expect(await readReleasedEmbeddings(other, "mawps", ROWS, 3)).toBeNull();
    const onlyTrain = await release({ "GSM8K_train_Q_embeddings.npy": matrix(3) });
    expect(await readReleasedEmbeddings(onlyTrain, "gsm8k", ROWS, 3)).toBeNull();
  });

  test("a fitting file with a value that is not finite is an error that says where", async () => {
    const values = matrix(5);
    values[7] = Number.NaN;
    const directory = await release({ "svamp_Q_embeddings.npy": values });
    const reading = readReleasedEmbeddings(directory, "mawps", ROWS, 3);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(/row 3, column 1 .* NaN/);
  });
});
