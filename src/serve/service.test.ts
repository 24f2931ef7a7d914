import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { runningService, type TestService } from "../../test/support/serve/running-service.ts";
import { openRunDirectory } from "../data/index.ts";
import { loadChooser, trainRun } from "../pipeline/index.ts";
import { exposuresFolder, readStore, startService } from "./index.ts";

const SUM = "What is number 3 of apples plus some coins?";

let run: string;
let service: TestService;
beforeAll(async () => {
  run = await plantedRun({ questions: 200, effect: 0.55 });
  await trainRun(run);
  service = await runningService({ runs: [run] });
});
afterAll(() => service.stop());

async function stored() {
  return readStore(exposuresFolder(await openRunDirectory(run)));
}

test("recommends as the library does, and keeps the choice before it answers", async () => {
  const response = await service.post("/v1/recommend", { question: SUM });
  expect(response.status).toBe(200);
  const answer = await response.json();
  const expected = (await loadChooser(run)).recommend(SUM);
  const { candidateId, promptId, llm, prompt, score } = expected;
  const { fixedCandidateId, queryDependent, similarity, reason } = expected;
  expect(answer).toEqual({
    ...{ id: expect.stringMatching(/^run-[0-9a-f]{24}$/u), chooser: "run", explored: false, propensity: 1 },
    ...{ candidateId, promptId, llm, prompt, score },
    ...{ fixedCandidateId, queryDependent, similarity, reason },
    ...{ expectedCost: expected.expectedCost, expectedLatencyMs: expected.expectedLatencyMs },
    ...{ messages: expected.messages, text: expected.text, stableMessages: 0 },
  });
  const { exposures } = await stored();
  expect(exposures.find(({ id }) => id === answer.id)).toMatchObject({
    ...{ question: SUM, promptId, propensity: 1, explore: 0 },
  });
  expect(response.headers.get("x-oirl-id")).toBe(answer.id);
});

test("feedback may come late, repeated and in any order", async () => {
  const { id } = await (await service.post("/v1/recommend", { question: SUM })).json();
  const send = async (body: object): Promise<void> => {
    const response = await service.post("/v1/feedback", { id, ...body });
    expect(await response.json()).toEqual({ id, accepted: true });
  };
  await send({ reward: 0.5, revision: 2 });
  await send({ reward: 1 });
  await send({ reward: 0 });
  await send({ cost: 0.01 });
  await send({ reward: 0.7, revision: 2 });
  await send({ cost: 0.02, latencyMs: 90 });
  const { exposures } = await stored();
  expect(exposures.find((exposure) => exposure.id === id)).toMatchObject({
    ...{ reward: 0.5, cost: 0.01, latencyMs: 90 },
  });
});

test("scores every prompt and keeps nothing", async () => {
  const before = (await stored()).exposures.length;
  const answer = await (await service.post("/v1/score", { question: SUM })).json();
  expect(answer.scores.map(({ candidateId }: { candidateId: string }) => candidateId).sort()).toEqual([
    ...["product", "sum", "weak"],
  ]);
  expect(answer.candidateId).toBe("sum");
  expect((await stored()).exposures.length).toBe(before);
});

describe("what is wrong is said, with a status and nothing of this machine", () => {
  test.each<readonly [string, string, unknown, number, RegExp]>([
    ["no question", "/v1/recommend", {}, 400, /"question"/],
    ["an empty one", "/v1/recommend", { question: "" }, 400, /"question"/],
    ["two wishes", "/v1/recommend", { question: "x", worth: 1, keep: 0.9 }, 400, /worth and keep are given/],
    ["a share above 1", "/v1/recommend", { question: "x", keep: 2 }, 400, /"keep"/],
    ["a wish without costs", "/v1/score", { question: "x", worth: 1 }, 400, /knows no costs/],
    ["an unknown field", "/v1/recommend", { question: "x", qestion: "y" }, 400, /qestion/],
    ["no JSON", "/v1/recommend", "{", 400, /not JSON/],
    ["deep JSON", "/v1/recommend", `{"question":${"[".repeat(100_000)}`, 400, /not JSON/],
    ["an unknown chooser", "/v1/recommend", { question: "x", chooser: "../run" }, 404, /there are: run/],
    ["an id from elsewhere", "/v1/feedback", { id: "other-123", reward: 1 }, 404, /no chooser here/],
    ["an id of no form", "/v1/feedback", { id: "run-../../x", reward: 1 }, 404, /no chooser here/],
    ["feedback of nothing", "/v1/feedback", { id: "run-1" }, 400, /at least one of/],
    ["a reward beyond 1", "/v1/feedback", { id: "run-1", reward: 2 }, 400, /"reward"/],
    [
      "no upstream",
      "/v1/chat/completions",
      { messages: [{ role: "user", content: "x" }] },
      404,
      /--upstream/,
    ],
    ["another address", "/v1/elsewhere", {}, 404, /openapi/],
  ])("%s", async (_name, path, body, status, message) => {
    const response = await service.post(path, body);
    expect(response.status).toBe(status);
    const { error } = await response.json();
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(run);
  });

  test("another type than JSON, which any web page could send", async () => {
    const response = await service.post("/v1/recommend", { question: "x" }, { "content-type": "text/plain" });
    expect(response.status).toBe(415);
  });

  test("another method", async () => {
    const response = await service.get("/v1/recommend");
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  test("too large a body, announced or not", async () => {
    const body = JSON.stringify({ question: "x".repeat(2 ** 20) });
    expect((await service.post("/v1/recommend", body)).status).toBe(413);
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("x".repeat(65_536))),
    });
    const sent = fetch(`${service.url}/v1/recommend`, {
      ...{ method: "POST", body: stream, duplex: "half", headers: { "content-type": "application/json" } },
    } as RequestInit);
    // A client that goes on sending may see the connection close before it reads the answer.
    await sent.then(
      (response) => expect(response.status).toBe(413),
      (error: Error) => expect(error.message).toMatch(/fetch failed/),
    );
    expect((await service.get("/healthz")).status).toBe(200);
  });

  test("a name that was made to lead here", async () => {
    const status = await new Promise((resolve) => {
      const { port } = new URL(service.url);
      const asked = request(
        { port, host: "127.0.0.1", path: "/v1/score", method: "POST", headers: { host: "evil.example" } },
        (response) => resolve(response.statusCode),
      );
      asked.end("{}");
    });
    expect(status).toBe(403);
  });
});

