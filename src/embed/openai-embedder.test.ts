import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testEmbedderContract } from "../../test/support/embed/embedder-contract.ts";
import {
  type ScriptedEndpoint,
  sendJson,
  startScriptedEndpoint,
} from "../../test/support/scripted-embedding-endpoint.ts";
import { LlmError, UsageError } from "../errors.ts";
import { createEmbedder, type EmbedderOptions } from "./create-embedder.ts";
import { embedTexts } from "./embed-texts.ts";
import type { FittedEmbedder } from "./embedder.ts";
import { restoreEmbedder } from "./restore-embedder.ts";

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

testEmbedderContract({
  title: "openai",
  create: () => createEmbedder(`openai:test-model@${endpoint.baseUrl}`, QUICK),
  restore: (state) => restoreEmbedder(state, QUICK),
  trainingTexts: ["first question", "second question", "third question"],
  unknownText: " \u2003 ",
});

describe("keys", () => {
  test("on this machine a key is sent only where a variable was named", async () => {
    await fitRemote();
    expect(endpoint.requests.at(-1)!.authorization).toBeUndefined();
    await fitRemote({ ...QUICK, keyVariable: "OTHER_KEY" });
    expect(endpoint.requests.at(-1)!.authorization).toBe("Bearer other-secret");
  });

  test.each([
    ["missing", {}, "the environment variable OPENAI_API_KEY is empty"],
    ["with a line break", { OPENAI_API_KEY: `${KEY}\nX-Evil: 1` }, "does not hold a key"],
    ["beyond ASCII", { OPENAI_API_KEY: `${KEY}é` }, "does not hold a key"],
  ])("a key that is %s is refused before anything is sent", async (_, environment, message) => {
    const fitting = createEmbedder("openai:m", { environment }).fit(["a"]);
    await expect(fitting).rejects.toThrow(UsageError);
    await expect(fitting).rejects.toThrow(message);
    await expect(fitting).rejects.not.toThrow(/sk-/);
  });

  test("no error and no stored state shows it, even where the endpoint repeats it", async () => {
    const options = { ...QUICK, keyVariable: "OPENAI_API_KEY", retries: 0 };
    const fitted = await fitRemote(options);
    expect(JSON.stringify(fitted.save())).not.toContain(KEY);
    for (const status of [400, 401, 403, 500]) {
      // Where keys are refused, endpoints show their beginning.
      const shown = status === 401 || status === 403 ? KEY.slice(0, 12) : KEY;
      endpoint.faults.push((response) => sendJson(response, status, { error: `bad key ${shown}` }));
      const error: unknown = await embedTexts(fitted, ["a"]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LlmError);
      const { message, stack, details, cause } = error as LlmError;
      expect(`${message} ${stack} ${JSON.stringify(details)} ${String(cause)}`).not.toContain("sk-secret");
    }
  });
});
