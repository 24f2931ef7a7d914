import { describe, expect, test } from "vitest";
import { ModelFileError, UsageError } from "../errors.ts";
import { createEmbedder } from "./create-embedder.ts";
import { defaultBaseUrl, findKey, isLoopback, OPENAI_BASE_URL, parseBaseUrl } from "./embedding-endpoint.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

test.each([
  ["https://api.example.com/v1/", "https://api.example.com/v1"],
  ["HTTP://LocalHost:11434/v1", "http://localhost:11434/v1"],
  ["https://example.com", "https://example.com"],
])("%s becomes %s", (address, expected) => {
  expect(parseBaseUrl(address)).toBe(expected);
});

test.each(["", "api.example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)"])(
  "%j is no address",
  (address) => {
    expect(() => parseBaseUrl(address)).toThrow(UsageError);
  },
);

test.each([
  "https://user:geheim@example.com/v1",
  "https://geheim@example.com/v1",
  "https://example.com/v1?key=geheim",
  "https://example.com/v1#geheim",
  "ftp://user:geheim@example.com",
])("a secret in the address %s is refused and not repeated", (address) => {
  expect(() => parseBaseUrl(address)).toThrow(UsageError);
  expect(() => parseBaseUrl(address)).not.toThrow(/geheim/);
});

test("only this machine is this machine", () => {
  for (const host of ["localhost", "127.0.0.1", "127.8.9.1:80", "[::1]:8080"])
    expect(isLoopback(`http://${host}/v1`)).toBe(true);
  for (const host of ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "[::2]"])
    expect(isLoopback(`http://${host}/v1`)).toBe(false);
});

test("the default endpoint is the environment's, else OpenAI's", () => {
  expect(defaultBaseUrl({})).toBe(OPENAI_BASE_URL);
  expect(defaultBaseUrl({ OPENAI_BASE_URL: " " })).toBe(OPENAI_BASE_URL);
  expect(defaultBaseUrl({ OPENAI_BASE_URL: "https://gateway.example.com/v1/" })).toBe(
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
    ["http://example.com", "MINE", undefined],
  ])("%s with variable %s: %s", (baseUrl, variable, expected) => {
    expect(findKey(baseUrl, environment, variable)).toBe(expected);
  });
});

describe("a stored model does not decide where questions go", () => {
  const stateAt = (baseUrl: string) => ({
    kind: "openai",
    header: { model: "m", name: "openai:m", baseUrl, columns: 4 },
    arrays: {},
  });

  test("an endpoint the environment does not name is refused, with the variable to set", () => {
    const restore = (): unknown =>
      restoreEmbedder(stateAt("https://evil.example.com/v1"), { environment: {} });
    expect(restore).toThrow(UsageError);
    expect(restore).toThrow("OPENAI_BASE_URL=https://evil.example.com/v1");
  });

  test.each([
    ["https://mine.example.com/v1", { OPENAI_BASE_URL: "https://mine.example.com/v1/" }],
    [OPENAI_BASE_URL, {}],
    ["http://127.0.0.1:8080/v1", {}],
  ])("%s with %j is restored", (baseUrl, environment) => {
    expect(restoreEmbedder(stateAt(baseUrl), { environment })).toMatchObject({
      name: "openai:m",
      columns: 4,
    });
  });

  test.each(["ftp://example.com", "https://example.com/v1/", "https://a:b@example.com", "nonsense"])(
    "%s is malformed",
    (baseUrl) => {
      expect(() => restoreEmbedder(stateAt(baseUrl), { environment: {} })).toThrow(ModelFileError);
    },
  );
});

test("the name of a model may hold colons and @; an address follows only an @", () => {
  const name = (specification: string): string => createEmbedder(specification, { environment: {} }).name;
  expect(name("openai:text-embedding-3-small")).toBe("openai:text-embedding-3-small");
  expect(name("openai:bge-m3:latest@http://localhost:11434/v1/")).toBe(
    "openai:bge-m3:latest@http://localhost:11434/v1",
  );
  expect(name("openai:org/model@revision")).toBe("openai:org/model@revision");
  expect(() => name("openai:m@ftp://example.com")).toThrow(UsageError);
});
