import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { denseRows } from "../../test/support/embed/embedder-contract.ts";
import {
  answerTo,
  embedScripted,
  type Fault,
  type ScriptedEndpoint,
  sendJson,
  startScriptedEndpoint,
} from "../../test/support/scripted-embedding-endpoint.ts";
import { AbortedError, LlmError, UsageError } from "../errors.ts";
import { createEmbedder, type EmbedderOptions } from "./create-embedder.ts";
import { embedTexts } from "./embed-texts.ts";
import type { FittedEmbedder } from "./embedder.ts";

const KEY = "sk-secret-0123456789";
/** The real environment plays no part in these tests. */
const ENVIRONMENT = { OPENAI_API_KEY: KEY, OTHER_KEY: "other-secret" };
const QUICK: EmbedderOptions = { environment: ENVIRONMENT, firstRetryDelayMs: 1 };

let endpoint: ScriptedEndpoint;
beforeAll(async () => {
  endpoint = await startScriptedEndpoint();
});
afterAll(() => endpoint.close());
beforeEach(() => {
  endpoint.requests.length = 0;
  endpoint.faults.length = 0;
});

function fitRemote(options: EmbedderOptions = QUICK): Promise<FittedEmbedder> {
  return createEmbedder(`openai:test-model@${endpoint.baseUrl}`, options).fit(["one text"]);
}

const unit = (values: readonly number[]): number[] => values.map((value) => value / Math.hypot(...values));

test("texts go out in batches, each distinct one once, and come back in order", async () => {
  const fitted = await fitRemote({ ...QUICK, batchSize: 3 });
  endpoint.requests.length = 0;
  const texts = ["a", "b", "", "c", "a", "d", "e", "lone \ud800", "f"];
  const rows = denseRows(await embedTexts(fitted, texts));
  expect(endpoint.requests.map(({ input }) => input.length).sort()).toEqual([1, 3, 3]);
  expect(endpoint.requests.flatMap(({ input }) => input).sort()).toEqual(
    ["a", "b", "c", "d", "e", "f", "lone \ufffd"].sort(),
  );
  for (const { method, path, model, authorization } of endpoint.requests)
    expect({ method, path, model, authorization }).toEqual({
      method: "POST",
      path: "/v1/embeddings",
      model: "test-model",
      authorization: undefined,
    });
  for (const [index, text] of texts.entries()) {
    const expected = text === "" ? [0, 0, 0, 0] : unit(embedScripted(text.replace("\ud800", "\ufffd")));
    for (const [column, value] of rows[index]!.entries()) expect(value).toBeCloseTo(expected[column]!, 5);
  }
});

test("an answer out of order is put in order; one without indices is taken as it stands", async () => {
  const fitted = await fitRemote();
  const expected = denseRows(await embedTexts(fitted, ["a", "b", "c"]));
  endpoint.faults.push((response, { input }) =>
    sendJson(response, 200, { data: answerTo(input).data.toReversed() }),
  );
  expect(denseRows(await embedTexts(fitted, ["a", "b", "c"]))).toEqual(expected);
  endpoint.faults.push((response, { input }) =>
    sendJson(response, 200, { data: answerTo(input).data.map(({ embedding }) => ({ embedding })) }),
  );
  expect(denseRows(await embedTexts(fitted, ["a", "b", "c"]))).toEqual(expected);
});

test("no more requests are under way than allowed", async () => {
  const slow = await startScriptedEndpoint(15);
  try {
    const options = { ...QUICK, batchSize: 1, concurrency: 3 };
    const fitted = await createEmbedder(`openai:m@${slow.baseUrl}`, options).fit(["x"]);
    await embedTexts(
      fitted,
      Array.from({ length: 12 }, (_, index) => `text ${index}`),
    );
    expect(slow.peakConcurrency).toBe(3);
  } finally {
    await slow.close();
  }
});

test.each([{ batchSize: 0 }, { batchSize: 1.5 }, { concurrency: -1 }])("%j is refused", async (options) => {
  await expect(fitRemote({ ...QUICK, ...options })).rejects.toThrow(UsageError);
});