test("health, readiness, metrics, and a description made of the schemas", async () => {
  expect(await (await service.get("/healthz")).json()).toEqual({ status: "alive" });
  expect(await (await service.get("/readyz")).json()).toEqual({ status: "ready", choosers: ["run"] });
  const metrics = await (await service.get("/metrics")).text();
  expect(metrics).toMatch(/^oirl_requests_total\{route="\/v1\/recommend",status="200"\} \d+$/mu);
  expect(metrics).toMatch(/^oirl_choices_total\{chooser="run",candidate="sum",explored="false"\} \d+$/mu);
  expect(metrics).toMatch(/^oirl_request_seconds_bucket\{route="\/v1\/score",le="\+Inf"\} \d+$/mu);
  const document = await (await service.get("/openapi.json")).json();
  const { post } = document.paths["/v1/recommend"];
  expect(post.requestBody.content["application/json"].schema.required).toEqual(["question"]);
  expect(post.responses[200].content["application/json"].schema.properties.propensity.maximum).toBe(1);
  expect(Object.keys(document.paths)).toEqual([
    ...["/v1/recommend", "/v1/score", "/v1/feedback", "/v1/chat/completions"],
  ]);
});

test("the log says what happened and no text", async () => {
  const secret = "Where is number 77 of my secret plus coins?";
  const response = await service.post("/v1/recommend", { question: secret });
  const { id } = await response.json();
  const lines = service.log.map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ event: "request", route: "/v1/recommend", status: 200, id }),
  );
  expect(service.log.join("")).not.toContain("secret");
  expect(lines).toContainEqual(expect.objectContaining({ event: "no-exploration" }));
});

test("exploration keeps a floor under every prompt, and the probabilities are those it draws by", async () => {
  const exploring = await runningService({ runs: [run], explore: 0.6 });
  const counts = new Map<string, number>();
  const draws = 600;
  for (let k = 0; k < draws; k++) {
    const answer = await (await exploring.post("/v1/recommend", { question: SUM })).json();
    counts.set(answer.promptId, (counts.get(answer.promptId) ?? 0) + 1);
    expect(answer.propensity).toBeCloseTo(answer.promptId === "sum" ? 0.6 : 0.2, 12);
    expect(answer.explored).toBe(answer.promptId !== "sum");
    expect(answer.text).toContain(SUM);
  }
  await exploring.stop();
  // Five standard errors.
  expect(Math.abs(counts.get("sum")! / draws - 0.6)).toBeLessThan(0.1);
  expect(Math.abs(counts.get("weak")! / draws - 0.2)).toBeLessThan(0.09);
  const { exposures } = await stored();
  expect(exposures.filter(({ explore }) => explore === 0.6)).toHaveLength(draws);
});

test("off loopback a key is needed, and with keys one must be sent", async () => {
  const open = startService({ runs: [run], host: "0.0.0.0", port: 0, writeLog: () => {} });
  await expect(open).rejects.toThrow(/wants a key.*OIRL_SERVICE_KEY/);
  const key = "0123456789abcdef-a-key";
  const keyed = await runningService({
    runs: [run],
    host: "0.0.0.0",
    keys: ["another-key-of-some-length", key],
  });
  const url = keyed.url.replace("0.0.0.0", "127.0.0.1");
  const ask = (authorization?: string): Promise<Response> =>
    fetch(`${url}/v1/score`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({ question: SUM }),
    });
  expect((await ask()).status).toBe(401);
  expect((await ask(`Bearer ${key}x`)).status).toBe(401);
  expect((await ask(`Bearer ${key}`)).status).toBe(200);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await keyed.stop();
  expect(keyed.log.join("")).not.toContain(key);
});

test("more requests a second than allowed are told to wait", async () => {
  const slow = await runningService({ runs: [run], ratePerSecond: 3 });
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async () => (await slow.post("/v1/score", { question: SUM })).status),
  );
  await slow.stop();
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(6);
  expect(statuses).toContain(429);
});

test("a chooser stored anew is taken up while requests go on, none of which fails", async () => {
  const other = await plantedRun({ questions: 200, effect: 0.55, seed: 3 });
  await trainRun(other);
  const reloading = await runningService({ runs: [other], reloadMs: 20 });
  let asks = true;
  const statuses: number[] = [];
  const asking = Array.from({ length: 4 }, async () => {
    while (asks) statuses.push((await reloading.post("/v1/recommend", { question: SUM })).status);
  });
  await trainRun(other, { seed: 99, force: true });
  const { key } = JSON.parse(
    await (await import("node:fs/promises")).readFile(`${other}/models/chooser/manifest.json`, "utf8"),
  );
  const until = Date.now() + 20_000;
  const isReloaded = (): boolean => reloading.log.some((line) => line.includes(key.slice(0, 12)));
  while (!isReloaded() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  asks = false;
  await Promise.all(asking);
  await reloading.stop();
  expect(isReloaded()).toBe(true);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const { exposures } = await readStore(exposuresFolder(await openRunDirectory(other)));
  expect(exposures).toHaveLength(statuses.length);
});
