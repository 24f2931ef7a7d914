import { extname } from "node:path";
import { z } from "zod";
import { DataError } from "../errors.ts";
import type { Prompt } from "../types/index.ts";
import { readJsonLines } from "./json-lines.ts";
import { readYaml } from "./read-yaml.ts";
import { parseRecord } from "./record-schemas.ts";
import { decodeLine, readByteLines } from "./text-lines.ts";

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

/**
 * Reads prompts: YAML or JSON (a list, or a mapping with a list `prompts`), JSON Lines, or plain text with one
 * template a line. An entry is a template, or an object {id?, template, system?, split?}; without id it is
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
  if (extension === ".txt") {
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
