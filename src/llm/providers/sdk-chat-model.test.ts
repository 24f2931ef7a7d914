import { afterEach, beforeEach, expect, test } from "vitest";
import { collectGarbage } from "../../../test/support/collect-garbage.ts";
import {
  FAULTS,
  type ScriptedChatEndpoint,
  startScriptedChatEndpoint,
} from "../../../test/support/scripted-chat-endpoint.ts";
import { createChatModel } from "../create-chat-model.ts";

let endpoint: ScriptedChatEndpoint;
beforeEach(async () => {
  endpoint = await startScriptedChatEndpoint();
});
afterEach(() => endpoint.close());

const REQUEST = { messages: [{ role: "user", content: "1 + 1?" }], sampling: {} } as const;

test.each(["drip", "hang"] as const)(
  'the time limit holds for an endpoint that does "%s", also when garbage is collected meanwhile',
  async (fault) => {
    endpoint.script = { fault: () => FAULTS[fault] };
    const model = await createChatModel({ model: "scripted", baseUrl: endpoint.baseUrl, environment: {} });
    const collecting = setInterval(collectGarbage, 30);
    try {
      await expect(model.answer({ ...REQUEST, timeoutMs: 400 })).rejects.toThrow(
        /did not answer within 0\.4 s/,
      );
      // The connection is given up too.
      await expect.poll(() => endpoint.underWay).toBe(0);
    } finally {
      clearInterval(collecting);
    }
  },
);
