import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listPromptFiles, readPromptsFile } from "./read-prompts-file.ts";
import { readQueriesFile } from "./read-queries-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-lists-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("questions", () => {
  const expected = [
    { id: "1", text: "a?", answer: "5" },
    { id: "2", text: "b?" },
  ];
  test.each<readonly [string, string | Uint8Array]>([
    ["q.csv", "id,question,answer\n1,a?,5\n2,b?,\n"],
    ["q.tsv", "ID\tText\tAnswer\n1\ta?\t5\n2\tb?\t\n"],
    ["q.jsonl", '{"id":"1","text":"a?","answer":5}\n{"id":2,"text":"b?"}\n'],
    [
      "q.parquet",
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: "id", data: ["1", "2"] },
            { name: "query", data: ["a?", "b?"] },
            { name: "answer", data: ["5", ""] },
          ],
        }),
      ),
    ],
  ])("%s", async (name, content) => {
    expect(await readQueriesFile(await file(name, content))).toEqual(expected);
  });

  test("groups and published parts are kept, other parts do not count", async () => {
    const csv = "id,question,group,split\n1,a?,g,train\n2,b?,,test\n3,c?,,validation\n";
    expect(await readQueriesFile(await file("parts.csv", csv))).toEqual([
      { id: "1", text: "a?", group: "g", split: "train" },
      { id: "2", text: "b?", split: "test" },
      { id: "3", text: "c?" },
    ]);
  });

  test("columns of any name are found where they are named, and must be there", async () => {
    const csv = await file("named.csv", "nr,problem text,solution,question\n7,a?,5,not this\n");
    const columns = { query: "problem text", queryId: "nr", goldenAnswer: "solution" };
    expect(await readQueriesFile(csv, columns)).toEqual([{ id: "7", text: "a?", answer: "5" }]);
    await expect(readQueriesFile(csv, { group: "family" })).rejects.toThrow(
      /no column "family"; the columns are nr, problem text, solution, question/,
    );
  });

  test("plain text, one a line, gets ids", async () => {
    expect(await readQueriesFile(await file("q.txt", "\uFEFFa?\r\n\r\n b? \r\n"))).toEqual([
      { id: "q-0001", text: "a?" },
      { id: "q-0002", text: " b? " },
    ]);
  });

  test.each([
    [
      "a.csv",
      "foo,bar\n1,2\n",
      /No column is called text or question; the columns are foo, bar.*--query-column/,
    ],
    ["b.csv", "id,text\n1,a?\n1,b?\n", /b\.csv:3: The question id "1" stands twice/],
    ["c.csv", "id,text\n1,\n", /c\.csv:2: The question's "text" is ""/],
    ["d.csv", "id,text\n", /holds no questions/],
    ["e.txt", "", /holds no questions/],
    ["f.doc", "a?", /Name its format/],
  ])("%s is refused", async (name, content, message) => {
    await expect(readQueriesFile(await file(name, content))).rejects.toThrow(message);
  });
});

test.each(["nofile", "nofile.csv", "nofile.txt"])(
  "a missing file is said to be missing: %s",
  async (name) => {
    await expect(readQueriesFile(join(folder, name))).rejects.toThrow(/there is no such file/);
  },
);

describe("prompts", () => {
  const expected = [
    { id: "plain", template: "Answer: ", split: "training" },
    { id: "steps", template: "Think.", split: "held-out" },
  ];
  test.each([
    ["p.yaml", "- id: plain\n  template: 'Answer: '\n- {id: steps, template: Think., split: held-out}\n"],
    [
      "p.yml",
      "prompts:\n- {id: plain, template: 'Answer: '}\n- {id: steps, template: Think., split: held-out}\n",
    ],
    ["p.json", '[{"id":"plain","template":"Answer: "},{"alias":"steps","text":"Think.","split":"held-out"}]'],
    [
      "p.jsonl",
      '{"id":"plain","template":"Answer: "}\n{"id":"steps","template":"Think.","split":"held-out"}\n',
    ],
  ])("%s", async (name, content) => {
    expect(await readPromptsFile(await file(name, content))).toEqual(expected);
  });

  test("bare templates get ids", async () => {
    const named = [
      { id: "prompt-001", template: "Think.", split: "training" },
      { id: "prompt-002", template: "Guess.", split: "training" },
    ];
    expect(await readPromptsFile(await file("p.txt", "Think.\n\nGuess.\n"))).toEqual(named);
    expect(await readPromptsFile(await file("p.yaml", "- Think.\n- Guess.\n"))).toEqual(named);
  });

  test("a Markdown file is one prompt, called as the file", async () => {
    const path = await file("Careful tutor.md", "\uFEFF# Task\r\n\r\nAnswer {{query}}\r\n");
    const one = { id: "Careful tutor", template: "# Task\n\nAnswer {{query}}", split: "training" };
    expect(await readPromptsFile(path)).toEqual([one]);
    expect(await listPromptFiles(path)).toEqual([path]);
  });

  test("a folder holds one prompt a file, Markdown or text, by name", async () => {
    const prompts = join(folder, "prompts");
    await mkdir(prompts);
    await file("prompts/b.txt", "Think.\nThen answer.\n");
    await file("prompts/a.md", "Guess.");
    await file("prompts/notes.json", "[]");
    await file("prompts/._a.md", "What a Mac leaves beside a file.");
    expect(await readPromptsFile(prompts)).toEqual([
      { id: "a", template: "Guess.", split: "training" },
      { id: "b", template: "Think.\nThen answer.", split: "training" },
    ]);
    expect(await listPromptFiles(prompts)).toEqual([join(prompts, "a.md"), join(prompts, "b.txt")]);
    await file("prompts/a.txt", "Other.");
    await expect(readPromptsFile(prompts)).rejects.toThrow(/The prompt id "a" stands twice/);
    await file("prompts/a.txt", " \n");
    await expect(readPromptsFile(prompts)).rejects.toThrow(/a\.txt: The file holds no prompt/);
    await mkdir(join(folder, "empty"));
    await expect(readPromptsFile(join(folder, "empty"))).rejects.toThrow(/one file each is expected/);
  });

  test.each([
    ["a.yaml", "id: x", /Expected a list of prompts/],
    ["b.yaml", "- {id: x}", /Prompt 1 has no "template"/],
    ["c.yaml", "- {id: x, template: a}\n- {id: x, template: b}", /id "x" stands twice/],
    ["d.yaml", "- 5", /prompt 1 is 5/],
    ["e.yaml", "[]", /holds no prompts/],
    ["f.yaml", "- {id: x, template: a, split: later}", /prompt 1/],
    ["g.jsonl", '{"id":"x","template":"a"}\n{"id":"x"\n', /g\.jsonl:2: /],
    ["h.yaml", "- [", /h\.yaml:1: /],
  ])("%s is refused", async (name, content, message) => {
    await expect(readPromptsFile(await file(name, content))).rejects.toThrow(message);
  });
});
