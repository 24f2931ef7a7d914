import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runBuiltCli } from "../built-cli.ts";
import { additions, readJournalLines, somePrompts, writeInputs } from "../collect-fixture.ts";
import { FAULTS, startScriptedChatEndpoint } from "../scripted-chat-endpoint.ts";
import { type CheckReport, Violations } from "./check.ts";

const KEY = "sk-geheim/0123456789+abcdef";
/** The key as it might stand in a file: as it is, in an address, in base64, in JSON. */
const FORMS = [
  KEY,
  encodeURIComponent(KEY),
  Buffer.from(KEY).toString("base64").replace(/=+$/, ""),
  JSON.stringify(KEY).slice(1, -1).replaceAll("/", "\\/"),
];

/** Has an endpoint echo the key in every way, and searches everything the commands print and write for it. */
export async function checkKeys(size: { readonly folder: string }): Promise<CheckReport> {
  const violations = new Violations();
  const run = join(size.folder, "keys");
  const keyFile = join(size.folder, "the-key");
  await writeFile(keyFile, `${KEY}\n`);
  const faults = [
    FAULTS.status(500, `internal ${KEY} error`),
    FAULTS.status(400, `bad ${KEY}`),
    FAULTS.garbage,
    FAULTS.reset,
    FAULTS.rateLimit("0"),
    FAULTS.status(401, `Incorrect API key provided: ${KEY}`),
  ];
  const endpoint = await startScriptedChatEndpoint();
  const inputs = await writeInputs(size.folder, "keys", questionsOfManyForms(), somePrompts(2));
  const base = ["collect", run, "--base-url", endpoint.baseUrl, "--llm", "scripted", ...inputs];
  const outputs = new Map<string, string>();
  const call = async (commandLine: readonly string[]): Promise<void> => {
    const { stdout, stderr } = await runBuiltCli(commandLine, { env: { OPENAI_API_KEY: KEY } });
    outputs.set(`${outputs.size}: ${commandLine[0]} …`, stdout + stderr);
  };
  try {
    const fromVariable = [...base, "--key-variable", "OPENAI_API_KEY", "--retries", "0", "--verbose"];
    endpoint.script = { fault: (_request, count) => faults[count] };
    await call([...fromVariable, "--concurrency", "1"]);
    await call([...base, "--key-file", keyFile, "--dry-run", "--json", "--verbose"]);
    await call([...base, "--key-file", keyFile, "--json", "--verbose"]);
    violations.require(
      endpoint.requests.length > faults.length &&
        endpoint.requests.every(({ authorization }) => authorization === `Bearer ${KEY}`),
      "the key was not sent with every request",
    );
    for (const command of ["evaluate", "train", "report"]) await call([command, run, "--verbose"]);
    // An address that carries the key is refused without being shown.
    await call([...base, "--base-url", `https://user:${encodeURIComponent(KEY)}@example.com/v1`]);
    await call([...base, "--base-url", `https://example.com/v1?key=${encodeURIComponent(KEY)}`]);
    const messages = (await readJournalLines(run)).map(({ message }) => message).filter(Boolean);
    violations.require(
      /internal … error/.test(messages.join("\n")),
      "the journal has no trace of the echoes",
    );
    for (const name of await readdir(run, { recursive: true }))
      outputs.set(name, await readFile(join(run, name), "latin1").catch(() => ""));
    violations.require(outputs.has("report.html"), `no report among ${[...outputs.keys()].join(", ")}`);
    let bytes = 0;
    for (const [name, text] of outputs) {
      bytes += text.length;
      for (const form of FORMS) violations.require(!text.includes(form), `${name} holds the key`);
    }
    return {
      name: "keys",
      done: `a key from the environment and from a file, echoed by the endpoint in ${faults.length} ways`,
      found: `in none of ${outputs.size} outputs and files (${(bytes / 1e6).toFixed(1)} MB)`,
      figures: { outputs: outputs.size, bytes, echoes: faults.length },
      violations: violations.list,
    };
  } finally {
    await endpoint.close();
  }
}

/** Questions of one form are one group, and evaluating and training need several. */
function questionsOfManyForms(): ReturnType<typeof additions> {
  const forms = [
    "apples",
    "red pears and",
    "of all plums in town,",
    "kilometres a day",
    "whole",
    "more nuts",
  ];
  return additions(36).map((query, index) => ({
    ...query,
    text: `${forms[index % 6]} ${"perhaps ".repeat(Math.floor(index / 6))}: ${query.text}`,
  }));
}