describe("faults that pass", () => {
  const faults: readonly [string, Fault][] = [
    ["429", (response) => sendJson(response, 429, { error: "slow down" }, { "retry-after": "0" })],
    ["500", (response) => sendJson(response, 500, {})],
    ["503 that is not JSON", (response) => void response.writeHead(503).end("<html>")],
    ["a reset connection", (response) => void response.socket?.destroy()],
    [
      "an answer that breaks off",
      (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write('{"data":[');
        setTimeout(() => response.socket?.destroy(), 5);
      },
    ],
    ["silence", () => undefined],
  ];
  test.each(faults)("%s is tried again", async (_, fault) => {
    const fitted = await fitRemote({ ...QUICK, timeoutMs: 400 });
    endpoint.requests.length = 0;
    endpoint.faults.push(fault, fault);
    const [row] = denseRows(await embedTexts(fitted, ["a"]));
    expect(row![0]).toBeCloseTo(unit(embedScripted("a"))[0]!, 5);
    expect(endpoint.requests).toHaveLength(3);
  });

  test("not for ever: the last error is shown", async () => {
    const fitted = await fitRemote({ ...QUICK, retries: 2 });
    endpoint.requests.length = 0;
    for (let count = 0; count < 5; count++)
      endpoint.faults.push((response) => sendJson(response, 502, { error: `number ${count}` }));
    const work = embedTexts(fitted, ["a"]);
    await expect(work).rejects.toThrow(LlmError);
    await expect(work).rejects.toThrow(/status 502.*number 2/);
    expect(endpoint.requests).toHaveLength(3);
  });

  test("the pause an endpoint asks for is kept", async () => {
    const fitted = await fitRemote();
    endpoint.requests.length = 0;
    endpoint.faults.push((response) => sendJson(response, 429, {}, { "retry-after": "0.3" }));
    await embedTexts(fitted, ["a"]);
    const [first, second] = endpoint.requests;
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(290);
  });

  test("but a pause of an hour fails at once, saying so", async () => {
    const fitted = await fitRemote();
    endpoint.requests.length = 0;
    endpoint.faults.push((response) =>
      sendJson(response, 429, { error: "come back later" }, { "retry-after": "3600" }),
    );
    await expect(embedTexts(fitted, ["a"])).rejects.toThrow(/429.*come back later.*3600 s/);
    expect(endpoint.requests).toHaveLength(1);
  });
});

describe("faults that stay", () => {
  test.each([400, 401, 403, 404, 422])("status %i is not tried again", async (status) => {
    const fitted = await fitRemote();
    endpoint.requests.length = 0;
    endpoint.faults.push((response) => sendJson(response, status, { error: "no such model" }));
    const work = embedTexts(fitted, ["a"]);
    await expect(work).rejects.toThrow(`status ${status}`);
    await expect(work).rejects.toMatchObject({ code: "LLM", isRetryable: false });
    expect(endpoint.requests).toHaveLength(1);
  });

  const embedding = [1, 2, 3, 4];
  test.each<[string, unknown, RegExp]>([
    ["no JSON", undefined, /not JSON/],
    ["null", null, /no list "data"/],
    ["no data", { object: "list" }, /no list "data"/],
    ["too few", { data: [{ index: 0, embedding }] }, /2 texts were sent, 1 embeddings came back/],
    [
      "one index twice",
      {
        data: [
          { index: 0, embedding },
          { index: 0, embedding },
        ],
      },
      /item 1 has the index 0/,
    ],
    [
      "an index beyond",
      {
        data: [
          { index: 0, embedding },
          { index: 2, embedding },
        ],
      },
      /item 1 has the index 2/,
    ],
    [
      "an index of text",
      {
        data: [
          { index: "__proto__", embedding },
          { index: 1, embedding },
        ],
      },
      /has the index/,
    ],
    [
      "unequal lengths",
      {
        data: [
          { index: 0, embedding },
          { index: 1, embedding: [1, 2] },
        ],
      },
      /2 numbers, the one before 4/,
    ],
    [
      "no numbers",
      {
        data: [
          { index: 0, embedding },
          { index: 1, embedding: [1, 2, "3", 4] },
        ],
      },
      /number 2 of item 1 is "3"/,
    ],
    [
      "null for NaN",
      {
        data: [
          { index: 0, embedding: [1, null, 3, 4] },
          { index: 1, embedding },
        ],
      },
      /number 1 of item 0 is null/,
    ],
    [
      "beyond float32",
      {
        data: [
          { index: 0, embedding: [1e300, 2, 3, 4] },
          { index: 1, embedding },
        ],
      },
      /number 0 of item 0/,
    ],
    [
      "base64",
      {
        data: [
          { index: 0, embedding: "AACAPw==" },
          { index: 1, embedding },
        ],
      },
      /item 0 is not a list/,
    ],
    [
      "empty",
      {
        data: [
          { index: 0, embedding: [] },
          { index: 1, embedding: [] },
        ],
      },
      /item 0 is not a list/,
    ],
    [
      "another width than before",
      { data: [0, 1].map((index) => ({ index, embedding: [1, 2] })) },
      /of 2 numbers, expected 4/,
    ],
  ])("an answer with %s is refused", async (_, body, message) => {
    const fitted = await fitRemote();
    endpoint.faults.push((response) =>
      body === undefined ? void response.end("oops") : sendJson(response, 200, body),
    );
    const work = embedTexts(fitted, ["a", "b"]);
    await expect(work).rejects.toThrow(LlmError);
    await expect(work).rejects.toThrow(message);
  });

  test("a redirect is not followed", async () => {
    const other = await startScriptedEndpoint();
    const fitted = await fitRemote({ ...QUICK, retries: 0 });
    endpoint.faults.push(
      (response) => void response.writeHead(307, { location: `${other.baseUrl}/embeddings` }).end(),
    );
    await expect(embedTexts(fitted, ["a"])).rejects.toThrow(LlmError);
    expect(other.requests).toHaveLength(0);
    await other.close();
  });

  test("one failed batch stops the others", async () => {
    const fitted = await fitRemote({ ...QUICK, batchSize: 1, concurrency: 1 });
    endpoint.requests.length = 0;
    endpoint.faults.push((response) => sendJson(response, 400, {}));
    await expect(embedTexts(fitted, ["a", "b", "c", "d"])).rejects.toThrow("status 400");
    expect(endpoint.requests).toHaveLength(1);
  });
});

