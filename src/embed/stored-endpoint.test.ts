import { describe, expect, test } from "vitest";
import { ModelFileError, UsageError } from "../errors.ts";
import { OPENAI_BASE_URL } from "../llm/index.ts";
import { createEmbedder } from "./create-embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

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
