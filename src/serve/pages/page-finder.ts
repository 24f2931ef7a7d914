import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { z } from "zod";
import { DataError, UsageError } from "../../errors.ts";
import { type LogLens, openLogLens } from "../../pipeline/index.ts";
import type { PageFinder } from "../app.ts";
import { ServiceError } from "../http/service-error.ts";
import type { ServiceParts } from "../serve-types.ts";
import type { ServedChooser } from "../served-chooser.ts";
import type { PageAnswers, PageChooser, PageLog, TriedQuestion } from "./page-types.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};
/** Nothing but what lies here, and nobody else may show it: texts of logs come from anywhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const NEAREST = 8;

const trySchema = z.strictObject({ chooser: z.string().max(200), question: z.string().max(200_000) });

/**
 * The pages to look at, and what they ask for.
 * @param folder the built pages
 */
export async function pagesIn(folder: string): Promise<PageFinder> {
  const files = new Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }>();
  for (const name of await readdir(folder, { recursive: true })) {
    const type = TYPES[extname(name)];
    if (type !== undefined)
      files.set(`/${name.replaceAll("\\", "/")}`, {
        bytes: new Uint8Array(await readFile(join(folder, name))),
        type,
      });
  }
  const lenses = new Map<string, Promise<LogLens>>();
  return async (request, parts) => {
    const { pathname, searchParams } = new URL(request.url);
    const file = files.get(pathname === "/" ? "/index.html" : pathname);
    if (file !== undefined)
      return new Response(file.bytes, {
        headers: {
          "content-type": file.type,
          "content-security-policy": POLICY,
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "cache-control": "no-cache",
        },
      });
    if (pathname === "/app/choosers") return json(listChoosers(parts));
    const served = parts.choosers.get(searchParams.get("chooser") ?? "");
    if (served === undefined) return undefined;
    const lens = (): Promise<LogLens> => {
      const open = lenses.get(served.name) ?? openLogLens(served.directory);
      lenses.set(served.name, open);
      open.catch(() => lenses.delete(served.name));
      return open;
    };
    if (pathname === "/app/try") return json(await tryQuestion(served, lens, searchParams));
    if (pathname === "/app/log") return json(describeLog(await lens()));
    if (pathname === "/app/answers") {
      const open = await lens();
      const query = Number(searchParams.get("query"));
      if (!Number.isInteger(query) || query < 0 || query >= open.texts.length)
        throw new ServiceError(404, "QUERY", "there is no such question");
      return json((await open.answersTo(query)) satisfies PageAnswers);
    }
    return undefined;
  };
}

function json(value: unknown): Response {
  return Response.json(value, { headers: { "cache-control": "no-store" } });
}

function listChoosers({ choosers }: ServiceParts): PageChooser[] {
  return Array.from(choosers.values(), ({ name, chooser }) => ({
    name,
    candidates: chooser.candidates.map(({ id, template }) => ({ id, template })),
    fixedCandidateId: chooser.fixedCandidateId,
  }));
}

async function tryQuestion(
  served: ServedChooser,
  lens: () => Promise<LogLens>,
  searchParams: URLSearchParams,
): Promise<TriedQuestion> {
  const { question } = trySchema.parse(Object.fromEntries(searchParams));
  const recommended = await served.recommend({ question });
  const { candidateId, score, alternatives, ...about } = recommended;
  const { fixedCandidateId, queryDependent, reason, similarity } = about;
  return {
    ...{ candidateId, fixedCandidateId, queryDependent, reason, similarity },
    scores: [{ candidateId, score }, ...alternatives.map(({ id, score }) => ({ candidateId: id, score }))],
    ...renderChosen(() => recommended.messages),
    nearest: await (await lens()).nearest(question, NEAREST),
  };
}

function renderChosen(render: () => TriedQuestion["messages"]): Pick<TriedQuestion, "messages" | "missing"> {
  try {
    return { messages: render(), missing: null };
  } catch (error) {
    if (!DataError.isInstance(error) && !UsageError.isInstance(error)) throw error;
    return { messages: null, missing: error.message };
  }
}

function describeLog({ candidateIds, texts, success }: LogLens): PageLog {
  return {
    ...{ candidateIds, texts },
    percent: Array.from(success, (share) => (Number.isNaN(share) ? -1 : Math.round(100 * share))),
  };
}
