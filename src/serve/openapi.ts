import { z } from "zod";
import { API_VERSION, ROUTES } from "./routes.ts";
import { errorSchema } from "./schemas.ts";

/** Statuses that every route with a body may answer. */
const COMMON_STATUSES: Readonly<Record<number, string>> = {
  400: "The request is not as described; the message says where.",
  401: "No key of the service was sent.",
  403: "Without a key only requests to localhost are answered.",
  404: "There is no such chooser or choice.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  429: "Too many requests a second.",
  502: "The LLM's endpoint cannot be reached.",
  503: "The service cannot answer now.",
  504: "The LLM's endpoint does not answer in time.",
};

/** The OpenAPI 3.1 document, made of the schemas that requests are checked by. */
export function openApiDocument(): object {
  const json = (schema: z.ZodType, io: "input" | "output"): object => ({
    content: { "application/json": { schema: z.toJSONSchema(schema, { io, target: "draft-2020-12" }) } },
  });
  const failures = Object.fromEntries(
    Object.entries(COMMON_STATUSES).map(([status, description]) => [
      status,
      { description, ...json(errorSchema, "output") },
    ]),
  );
  const paths = Object.fromEntries(
    ROUTES.map(({ path, summary, request, response }) => [
      path,
      {
        post: {
          ...{ operationId: path.slice("/v1/".length).replaceAll("/", "-"), summary },
          requestBody: { required: true, ...json(request, "input") },
          responses: {
            200: {
              description: response === undefined ? "As the LLM's endpoint answers." : "Done.",
              ...(response !== undefined && json(response, "output")),
            },
            ...failures,
          },
        },
      },
    ]),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "prompt-oirl",
      version: API_VERSION,
      description: "Which prompt to use for which question.",
    },
    security: [{ key: [] }, {}],
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
    paths,
  };
}
