import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { toIoError } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";
import { addOutputOptions, examples } from "../flags/options.ts";
import { parseFraction, parsePositiveInteger } from "../flags/parse-numbers.ts";
import { servicePages } from "../session/service-pages.ts";
import type { Session } from "../session/session.ts";
import { untilStopped } from "../session/until-stopped.ts";

/** Environment variable with the keys that clients must send one of, separated by commas. */
const KEY_VARIABLE = "OIRL_SERVICE_KEY";

interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly explore: number;
  readonly keyFile?: string;
  readonly upstream?: string;
  readonly upstreamKeyVariable?: string;
  readonly upstreamKeyFile?: string;
  readonly upstreamTimeout: number;
  readonly rate?: number;
}

/** `oirl serve RUN…`: recommendations, feedback and completions over HTTP. */
export function registerServe(program: Command, session: Session): void {
  const command = program
    .command("serve")
    .summary("answer over HTTP: recommend, take feedback, pass calls on to an LLM")
    .description(
      "Serve the choosers of runs over HTTP, and keep every choice with its probability and what came of it. " +
        "What it answers stands at /openapi.json. The log goes to standard error, a line " +
        "of JSON each, without texts or keys. Ctrl-C or SIGTERM stop it when every answer is out.",
    )
    .argument("<runs...>", "run directories with a trained chooser, asked for by their folders' names")
    .option("--port <n>", "port to listen on; 0 takes any that is free", parsePort, 4141)
    .option(
      "--host <address>",
      "address to listen on; others than this machine's own want a key",
      "127.0.0.1",
    )
    .option("--key-file <file>", `keys, one a line, of which clients must send one (else ${KEY_VARIABLE})`)
    .option(
      "--explore <share>",
      "share of the choices that are drawn among all prompts, so that the log tells of each",
      parseFraction,
      0,
    )
    .option("--upstream <address>", "OpenAI-compatible endpoint that /v1/chat/completions asks")
    .option("--upstream-key-variable <name>", "environment variable with that endpoint's key")
    .option("--upstream-key-file <file>", "file with that endpoint's key")
    .option("--upstream-timeout <ms>", "time it has to begin its answer", parsePositiveInteger, 60_000)
    .option("--rate <n>", "most requests a second for each key", parsePositiveInteger);
  addOutputOptions(command)
    .addHelpText(
      "after",
      examples(
        "oirl serve my-run",
        "oirl serve my-run other-run --port 8080 --explore 0.05",
        "oirl serve my-run --upstream https://api.openai.com/v1 --upstream-key-variable OPENAI_API_KEY",
        "oirl serve my-run --host 0.0.0.0 --key-file keys.txt",
      ),
    )
    .action(async (runs: string[], flags: ServeFlags) => serve(runs, flags, session));
}

async function serve(runs: readonly string[], flags: ServeFlags, session: Session): Promise<void> {
  const { startService } = await import("../../serve/index.ts");
  const keys = await readKeys(flags.keyFile);
  const service = await startService({
    ...{ runs, port: flags.port, host: flags.host, explore: flags.explore, ratePerSecond: flags.rate },
    keys,
    upstream: await findUpstream(flags),
    writeLog: (line) => session.terminal.writeError(line),
    // With keys a browser, which sends none, is not answered.
    findPage: keys.length === 0 ? await servicePages().catch(() => undefined) : undefined,
  });
  session.printResult({ url: service.url, choosers: service.choosers }, ({ url, choosers }) =>
    [
      `Serving ${choosers.join(", ")} at ${url}`,
      `  curl ${url}/v1/recommend -H 'content-type: application/json' -d '{"question": "your question"}'`,
    ].join("\n"),
  );
  await untilStopped(session.signal);
  await service.stop();
}

async function readKeys(file: string | undefined): Promise<string[]> {
  const text =
    file === undefined
      ? (process.env[KEY_VARIABLE] ?? "").replaceAll(",", "\n")
      : await readFile(file, "utf8").catch((error: unknown) => {
          throw toIoError(error, file, "read");
        });
  const keys = text.split(/\s+/u).filter((key) => key !== "");
  const place = file ?? KEY_VARIABLE;
  if (file !== undefined && keys.length === 0)
    throw new UsageError(`${place} holds no key; expected one a line`);
  if (keys.some((key) => key.length < 16))
    throw new UsageError(`${place} holds a key of fewer than 16 characters, which is guessed too easily`);
  return keys;
}

async function findUpstream(
  flags: ServeFlags,
): Promise<{ baseUrl: string; key: string | undefined; timeoutMs: number } | undefined> {
  if (flags.upstream === undefined) return undefined;
  const { findKey, resolveBaseUrl } = await import("../../llm/index.ts");
  const baseUrl = resolveBaseUrl(flags.upstream, process.env);
  const key = await findKey(
    baseUrl,
    {
      ...(flags.upstreamKeyVariable !== undefined && { keyVariable: flags.upstreamKeyVariable }),
      ...(flags.upstreamKeyFile !== undefined && { keyFile: flags.upstreamKeyFile }),
    },
    process.env,
  );
  return { baseUrl, key, timeoutMs: flags.upstreamTimeout };
}

function parsePort(text: string): number {
  const port = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError(`expected a port from 0 to 65535, found "${text}".`);
  return port;
}
