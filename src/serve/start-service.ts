import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { UsageError } from "../errors.ts";
import { createApp, type PageFinder } from "./app.ts";
import { Access } from "./http/access.ts";
import { Metrics } from "./http/metrics.ts";
import { nodeListener } from "./http/node-listener.ts";
import { RequestLog } from "./http/request-log.ts";
import { ServedChooser } from "./served-chooser.ts";
import { Upstream } from "./upstream.ts";

/** How a service is started. */
export interface ServiceOptions {
  /** Run directories, each with a trained chooser; served by their folders' names. */
  readonly runs: readonly string[];
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** 0 for any free one. @default 4141 */
  readonly port?: number | undefined;
  /** Keys, of which a client must send one; needed off loopback. @default none */
  readonly keys?: readonly string[] | undefined;
  /** Share of the choices that are drawn among all prompts, in [0, 1]. @default 0 */
  readonly explore?: number | undefined;
  /** An OpenAI-compatible endpoint that completions are asked of. */
  readonly upstream?:
    | { readonly baseUrl: string; readonly key?: string | undefined; readonly timeoutMs?: number | undefined }
    | undefined;
  /** Requests a second for each key. @default no limit */
  readonly ratePerSecond?: number | undefined;
  /** @default 1 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** Requests worked on at once. @default 512 */
  readonly maxConcurrent?: number | undefined;
  /** Time that answers have to be finished in when the service stops. @default 30,000 */
  readonly graceMs?: number | undefined;
  /** How often is looked for a chooser that was stored anew. @default 1000 */
  readonly reloadMs?: number | undefined;
  /** Takes the lines of the log. */
  readonly writeLog: (line: string) => void;
  /** Uniform in [0, 1): what exploration draws by. @default the system's */
  readonly random?: (() => number) | undefined;
  readonly findPage?: PageFinder | undefined;
}

/** A service that runs. */
export interface RunningService {
  /** Such as `http://127.0.0.1:4141`. */
  readonly url: string;
  readonly choosers: readonly string[];
  /** Takes no more requests, finishes those there are, and puts everything on the disk. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/u;

/**
 * Starts the service.
 * @throws UsageError where a run has no chooser, two have one name, the port is taken, or it would be reachable from other
 * machines without a key
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { host = "127.0.0.1", port = 4141, keys = [], explore = 0, graceMs = 30_000 } = options;
  if (!LOOPBACK.test(host) && keys.length === 0)
    throw new UsageError(
      `on ${host} other machines could reach the service, so it wants a key: set OIRL_SERVICE_KEY or give --key-file (keys, one a line), or leave --host out`,
    );
  if (!(explore >= 0 && explore <= 1))
    throw new UsageError(`the share of choices that are drawn must be from 0 to 1, found ${explore}`);
  const choosers = await openChoosers(options, explore);
  const log = new RequestLog(options.writeLog);
  const metrics = new Metrics();
  let isReady = true;
  const { upstream } = options;
  const app = createApp(
    {
      ...{ choosers, metrics, log, isReady: () => isReady },
      access: new Access({ keys, ratePerSecond: options.ratePerSecond ?? Number.POSITIVE_INFINITY }),
      maxConcurrent: options.maxConcurrent ?? 512,
      upstream:
        upstream &&
        new Upstream({
          ...{ baseUrl: upstream.baseUrl, key: upstream.key, timeoutMs: upstream.timeoutMs ?? 60_000 },
        }),
    },
    options.findPage,
  );
  const server = createServer(
    // A body that trickles in, and headers that do, end with 408.
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 },
    nodeListener((request) => app.fetch(request), {
      maxBodyBytes: options.maxBodyBytes ?? 2 ** 20,
      onError: (error) => log.error("failure", error),
    }),
  );
  await listen(server, host, port);
  const timer = setInterval(() => void reloadAll(choosers, log), options.reloadMs ?? 1000);
  timer.unref();
  const address = server.address() as AddressInfo;
  const url = `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
  log.info("started", { url, choosers: [...choosers.keys()].join(","), explore });
  if (explore === 0)
    log.info("no-exploration", {
      meaning:
        "only recommended prompts are logged, so that the log tells nothing of others; --explore 0.05 changes that",
    });
  let stopped: Promise<void> | undefined;
  return {
    url,
    choosers: [...choosers.keys()],
    stop() {
      stopped ??= (async () => {
        isReady = false;
        clearInterval(timer);
        await closeServer(server, graceMs);
        for (const { store } of choosers.values()) await store.close();
        log.info("stopped");
      })();
      return stopped;
    },
  };
}

async function openChoosers(
  { runs, random }: ServiceOptions,
  explore: number,
): Promise<Map<string, ServedChooser>> {
  if (runs.length === 0) throw new UsageError("name at least one run directory with a trained chooser");
  const choosers = new Map<string, ServedChooser>();
  for (const run of runs) {
    const served = await ServedChooser.open(run, { explore, ...(random !== undefined && { random }) });
    if (choosers.has(served.name))
      throw new UsageError(
        `two runs have the name "${served.name}", by which their choosers are asked for; rename one folder`,
      );
    choosers.set(served.name, served);
  }
  return choosers;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program has it" : error.message;
      reject(new UsageError(`port ${port} of ${host} cannot be used: ${why}. Choose another with --port.`));
    });
    server.listen(port, host, resolve);
  });
}

async function reloadAll(choosers: ReadonlyMap<string, ServedChooser>, log: RequestLog): Promise<void> {
  for (const served of choosers.values())
    try {
      if (await served.reload()) log.info("reloaded", { chooser: served.name, key: served.key.slice(0, 12) });
    } catch (error) {
      log.error("reload", error);
    }
}

/** Waits for answers under way; connections that only wait for the next request are closed. */
function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const limit = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(limit);
      resolve();
    });
  });
}
