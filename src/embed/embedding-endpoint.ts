import { UsageError } from "../errors.ts";

/** Where OpenAI's own interface lives. */
export const OPENAI_BASE_URL = "https://api.openai.com/v1";
/** Environment variable with the key, where the user names no other. */
export const DEFAULT_KEY_VARIABLE = "OPENAI_API_KEY";
/** Environment variable that says which endpoint is meant where none is named. */
const BASE_URL_VARIABLE = "OPENAI_BASE_URL";

/** Environment variables; `process.env` in earnest. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks the address of an OpenAI-compatible interface and brings it into one form (no slash at the end).
 * @throws UsageError where it is no http(s) address or carries user name, password, query or fragment, which would end up
 * in stored models
 */
export function parseBaseUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw new UsageError(
      `"${withoutCredentials(address)}" is not the address of an embedding endpoint; expected something like ${OPENAI_BASE_URL}.`,
    );
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new UsageError(
      `The address of an embedding endpoint must hold no user name, password, query or fragment, since it is stored with the model; ${url.origin}${url.pathname} does. Put the key into the environment variable ${DEFAULT_KEY_VARIABLE}.`,
    );
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** The endpoint used where none is named: the variable OPENAI_BASE_URL, else OpenAI's own. */
export function defaultBaseUrl(environment: Environment): string {
  const named = environment[BASE_URL_VARIABLE]?.trim();
  return named === undefined || named === "" ? OPENAI_BASE_URL : parseBaseUrl(named);
}

/** Whether the endpoint runs on this machine. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * A stored model says where its embeddings came from, but a model file may come from anyone, and must not decide where
 * questions and keys are sent: that is up to the environment of whoever loads it.
 * @throws UsageError saying which variable to set
 */
export function checkRestoredBaseUrl(baseUrl: string, environment: Environment): void {
  if (isLoopback(baseUrl) || baseUrl === OPENAI_BASE_URL || baseUrl === defaultBaseUrl(environment)) return;
  throw new UsageError(
    `This model embeds questions at ${baseUrl}. If you trust that address, set the environment variable ${BASE_URL_VARIABLE}=${baseUrl} and try again.`,
    { baseUrl },
  );
}

/**
 * The key to send, or undefined where none is sent: to this machine and over unencrypted http no key goes out, unless
 * (on this machine) a variable was named on purpose.
 * @param keyVariable the variable the user named, if any
 * @throws UsageError naming the variable where a key is needed and missing, or no key at all; never showing its value
 */
export function findKey(
  baseUrl: string,
  environment: Environment,
  keyVariable: string | undefined,
): string | undefined {
  const local = isLoopback(baseUrl);
  if (!local && baseUrl.startsWith("http:")) return undefined;
  if (local && keyVariable === undefined) return undefined;
  const variable = keyVariable ?? DEFAULT_KEY_VARIABLE;
  const key = environment[variable]?.trim();
  if (key === undefined || key === "")
    throw new UsageError(
      `The embedding endpoint ${baseUrl} needs a key: set the environment variable ${variable}.`,
      { variable },
    );
  // Anything else cannot stand in a header, and the error of the HTTP client would show it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError(
      `The environment variable ${variable} does not hold a key: it has spaces, line breaks or characters beyond ASCII in it.`,
      { variable },
    );
  return key;
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/]*@/, "//…@").slice(0, 200);
}
