import { extname } from "node:path";
import { DataError } from "../../errors.ts";
import { readYaml } from "../files/read-yaml.ts";
import { decodeLine, readByteLines } from "../files/text-lines.ts";

const MAX_CRITERIA = 20;

/**
 * Reads the criteria of a rubric: a YAML or JSON list, or a text file with one a line, where marks of a Markdown list are
 * left out.
 * @throws DataError where there are none, or more than 20
 */
export async function readCriteriaFile(path: string): Promise<string[]> {
  const isList = [".yaml", ".yml", ".json"].includes(extname(path).toLowerCase());
  const found: unknown = isList ? await readYaml(path) : await readLines(path);
  if (!Array.isArray(found) || found.some((criterion) => typeof criterion !== "string"))
    throw new DataError("Expected a list of criteria, each a text.", { file: path });
  const criteria = (found as string[]).map((criterion) => criterion.trim()).filter(Boolean);
  if (criteria.length === 0 || criteria.length > MAX_CRITERIA)
    throw new DataError(`The rubric has ${criteria.length} criteria, expected 1 to ${MAX_CRITERIA}.`, {
      file: path,
    });
  return criteria;
}

async function readLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line, bytes } of readByteLines(path))
    lines.push(decodeLine(bytes, path, line).replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ""));
  return lines;
}
