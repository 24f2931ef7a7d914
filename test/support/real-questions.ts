import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { SHARED_DATA } from "./shared-data.ts";

/** The distinct questions of a published data set, read without any code under test. */
export async function realQuestions(task: "mawps" | "gsm8k"): Promise<string[]> {
  return [...new Set(await realRows(task))];
}

/** The question of every row, in the order of the released labels. */
export async function realRows(task: "mawps" | "gsm8k"): Promise<string[]> {
  return task === "mawps" ? await mawpsRows() : await gsm8kRows();
}

async function gsm8kRows(): Promise<string[]> {
  const read = async (part: string): Promise<string[]> => {
    const text = await readFile(join(SHARED_DATA, "grade-school-math", `${part}.jsonl`), "utf8");
    return text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { question: string }).question);
  };
  return [...(await read("train")), ...(await read("test")).slice(0, 1000)];
}

async function mawpsRows(): Promise<string[]> {
  const rows: string[] = [];
  for (let fold = 0; fold < 5; fold++) {
    const text = await readFile(join(SHARED_DATA, "SVAMP", "cv_mawps", `fold${fold}`, "train.csv"), "utf8");
    for (const row of parse(text, { columns: true }) as { Question: string; Numbers: string }[])
      rows.push(
        row.Numbers.split(" ").reduce(
          (question, number, index) => question.replaceAll(`number${index}`, number),
          row.Question,
        ),
      );
  }
  return rows;
}
