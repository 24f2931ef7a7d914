import { distance } from "fastest-levenshtein";
import { type Document, isMap, isNode, type LineCounter } from "yaml";
import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { readYamlFile } from "./read-yaml.ts";

/**
 * Reads a YAML (or JSON) file and checks it.
 * @throws ConfigError with file and line, what was found and what was expected; for an unknown key the nearest known
 * one
 */
export async function readConfig<Config>(file: string, schema: z.ZodType<Config>): Promise<Config> {
  const { value, document, lines } = await readYamlFile(file);
  // An empty file says nothing, as an empty object does.
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  const line = findLine(document, lines, path);
  throw new ConfigError(`${file}:${line}: ${describeIssue(issue, path, document, schema)}`, { file, line });
}

/** 1-based line of the key a path ends with, or of the nearest key above that is there. */
function findLine(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isNode(key) && String(key) === String(step));
    if (pair === undefined) break;
    if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
    node = pair.value;
  }
  return lines.linePos(offset).line;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  path: readonly PropertyKey[],
  document: Document,
  schema: z.ZodType,
): string {
  const name = path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    const meant = nearest(String(path.at(-1)), known);
    const hint = meant === undefined ? `Known keys: ${known.join(", ")}.` : `Did you mean "${meant}"?`;
    return `unknown key "${name}". ${hint}`;
  }
  if (issue.code === "custom") return issue.message;
  const found = document.getIn(path);
  const shown = found === undefined ? "is missing" : `is ${JSON.stringify(found)?.slice(0, 60)}`;
  return name === "" ? issue.message : `"${name}" ${shown}: ${issue.message}`;
}

/** Keys an object of the schema may have. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = bare(schema);
  for (const step of path) at = at instanceof z.ZodObject ? bare(at.shape[step as string]) : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The schema inside `.exactOptional()` and its like. */
function bare(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodExactOptional || at instanceof z.ZodOptional) at = at.unwrap();
  return at;
}

/** The known key a mistyped one stands for; undefined where none is near. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replace(/[_-]/gu, "");
  const near = known
    .map((name) => ({ name, edits: distance(plain(key), plain(name)) }))
    .filter(({ name, edits }) => edits <= Math.max(2, Math.floor(name.length / 3)))
    .sort((one, other) => one.edits - other.edits);
  return near[0]?.name;
}
