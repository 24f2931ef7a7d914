import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import type { Prompt } from "../../types/index.ts";
import { readJsonLines } from "../files/json-lines.ts";
import { readWholeFile } from "../files/read-whole-file.ts";
import { readYaml } from "../files/read-yaml.ts";
import { decodeLine, readByteLines } from "../files/text-lines.ts";
import { toIoError } from "../files/to-io-error.ts";
import { parseRecord } from "./record-schemas.ts";

const listedPrompt = z.union([
  z.string(),
  z.object({
    id: z.union([z.string(), z.number()]).optional(),
    alias: z.string().optional(),
    template: z.string().optional(),
    text: z.string().optional(),
    system: z.string().optional(),
    split: z.enum(["training", "held-out", "test"]).optional(),
  }),
]);

/** Files that hold one prompt each: always, and where a folder of them is read. */
const WHOLE_PROMPT = [".md", ".markdown"];
const WHOLE_PROMPT_IN_FOLDER = [...WHOLE_PROMPT, ".txt"];
/** Largest file with a single prompt, in bytes. */
const MAX_PROMPT_BYTES = 2 ** 20;

/**
 * The files that `readPromptsFile` reads for a path: itself, or what a folder holds of prompts, by name.
 * @throws DataError where a folder holds none, IoError where it cannot be read
 */
export async function listPromptFiles(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const names = await readdir(path).catch((error: unknown) => {
    throw toIoError(error, path, "read");
  });
  // Hidden files are what editors and file managers leave behind, not what somebody wrote as a prompt.
  const found = names
    .filter((name) => !name.startsWith(".") && WHOLE_PROMPT_IN_FOLDER.includes(extname(name).toLowerCase()))
    .sort();
  if (found.length === 0)
    throw new DataError("The folder holds no prompts: one file each is expected, .md or .txt.", {
      file: path,
    });
  return found.map((name) => join(path, name));
}

/**
 * Reads prompts: YAML or JSON (a list, or a mapping with a list `prompts`), JSON Lines, plain text with one template a
 * line, Markdown with one template, or a folder of Markdown and text files with one template each, called as its file
 * without the ending (hidden files are left out). An entry of a list is a template, or an object {id?, template, system?, split?}; without id it is
 * `prompt-001` … A prompt is for training unless marked `held-out`. `system` becomes a part of the template, between
 * lines `[[system]]` and `[[user]]`.
 * @throws DataError or ConfigError with the file and, where there is one, the line
 */
export async function readPromptsFile(path: string): Promise<Prompt[]> {
  const prompts: Prompt[] = [];
  const ids = new Set<string>();
  const add = (value: unknown, line?: number): void => {
    const where = line === undefined ? { file: path } : { file: path, line };
    const entry = parseRecord(listedPrompt, value, `prompt ${prompts.length + 1}`, where);
    const given = typeof entry === "string" ? { template: entry } : entry;
    const template = given.template ?? ("text" in given ? given.text : undefined);
    if (template === undefined) throw new DataError(`Prompt ${prompts.length + 1} has no "template".`, where);
    const named = "id" in given || "alias" in given ? (given.id ?? given.alias) : undefined;
    const id = named === undefined ? `prompt-${String(prompts.length + 1).padStart(3, "0")}` : String(named);
    if (ids.has(id)) throw new DataError(`The prompt id "${id}" stands twice.`, where);
    ids.add(id);
    const split =
      "split" in given && given.split !== undefined && given.split !== "training" ? "held-out" : "training";
    const system = "system" in given ? given.system : undefined;
    const whole = system === undefined ? template : `[[system]]\n${system}\n[[user]]\n${template}`;
    prompts.push({ id, template: whole, split });
  };
  const extension = extname(path).toLowerCase();
  if (WHOLE_PROMPT.includes(extension) || (await isFolder(path))) {
    for (const file of await listPromptFiles(path)) add(await readWholePrompt(file));
  } else if (extension === ".txt") {
    for await (const { line, bytes } of readByteLines(path)) {
      const text = decodeLine(bytes, path, line);
      if (text.trim() !== "") add(text, line);
    }
  } else if (extension === ".jsonl" || extension === ".ndjson") {
    for await (const { line, value } of readJsonLines(path)) add(value, line);
  } else {
    const value = await readYaml(path);
    const list =
      typeof value === "object" && value !== null && Object.hasOwn(value, "prompts")
        ? (value as { prompts: unknown }).prompts
        : value;
    if (!Array.isArray(list)) throw new DataError("Expected a list of prompts.", { file: path });
    for (const entry of list) add(entry);
  }
  if (prompts.length === 0) throw new DataError("The file holds no prompts.", { file: path });
  return prompts;
}

async function isFolder(path: string): Promise<boolean> {
  // What is wrong with a missing file is said when it is read.
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The whole file is the template, but for its last line end. */
async function readWholePrompt(file: string): Promise<{ id: string; template: string }> {
  const bytes = Buffer.from(await readWholeFile(file, MAX_PROMPT_BYTES));
  const template = decodeLine(bytes, file)
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/\n+$/, "");
  if (template.trim() === "") throw new DataError("The file holds no prompt.", { file });
  return { id: basename(file, extname(file)), template };
}
