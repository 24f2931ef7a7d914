import { request } from "node:http";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { plantedRun } from "../../test/support/planted-run.ts";
import { runningService, type TestService } from "../../test/support/serve/running-service.ts";
import { scriptedUpstream } from "../../test/support/serve/scripted-upstream.ts";
import { openRunDirectory } from "../data/index.ts";
import { loadChooser, trainRun } from "../pipeline/index.ts";
import { exposuresFolder, readStore } from "./index.ts";

const SUM = "What is number 3 of apples plus some coins?";
const QUESTION = { model: "some-llm", messages: [{ role: "user", content: SUM }] };

let run: string;
beforeAll(async () => {
  run = await plantedRun({ questions: 200, effect: 0.55 });
  await trainRun(run);
});

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await (one.stop?.() ?? one.close?.());
});

async function proxyTo(
  answer: Parameters<typeof scriptedUpstream>[0],
  timeoutMs?: number,
): Promise<{ service: TestService; upstream: Awaited<ReturnType<typeof scriptedUpstream>> }> {
  const upstream = await scriptedUpstream(answer);
  const service = await runningService({
    runs: [run],
    upstream: { baseUrl: upstream.baseUrl, key: "upstream-key", timeoutMs },
  });
  open.push(service, upstream);
  return { service, upstream };
}

test("the chosen prompt goes to the upstream, everything else as it came, and the answer back", async () => {
  const { service, upstream } = await proxyTo((_call, response) => {
    response.writeHead(200, { "content-type": "application/json", "set-cookie": "a=b" });
    response.end('{"choices":[]}');
  });
  const tools = [{ type: "function", function: { name: "add" } }];
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
  const response = await service.post(
    "/v1/chat/completions",
    {
      ...{ model: "some-llm", tools, temperature: 0.1, unknown: { kept: [1, null] } },
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: null, tool_calls: [{ id: "c" }] },
        { role: "user", content: [image, { type: "text", text: SUM }], name: "ada" },
      ],
    },
    { authorization: "Bearer of-the-client", cookie: "c=d" },
  );
  expect(await response.text()).toBe('{"choices":[]}');
  const { candidateId, text } = (await loadChooser(run)).recommend(SUM);
  expect(response.headers.get("x-oirl-candidate")).toBe(candidateId);
  expect(response.headers.get("x-oirl-propensity")).toBe("1");
  expect(response.headers.get("set-cookie")).toBe(null);
  expect(upstream.calls).toHaveLength(1);
  const [{ body, headers }] = upstream.calls as [(typeof upstream.calls)[0]];
  expect(body).toEqual({
    ...{ model: "some-llm", tools, temperature: 0.1, unknown: { kept: [1, null] } },
    messages: [
      { role: "system", content: "Be kind." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: null, tool_calls: [{ id: "c" }] },
      { role: "user", content: [image, { type: "text", text }], name: "ada" },
    ],
  });
  expect(headers.authorization).toBe("Bearer upstream-key");
  expect(headers.cookie).toBe(undefined);
  const { exposures } = await readStore(exposuresFolder(await openRunDirectory(run)));
  expect(exposures.map(({ id }) => id)).toContain(response.headers.get("x-oirl-id"));
});

test("a stream comes through piece by piece, byte for byte", async () => {
  let proceed: () => void = () => {};
  const { service } = await proxyTo(async (_call, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"a":1}\n\n');
    await new Promise<void>((resolve) => {
      proceed = resolve;
    });
    response.end("data: [DONE]\n\n");
  });
  const response = await service.post("/v1/chat/completions", { ...QUESTION, stream: true });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body!.getReader();
  const first = await reader.read();
  expect(new TextDecoder().decode(first.value)).toBe('data: {"a":1}\n\n');
  proceed();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read())
    rest += new TextDecoder().decode(part.value);
  expect(rest).toBe("data: [DONE]\n\n");
});

