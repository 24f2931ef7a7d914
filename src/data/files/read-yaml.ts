import { type Document, LineCounter, parseDocument } from "yaml";
import { ConfigError } from "../../errors.ts";
import { readWholeFile } from "./read-whole-file.ts";
import { decodeLine } from "./text-lines.ts";

/** Largest configuration or prompts file, in bytes. */
const MAX_YAML_BYTES = 8 * 2 ** 20;
/** Aliases expanded; more are an attempt to fill memory ("billion laughs"). */
const MAX_ALIASES = 100;

/** A YAML file with its value, and what finds the line a part of it stands on. */
export interface YamlFile {
  readonly value: unknown;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** The value of a YAML (or JSON) file. @throws ConfigError as `readYamlFile` */
export async function readYaml(path: string): Promise<unknown> {
  return (await readYamlFile(path)).value;
}

/**
 * Reads a YAML (or JSON) file as untrusted input.
 * @throws ConfigError with the line of the first mistake
 */
export async function readYamlFile(path: string): Promise<YamlFile> {
  const bytes = await readWholeFile(path, MAX_YAML_BYTES);
  const text = decodeLine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), path).replace(
    /^\uFEFF/,
    "",
  );
  const lines = new LineCounter();
  const document = parseDocument(text, {
    prettyErrors: true,
    uniqueKeys: true,
    logLevel: "silent",
    lineCounter: lines,
  });
  const error = document.errors[0];
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    throw new ConfigError(
      `${path}${line === undefined ? "" : `:${line}`}: ${error.message.split("\n", 1)[0]}`,
      {
        file: path,
        ...(line !== undefined && { line }),
      },
    );
  }
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: false }), document, lines };
  } catch (cause) {
    throw new ConfigError(
      `${path}: ${cause instanceof Error ? cause.message : String(cause)}. Write the values out instead of using aliases.`,
      { file: path },
      cause,
    );
  }
}
