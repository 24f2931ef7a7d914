import type { FetchHandler } from "./http/node-listener.ts";
import type { RequestLog } from "./http/request-log.ts";
import { describeFailure, ServiceError } from "./http/service-error.ts";
import { openApiDocument } from "./openapi.ts";
import { ROUTES, type Route } from "./routes.ts";
import type { ServiceParts } from "./serve-types.ts";

/** Where the pages of the service and what belongs to them come from; undefined where there is none of that path. */
export type PageFinder = (request: Request, parts: ServiceParts) => Promise<Response | undefined>;

/**
 * The service as a fetch handler: routes, checks of access and form, log and metrics.
 * @param findPage of the pages to look at
 */
export function createApp(parts: ServiceParts, findPage?: PageFinder): FetchHandler {
  const { metrics, log } = parts;
  const document = JSON.stringify(openApiDocument());
  let concurrent = 0;

  async function post(request: Request, route: Route<never>): Promise<Response> {
    parts.access.check(request.headers);
    if (!parts.isReady()) throw new ServiceError(503, "STOPPING", "the service is stopping");
    if (concurrent >= parts.maxConcurrent)
      throw new ServiceError(503, "BUSY", `${parts.maxConcurrent} requests are being answered; try again`);
    concurrent++;
    try {
      const parsed = route.request.safeParse(await readBody(request));
      if (!parsed.success) throw new ServiceError(400, "BODY", describeIssue(parsed.error.issues[0]));
      let id: string | undefined;
      const note = (noted: string): void => {
        id = noted;
      };
      const response = await route.answer({ request, body: parsed.data, parts, note });
      if (id !== undefined) response.headers.set("x-oirl-id", id);
      return response;
    } finally {
      concurrent--;
    }
  }

  async function answer(request: Request, path: string): Promise<Response> {
    const route = ROUTES.find((one) => one.path === path);
    if (route !== undefined && request.method === "POST") return post(request, route);
    if (request.method === "GET" || request.method === "HEAD") {
      if (path === "/healthz") return Response.json({ status: "alive" });
      if (path === "/readyz") return describeReadiness(parts);
      if (path === "/openapi.json")
        return new Response(document, { headers: { "content-type": "application/json" } });
      if (path === "/metrics") return renderMetrics(request, parts);
      if (findPage !== undefined && route === undefined) {
        parts.access.check(request.headers);
        const page = await findPage(request, parts);
        if (page !== undefined) return page;
      }
    }
    if (route === undefined)
      throw new ServiceError(404, "ADDRESS", "there is nothing here; /openapi.json says what there is");
    const { status, body } = describeFailure(new ServiceError(405, "METHOD", "this route takes POST"));
    return Response.json(body, { status, headers: { allow: "POST" } });
  }

  return async (request) => {
    const started = performance.now();
    const { pathname } = new URL(request.url);
    let response: Response;
    try {
      response = await answer(request, pathname);
    } catch (error) {
      response = describeError(error, log);
    }
    const ms = performance.now() - started;
    const route = findRoute(pathname);
    const { method } = request;
    const { status } = response;
    const id = response.headers.get("x-oirl-id");
    log.request({ method, route, status, ms, ...(id !== null && { id }) });
    metrics.count("oirl_requests_total", "Requests answered.", { route, status: String(status) });
    metrics.observe("oirl_request_seconds", "Time until the answer begins.", ms / 1000, { route });
    return response;
  };
}

function describeReadiness({ choosers, isReady }: ServiceParts): Response {
  const names = [...choosers.keys()];
  return isReady()
    ? Response.json({ status: "ready", choosers: names })
    : Response.json({ status: "stopping", choosers: names }, { status: 503 });
}

function renderMetrics(request: Request, { access, metrics, choosers }: ServiceParts): Response {
  access.check(request.headers);
  metrics.set("process_resident_memory_bytes", "Resident memory.", process.memoryUsage.rss());
  for (const { name, store } of choosers.values())
    metrics.set("oirl_store_waiting", "Records that wait for the disk.", store.waiting, { chooser: name });
  return new Response(metrics.render(), {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
  });
}

function describeError(error: unknown, log: RequestLog): Response {
  const { status, body } = describeFailure(error);
  if (status >= 500 && !(error instanceof ServiceError)) log.error("failure", error);
  const headers: Record<string, string> = status === 503 || status === 429 ? { "retry-after": "1" } : {};
  return Response.json(body, { status, headers });
}

async function readBody(request: Request): Promise<unknown> {
  // Other types can be sent by any web page without being asked about it first.
  if (!/^application\/json\b/iu.test(request.headers.get("content-type") ?? ""))
    throw new ServiceError(415, "TYPE", "send JSON, with the header content-type: application/json");
  try {
    return await request.json();
  } catch {
    throw new ServiceError(400, "JSON", "the body is not JSON");
  }
}

function describeIssue(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const place = issue?.path.map(String).join(".") ?? "";
  return `${place === "" ? "the body" : `"${place.slice(0, 100)}"`}: ${issue?.message ?? "not as described"}`;
}

/** The route's own path, so that addresses from outside make no labels. */
function findRoute(path: string): string {
  const known = [
    ...ROUTES.map((route) => route.path),
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/",
    "/app/try",
    "/app/log",
  ];
  return known.includes(path) ? path : "other";
}
