import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requireSharedData, SHARED_DATA } from "../../../../test/support/shared-data.ts";
import { readReleasedQuestions } from "./released-questions.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-texts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the texts are found in our layout, in clones of the repositories, and in their data folders", async (context) => {
  requireSharedData(context);
  // A folder of clones, as upstream lays them out.
  const clones = join(folder, "clones");
  const gsm8kData = join(clones, "grade-school-math", "grade_school_math", "data");
  const svampData = join(clones, "SVAMP", "data");
  await mkdir(join(clones, "grade-school-math", "grade_school_math"), { recursive: true });
  await mkdir(svampData, { recursive: true });
  await symlink(join(SHARED_DATA, "grade-school-math"), gsm8kData);
  await symlink(join(SHARED_DATA, "SVAMP", "cv_mawps"), join(svampData, "cv_mawps"));
  for (const texts of [
    SHARED_DATA,
    join(SHARED_DATA, "grade-school-math"),
    clones,
    join(clones, "grade-school-math"),
    gsm8kData,
  ])
    expect((await readReleasedQuestions("gsm8k", texts)).rows).toHaveLength(8473);
  for (const texts of [SHARED_DATA, join(SHARED_DATA, "SVAMP"), clones, join(clones, "SVAMP"), svampData])
    expect((await readReleasedQuestions("mawps", texts)).rows).toHaveLength(7685);
});

test("missing, shortened and lengthened files are refused with both numbers", async (context) => {
  requireSharedData(context);
  await expect(readReleasedQuestions("gsm8k", folder)).rejects.toThrow(
    /Looked for train\.jsonl, test\.jsonl in .*grade-school-math.*openai\/grade-school-math/,
  );
  const copy = join(folder, "copy");
  await cp(join(SHARED_DATA, "SVAMP", "cv_mawps"), join(copy, "cv_mawps"), { recursive: true });
  await writeFile(
    join(copy, "cv_mawps", "fold2", "train.csv"),
    "Question,Numbers,Answer\nHow many is number0 ?,1,1\n",
  );
  await expect(readReleasedQuestions("mawps", copy)).rejects.toThrow(
    /have 6149 questions together, expected 7685/,
  );
  const short = join(folder, "short");
  await mkdir(short);
  for (const name of ["train", "test"])
    await writeFile(join(short, `${name}.jsonl`), '{"question": "1 + 1?", "answer": "#### 2"}\n');
  await expect(readReleasedQuestions("gsm8k", short)).rejects.toThrow(
    /train\.jsonl: The file has 1 questions, expected 7473/,
  );
});
