import { readFile } from "node:fs/promises";
import { distance } from "fastest-levenshtein";
import { type Document, isMap, isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ConfigError } from "../errors.ts";

/** Longest configuration read; anything longer is some other file. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Reads a YAML (or JSON) file and checks it.
 * @throws ConfigError naming file and line, what was found and what was expected; for an unknown key the nearest
 * known one
 */
export async function readConfig<Config>(file: string, schema: z.ZodType<Config>): Promise<Config> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`, { file }, error);
  });
  if (text.length > MOST_CHARACTERS)
    throw new ConfigError(`${file}: has ${text.length} characters; is this the configuration?`, { file });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2" });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const { line } = lines.linePos(mistake.pos[0]);
    throw new ConfigError(
      `${file}:${line}: is not YAML: ${mistake.message.split("\n")[0]}`,
      { file, line },
      mistake,
    );
  }
  const result = schema.safeParse(plainValue(document, file));
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  const line = lineOf(document, lines, path);
  throw new ConfigError(`${file}:${line}: ${describeIssue(issue, path, document, schema)}`, { file, line });
}

/** The document's value; its anchors may not multiply without end ("billion laughs"). */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`, { file }, error);
  }
}

/** 1-based line of the key a path ends with, or of the nearest key above that is there. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
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
  let at: unknown = schema;
  for (const step of path) {
    while (at instanceof z.ZodOptional) at = at.unwrap();
    at = at instanceof z.ZodObject ? at.shape[step as string] : undefined;
  }
  while (at instanceof z.ZodOptional) at = at.unwrap();
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The known key a mistyped one stands for; undefined where none is near. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const normalised = key.toLowerCase().replaceAll("_", "-");
  const near = known
    .map((name) => ({ name, edits: distance(normalised, name) }))
    .filter(({ name, edits }) => edits <= Math.max(2, Math.floor(name.length / 3)))
    .sort((one, other) => one.edits - other.edits);
  return near[0]?.name;
}