test("when the client goes, the call is broken off, before the first byte and after it", async () => {
  for (const begins of [false, true]) {
    const { service, upstream } = await proxyTo((_call, response) => {
      if (!begins) return;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    });
    const gone = new AbortController();
    const asked = fetch(`${service.url}/v1/chat/completions`, {
      ...{ method: "POST", headers: { "content-type": "application/json" }, signal: gone.signal },
      body: JSON.stringify(QUESTION),
    });
    asked.catch(() => undefined);
    if (begins) await (await asked).body!.getReader().read();
    else await vi.waitFor(() => expect(upstream.calls).toHaveLength(1));
    gone.abort();
    await vi.waitFor(() => expect(upstream.calls[0]!.broken).toBe(true));
    expect(upstream.calls).toHaveLength(1);
    expect((await service.get("/healthz")).status).toBe(200);
  }
});

test("errors of the upstream come through, once asked whatever happens", async () => {
  for (const status of [400, 429, 500, 503]) {
    const { service, upstream } = await proxyTo((_call, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end('{"error":"theirs"}');
    });
    const response = await service.post("/v1/chat/completions", QUESTION);
    expect([response.status, await response.text()]).toEqual([status, '{"error":"theirs"}']);
    expect(upstream.calls).toHaveLength(1);
  }
});

test("an upstream that breaks off breaks the answer off, and is not asked again", async () => {
  const { service, upstream } = await proxyTo((_call, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n", () => response.destroy());
  });
  const response = await service.post("/v1/chat/completions", QUESTION);
  await expect(response.text()).rejects.toThrow();
  expect(upstream.calls).toHaveLength(1);
});

test("redirects are not followed, silence has an end, and absence is said without an address", async () => {
  const elsewhere = await scriptedUpstream((_call, response) => void response.end("{}"));
  open.push(elsewhere);
  const redirecting = await proxyTo((_call, response) => {
    response.writeHead(307, { location: `${elsewhere.baseUrl}/chat/completions` });
    response.end();
  });
  expect((await redirecting.service.post("/v1/chat/completions", QUESTION)).status).toBe(502);
  expect(elsewhere.calls).toHaveLength(0);

  const silent = await proxyTo(() => {}, 50);
  expect((await silent.service.post("/v1/chat/completions", QUESTION)).status).toBe(504);

  const absent = await runningService({ runs: [run], upstream: { baseUrl: "http://127.0.0.1:9/v1" } });
  open.push(absent);
  const response = await absent.post("/v1/chat/completions", QUESTION);
  expect(response.status).toBe(502);
  expect(await response.text()).not.toContain("127.0.0.1");
});

test("no header or field of the client's leads the call elsewhere", async () => {
  const { service, upstream } = await proxyTo((_call, response) => void response.end("{}"));
  const elsewhere = await scriptedUpstream((_call, response) => void response.end("{}"));
  open.push(elsewhere);
  const { host, port } = new URL(service.url);
  await new Promise<void>((resolve) => {
    const asked = request(
      {
        ...{ host: "127.0.0.1", port, method: "POST", path: `${elsewhere.baseUrl}/v1/chat/completions` },
        headers: { "content-type": "application/json", host, "x-forwarded-host": "evil.example" },
      },
      (response) => response.resume().on("end", resolve),
    );
    asked.end(JSON.stringify({ ...QUESTION, base_url: elsewhere.baseUrl, url: elsewhere.baseUrl }));
  });
  expect(elsewhere.calls).toHaveLength(0);
  expect(upstream.calls.length).toBeLessThanOrEqual(1);
});

test("stopping lets a stream under way end whole", async () => {
  let proceed: () => void = () => {};
  const { service } = await proxyTo(async (_call, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
    await new Promise<void>((resolve) => {
      proceed = resolve;
    });
    response.end("data: [DONE]\n\n");
  });
  const response = await service.post("/v1/chat/completions", QUESTION);
  const stopped = service.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  proceed();
  expect(await response.text()).toBe("data: 1\n\ndata: [DONE]\n\n");
  await stopped;
  await expect(service.get("/healthz")).rejects.toThrow();
});
