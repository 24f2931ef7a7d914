import { type Context, Hono } from "hono";
import { describeFailure, ServiceError } from "./http/service-error.ts";
import { openApiDocument } from "./openapi.ts";
import { ROUTES } from "./routes.ts";
import type { ServiceParts } from "./serve-types.ts";

/** Where the pages of the service and what belongs to them come from; undefined where there is none of that path. */
export type PageFinder = (request: Request, parts: ServiceParts) => Promise<Response | undefined>;

/**
 * The service as a fetch handler: routes, checks of access and form, log and metrics.
 * @param findPage of the pages to look at
 */
export function createApp(parts: ServiceParts, findPage?: PageFinder): Hono {
  const { access, metrics, log } = parts;
  const app = new Hono();
  const document = JSON.stringify(openApiDocument());
  let concurrent = 0;

  app.use(async (context, next) => {
    const started = performance.now();
    await next();
    const ms = performance.now() - started;
    const route = findRoute(context);
    const { method } = context.req;
    const { status } = context.res;
    const id = context.res.headers.get("x-oirl-id");
    log.request({ method, route, status, ms, ...(id !== null && { id }) });
    metrics.count("oirl_requests_total", "Requests answered.", { route, status: String(status) });
    metrics.observe("oirl_request_seconds", "Time until the answer begins.", ms / 1000, { route });
  });

  for (const { path, request: schema, answer } of ROUTES)
    app.post(path, async (context) => {
      access.check(context.req.raw.headers);
      if (!parts.isReady()) throw new ServiceError(503, "STOPPING", "the service is stopping");
      if (concurrent >= parts.maxConcurrent)
        throw new ServiceError(503, "BUSY", `${parts.maxConcurrent} requests are being answered; try again`);
      concurrent++;
      try {
        const body = await readBody(context.req.raw);
        const parsed = schema.safeParse(body);
        if (!parsed.success) throw new ServiceError(400, "BODY", describeIssue(parsed.error.issues[0]));
        let id: string | undefined;
        const note = (noted: string): void => {
          id = noted;
        };
        const response = await answer({ request: context.req.raw, body: parsed.data, parts, note });
        if (id !== undefined) response.headers.set("x-oirl-id", id);
        return response;
      } finally {
        concurrent--;
      }
    });

  app.get("/healthz", (context) => context.json({ status: "alive" }));
  app.get("/readyz", (context) => {
    const names = [...parts.choosers.keys()];
    return parts.isReady()
      ? context.json({ status: "ready", choosers: names })
      : context.json({ status: "stopping", choosers: names }, 503);
  });
  app.get("/metrics", (context) => {
    access.check(context.req.raw.headers);
    metrics.set("process_resident_memory_bytes", "Resident memory.", process.memoryUsage.rss());
    for (const { name, store } of parts.choosers.values())
      metrics.set("oirl_store_waiting", "Records that wait for the disk.", store.waiting, { chooser: name });
    return context.body(metrics.render(), 200, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
    });
  });
  app.get("/openapi.json", (context) => context.body(document, 200, { "content-type": "application/json" }));
  if (findPage !== undefined)
    app.get("*", async (context) => {
      access.check(context.req.raw.headers);
      return (await findPage(context.req.raw, parts)) ?? context.notFound();
    });

  app.notFound((context) => {
    const known = ROUTES.some(({ path }) => path === context.req.path);
    const error = known
      ? new ServiceError(405, "METHOD", "this route takes POST")
      : new ServiceError(404, "ADDRESS", "there is nothing here; /openapi.json says what there is");
    const { status, body } = describeFailure(error);
    return Response.json(body, { status, ...(known && { headers: { allow: "POST" } }) });
  });
  app.onError((error) => {
    const { status, body } = describeFailure(error);
    if (status >= 500 && !(error instanceof ServiceError)) log.error("failure", error);
    const retry = status === 503 || status === 429 ? { "retry-after": "1" } : {};
    return Response.json(body, { status, headers: { ...retry } });
  });
  return app;
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
function findRoute({ req }: Context): string {
  const known = [
    ...ROUTES.map(({ path }) => path),
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/",
    "/app/try",
    "/app/log",
  ];
  return known.includes(req.path) ? req.path : "other";
}
