import { readFile } from "node:fs/promises";
import { toIoError } from "../data/index.ts";
import { UsageError } from "../errors.ts";

/** Environment variables; `process.env` in earnest. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** OpenAI's own endpoint, used where none is named. */
export const OPENAI_BASE_URL = "https://api.openai.com/v1";
const DEFAULT_KEY_VARIABLE = "OPENAI_API_KEY";
const BASE_URL_VARIABLE = "OPENAI_BASE_URL";
const LONGEST_KEY_FILE_BYTES = 16_384;

/** Where the key comes from; never the key itself. */
export interface KeySource {
  /** Environment variable. @default "OPENAI_API_KEY" */
  readonly keyVariable?: string;
  /** File that holds nothing but the key. */
  readonly keyFile?: string;
}

/**
 * Checks the address of an OpenAI-compatible endpoint and brings it into one form (no slash at the end).
 * @param address where undefined, the variable OPENAI_BASE_URL, else OpenAI's own
 * @throws UsageError where it is no http(s) address or carries what may be secret, since it stands in run directories
 */
export function resolveBaseUrl(address: string | undefined, environment: Environment): string {
  const named = address ?? (environment[BASE_URL_VARIABLE]?.trim() || OPENAI_BASE_URL);
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new UsageError(
      `"${named.replace(/\/\/[^/]*@/, "//…@").slice(0, 200)}" is not the address of an endpoint; expected something like ${OPENAI_BASE_URL}.`,
    );
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UsageError(
      `The address of an endpoint must hold no user name, password, query or fragment, since it is stored with the run; ${url.origin}${url.pathname} does. Keep the key in an environment variable.`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Whether the endpoint runs on this machine. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * The key to send. To this machine none goes out unless its source was named on purpose; over unencrypted http to
 * another machine none goes out at all.
 * @throws UsageError where a key is needed and missing, or is no key; the message never shows it
 */
export async function findKey(
  baseUrl: string,
  source: KeySource,
  environment: Environment,
): Promise<string | undefined> {
  const isNamed = source.keyVariable !== undefined || source.keyFile !== undefined;
  if (isLoopback(baseUrl)) {
    if (!isNamed) return undefined;
  } else if (baseUrl.startsWith("http:")) {
    if (!isNamed) return undefined;
    throw new UsageError(`A key would go to ${baseUrl} unencrypted. Use https, or name no source of a key.`);
  }
  const variable = source.keyVariable ?? DEFAULT_KEY_VARIABLE;
  const place = source.keyFile === undefined ? `environment variable ${variable}` : `file ${source.keyFile}`;
  const key = (
    source.keyFile === undefined ? environment[variable] : await readKeyFile(source.keyFile)
  )?.trim();
  if (key === undefined || key === "")
    throw new UsageError(
      `The endpoint ${baseUrl} needs a key, but the ${place} is empty. Set the environment variable, or name another source where the command has --key-variable and --key-file.`,
    );
  // Anything else cannot stand in a header, and the HTTP client's error would show it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError(
      `The ${place} does not hold a key: it has spaces, line breaks or characters beyond ASCII in it.`,
    );
  return key;
}

async function readKeyFile(path: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8");
    return text.length > LONGEST_KEY_FILE_BYTES ? `${text.slice(0, 10)} too long` : text;
  } catch (error) {
    throw toIoError(error, path, "read");
  }
}
