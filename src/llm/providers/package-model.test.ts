import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createChatModel } from "../create-chat-model.ts";
import { packageModel } from "./package-model.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oirl-package-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Installs a provider's package of the AI SDK that answers with what it was asked, or fails showing a secret. */
async function install(name: string, code: string): Promise<void> {
  const place = join(folder, "node_modules", name);
  await mkdir(place, { recursive: true });
  await writeFile(
    join(place, "package.json"),
    JSON.stringify({ name, version: "1.0.0", type: "module", main: "index.js" }),
  );
  await writeFile(join(place, "index.js"), code);
}

const PROVIDER = `
const model = (modelId) => ({
  specificationVersion: "v3", provider: "acme", modelId, supportedUrls: {},
  async doGenerate({ prompt, maxOutputTokens }) {
    if (modelId === "leaky") throw new Error("refused " + process.env.ACME_API_KEY);
    return {
      content: [{ type: "text", text: modelId + " " + maxOutputTokens + " " + JSON.stringify(prompt.map(({ role }) => role)) }],
      finishReason: { unified: "stop", raw: "stop" },
      usage: { inputTokens: { total: 3 }, outputTokens: { total: 4 } }, warnings: [],
    };
  },
});
export const acme = Object.assign((id) => model(id), { languageModel: model });
export const acmeClassic = { languageModel: model };
export const VERSION = "1";
`;
const REQUEST = {
  messages: [
    { role: "system", content: "S" },
    { role: "user", content: "Q" },
  ],
  sampling: { maxTokens: 9 },
  timeoutMs: 1000,
} as const;

test("a provider's package answers through the AI SDK", async () => {
  await install("@vendor/acme", PROVIDER);
  const model = await packageModel({ packageName: "@vendor/acme", model: "m-1", folder });
  expect([model.name, model.provider, model.baseUrl]).toEqual(["m-1", "@vendor/acme", undefined]);
  expect(await model.answer(REQUEST)).toEqual({
    text: 'm-1 9 ["system","user"]',
    finishReason: "stop",
    inputTokens: 3,
    outputTokens: 4,
  });
});

test("a key its error shows is taken out", async () => {
  await install("@vendor/acme", PROVIDER.replace("process.env.ACME_API_KEY", '"secret-geheim-1"'));
  const environment = { ACME_API_KEY: "secret-geheim-1" };
  const model = await packageModel({ packageName: "@vendor/acme", model: "leaky", folder, environment });
  await expect(model.answer(REQUEST)).rejects.toThrow(/@vendor\/acme \(leaky\) failed: refused …$/);
});

test.each([
  [
    "two providers, neither named after it",
    "export const a = { languageModel() {} }; export const b = a;",
    /it has a, b/,
  ],
  ["none", "export const x = 1;", /does not export a provider of the AI SDK\./],
])("a package with %s is refused", async (_what, code, message) => {
  await install("odd", code);
  await expect(packageModel({ packageName: "odd", model: "m", folder })).rejects.toThrow(message);
});

test.each(["", "not-there", "../odd", "/etc/passwd", "file:///etc", "a b"])(
  "%j is no provider",
  async (provider) => {
    await expect(createChatModel({ provider, model: "m", environment: {} })).rejects.toThrow(
      /There is no provider/,
    );
  },
);