describe("calling off", () => {
  test("stops a request under way, and those to come", async () => {
    const fitted = await fitRemote({ ...QUICK, batchSize: 1, concurrency: 1 });
    endpoint.requests.length = 0;
    const controller = new AbortController();
    endpoint.faults.push(() => controller.abort());
    await expect(embedTexts(fitted, ["a", "b", "c"], { signal: controller.signal })).rejects.toThrow(
      AbortedError,
    );
    expect(endpoint.requests).toHaveLength(1);
  });

  test("ends a pause", async () => {
    const fitted = await fitRemote();
    const controller = new AbortController();
    endpoint.faults.push((response) => {
      sendJson(response, 429, {}, { "retry-after": "60" });
      setTimeout(() => controller.abort(), 30);
    });
    await expect(embedTexts(fitted, ["a"], { signal: controller.signal })).rejects.toThrow(AbortedError);
  });
});

describe("with a cache", () => {
  let cacheDirectory: string;
  beforeEach(async () => {
    cacheDirectory = await mkdtemp(join(tmpdir(), "oirl-openai-"));
  });
  afterEach(() => rm(cacheDirectory, { recursive: true, force: true }));

  test("no text is asked for twice, not even by the next process", async () => {
    const options = { ...QUICK, cacheDirectory };
    const first = denseRows(await embedTexts(await fitRemote(options), ["a", "b", "one text"]));
    endpoint.requests.length = 0;
    const again = await fitRemote(options);
    expect(denseRows(await embedTexts(again, ["one text", "b", "a"]))).toEqual(first.toReversed());
    expect(endpoint.requests).toHaveLength(0);
    await embedTexts(again, ["a", "c"]);
    expect(endpoint.requests.map(({ input }) => input)).toEqual([["c"]]);
  });

  test("another model sees nothing of it", async () => {
    await fitRemote({ ...QUICK, cacheDirectory });
    endpoint.requests.length = 0;
    await createEmbedder(`openai:other@${endpoint.baseUrl}`, { ...QUICK, cacheDirectory }).fit(["one text"]);
    expect(endpoint.requests).toHaveLength(1);
  });

  test("what was paid for before a failure is kept", async () => {
    const options = { ...QUICK, cacheDirectory, batchSize: 1, concurrency: 1 };
    const fitted = await fitRemote(options);
    const proper: Fault = (response, { input }) => sendJson(response, 200, answerTo(input));
    endpoint.faults.push(proper, proper, (response) => sendJson(response, 400, {}));
    await expect(embedTexts(fitted, ["a", "b", "c", "d"])).rejects.toThrow("status 400");
    endpoint.requests.length = 0;
    await embedTexts(await fitRemote(options), ["a", "b", "c", "d"]);
    expect(endpoint.requests.flatMap(({ input }) => input)).toEqual(["c", "d"]);
  });
});
