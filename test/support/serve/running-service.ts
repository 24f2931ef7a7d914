import { type RunningService, type ServiceOptions, startService } from "../../../src/serve/index.ts";

/** A service for a test, on a free port, and what it logged. */
export interface TestService extends RunningService {
  readonly log: readonly string[];
  /** Posts JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

export async function runningService(
  options: Omit<ServiceOptions, "writeLog" | "port">,
): Promise<TestService> {
  const log: string[] = [];
  const service = await startService({ ...options, port: 0, writeLog: (line) => void log.push(line) });
  return {
    ...service,
    log,
    post: (path, body, headers = {}) =>
      fetch(`${service.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => fetch(`${service.url}${path}`, { headers }),
  };
}
