import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRunDirectory } from "../../src/data/index.ts";
import { trainRun } from "../../src/pipeline/index.ts";
import { exposuresFolder, readStore } from "../../src/serve/index.ts";
import { seededRandom } from "../../src/util/index.ts";
import { builtCli, type RunningCli, startCli } from "../support/built-cli.ts";
import { plantedRun } from "../support/planted-run.ts";
import { scriptedUpstream } from "../support/serve/scripted-upstream.ts";

const KILLS = 10;
const STOPS = 6;

let run: string;
let upstream: Awaited<ReturnType<typeof scriptedUpstream>>;
beforeAll(async () => {
  await builtCli();
  run = await plantedRun({ questions: 120 });
  await trainRun(run);
  upstream = await scriptedUpstream(async (_call, response) => {
    await wait(5);
    response.end('{"choices":[]}');
  });
});
afterAll(() => upstream.close());

async function serve(): Promise<{ cli: RunningCli; url: string }> {
  const cli = await startCli(["serve", run, "--port", "0", "--upstream", upstream.baseUrl, "--json"]);
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    cli.process.stdout!.on("data", (chunk: string) => {
      text += chunk;
      const found = /"url": "([^"]+)"/.exec(text);
      if (found !== null) resolve(found[1]!);
    });
    cli.process.once("exit", () => reject(new Error("the service ended before it listened")));
  });
  return { cli, url };
}

/** What clients were told, over all services of a test. */
interface Acknowledged {
  readonly choices: string[];
  readonly feedback: Map<string, number>;
  readonly torn: string[];
}

/** Asks until the service is gone. */
async function load(url: string, told: Acknowledged): Promise<void> {
  const post = async (path: string, body: object): Promise<Response | null> => {
    try {
      const response = await fetch(`${url}${path}`, {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
      });
      return response.status === 200 ? response : null;
    } catch {
      return null;
    }
  };
  for (;;) {
    const question = `What is number ${Math.floor(Math.random() * 50)} of apples plus some coins?`;
    const choice = await post("/v1/chat/completions", { messages: [{ role: "user", content: question }] });
    if (choice === null) return;
    const id = choice.headers.get("x-oirl-id")!;
    told.choices.push(id);
    const text = await choice.text().catch(() => "");
    if (text !== '{"choices":[]}') told.torn.push(id);
    const reward = Math.random() < 0.5 ? 1 : 0;
    const taken = await post("/v1/feedback", { id, reward });
    if (taken === null) return;
    told.feedback.set(id, reward);
  }
}

/** Until this service, too, has taken feedback. */
async function untilBusy({ feedback }: Acknowledged): Promise<void> {
  for (const before = feedback.size; feedback.size < before + 3; ) await wait(5);
}

async function checkKept(told: Acknowledged): Promise<void> {
  const { exposures } = await readStore(exposuresFolder(await openRunDirectory(run)));
  const byId = new Map(exposures.map((exposure) => [exposure.id, exposure]));
  expect(told.choices.filter((id) => !byId.has(id))).toEqual([]);
  expect([...told.feedback].filter(([id, reward]) => byId.get(id)?.reward !== reward)).toEqual([]);
  // Each call of the upstream was kept before it was made.
  expect(exposures.length).toBeGreaterThanOrEqual(upstream.calls.length);
}

test("killed at random moments under load, no acknowledged choice or feedback is lost", async () => {
  const random = seededRandom(14);
  const told: Acknowledged = { choices: [], feedback: new Map(), torn: [] };
  for (let kill = 0; kill < KILLS; kill++) {
    const { cli, url } = await serve();
    const clients = Array.from({ length: 16 }, () => load(url, told));
    await untilBusy(told);
    await wait(300 * random.next());
    cli.process.kill("SIGKILL");
    await Promise.all(clients);
    await cli.outcome;
    await checkKept(told);
  }
  expect(told.feedback.size).toBeGreaterThan(KILLS);
}, 240_000);

test("on SIGTERM every answer that was begun comes to its end, and the exit status is 0", async () => {
  const told: Acknowledged = { choices: [], feedback: new Map(), torn: [] };
  for (let stop = 0; stop < STOPS; stop++) {
    const { cli, url } = await serve();
    const clients = Array.from({ length: 16 }, () => load(url, told));
    await untilBusy(told);
    const before = upstream.calls.length;
    cli.process.kill("SIGTERM");
    await Promise.all(clients);
    expect((await cli.outcome).exitCode).toBe(0);
    expect(before).toBeGreaterThan(0);
  }
  expect(told.torn).toEqual([]);
  expect(upstream.calls.filter(({ broken }) => broken).length).toBeLessThanOrEqual(KILLS * 16);
  await checkKept(told);
}, 240_000);
