import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { findKey, isLoopback, OPENAI_BASE_URL, resolveBaseUrl } from "./endpoint.ts";

test.each([
  ["https://api.example.com/v1/", "https://api.example.com/v1"],
  ["HTTP://LocalHost:11434/v1", "http://localhost:11434/v1"],
  ["https://example.com", "https://example.com"],
])("%s becomes %s", (address, expected) => {
  expect(resolveBaseUrl(address, {})).toBe(expected);
});

test.each(["", "api.example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)"])(
  "%j is no address",
  (address) => {
    expect(() => resolveBaseUrl(address, {})).toThrow(UsageError);
  },
);

test.each([
  "https://user:geheim@example.com/v1",
  "https://geheim@example.com/v1",
  "https://example.com/v1?key=geheim",
  "https://example.com/v1#geheim",
  "ftp://user:geheim@example.com",
])("a secret in the address %s is refused and not repeated", (address) => {
  expect(() => resolveBaseUrl(address, {})).toThrow(UsageError);
  expect(() => resolveBaseUrl(address, {})).not.toThrow(/geheim/);
});

test("only this machine is this machine", () => {
  for (const host of ["localhost", "127.0.0.1", "127.8.9.1:80", "[::1]:8080"])
    expect(isLoopback(`http://${host}/v1`)).toBe(true);
  for (const host of ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "[::2]"])
    expect(isLoopback(`http://${host}/v1`)).toBe(false);
});

test("the default endpoint is the environment's, else OpenAI's", () => {
  expect(resolveBaseUrl(undefined, {})).toBe(OPENAI_BASE_URL);
  expect(resolveBaseUrl(undefined, { OPENAI_BASE_URL: " " })).toBe(OPENAI_BASE_URL);
  expect(resolveBaseUrl(undefined, { OPENAI_BASE_URL: "https://gateway.example.com/v1/" })).toBe(
    "https://gateway.example.com/v1",
  );
});

describe("which key is sent where", () => {
  const environment = { OPENAI_API_KEY: "sk-1", MINE: "mine-1" };
  test.each([
    ["https://api.openai.com/v1", undefined, "sk-1"],
    ["https://api.openai.com/v1", "MINE", "mine-1"],
    ["http://localhost:8080", undefined, undefined],
    ["http://localhost:8080", "MINE", "mine-1"],
    ["http://example.com", undefined, undefined],
  ])("%s with variable %s: %s", async (baseUrl, keyVariable, expected) => {
    const source = keyVariable === undefined ? {} : { keyVariable };
    expect(await findKey(baseUrl, source, environment)).toBe(expected);
  });

  test("none goes unencrypted to another machine, even where a source is named", async () => {
    await expect(findKey("http://example.com", { keyVariable: "MINE" }, environment)).rejects.toThrow(
      /unencrypted/,
    );
  });
});
