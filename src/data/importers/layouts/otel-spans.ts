import type { TableRow } from "../../files/tables/table.ts";
import { systemMessage } from "../question-text.ts";
import { type LayoutReader, type Recognized, readField, ShapedRow } from "./known-table.ts";
import { onlyScore, SCORES, scoreCells, surveyRows } from "./score-columns.ts";

const QUESTION = "gen_ai.input.messages";
const SYSTEM = "gen_ai.system_instructions";
const PROMPT = "gen_ai.prompt.name and version";
const MODEL = "gen_ai.request.model";
const ANSWER = "gen_ai.output.messages";
const LATENCY = "duration (ms)";
const FINISH = "gen_ai.response.finish_reasons";
const FAILED = "status";
const EVALUATION = "gen_ai.evaluation.result";

type Attributes = Readonly<Record<string, unknown>>;

/** Traces as OpenTelemetry's collector writes them (OTLP as JSON), with spans of the GenAI conventions. */
export const otelSpans: LayoutReader = {
  matches: ({ columns }) =>
    ["scopeSpans", "scopeLogs", "resourceSpans", "resourceLogs"].some((name) => columns.includes(name)),

  async recognize(files, open, told): Promise<Recognized> {
    const byId = new Map<string, Record<string, unknown>>();
    const names = new Set<string>();
    let hasPrompts = false;
    let hasSystems = false;
    const note = (evaluated: Attributes, spanId: unknown): void => {
      const name = String(evaluated["gen_ai.evaluation.name"] ?? "evaluation");
      const value = evaluated["gen_ai.evaluation.score.value"] ?? evaluated["gen_ai.evaluation.score.label"];
      const of = spanId ?? evaluated["gen_ai.response.id"];
      if (value === undefined || of === undefined) return;
      names.add(name);
      const scores = byId.get(String(of)) ?? {};
      scores[name] = value;
      byId.set(String(of), scores);
    };
    await surveyRows(files, open, (row) => {
      for (const log of readLogs(row))
        if (readField(log, "eventName") === EVALUATION || readAttributes(log)["event.name"] === EVALUATION)
          note(readAttributes(log), readField(log, "spanId"));
      for (const span of readSpans(row)) {
        const attributes = readAttributes(span);
        for (const event of listAt(span, "events"))
          if (readField(event, "name") === EVALUATION) note(readAttributes(event), readField(span, "spanId"));
        if (attributes["gen_ai.evaluation.name"] !== undefined)
          note(attributes, readField(span, "parentSpanId") || undefined);
        hasPrompts ||= attributes["gen_ai.prompt.name"] !== undefined;
        hasSystems ||= readSystem(attributes) !== undefined;
      }
    });
    const reward = onlyScore(files[0]!, names, told.reward);
    const columns = [QUESTION, SYSTEM, PROMPT, MODEL, ANSWER, LATENCY, FINISH, FAILED];
    return {
      layout: {
        name: "OpenTelemetry GenAI spans",
        inputs: [QUESTION],
        columns: {
          queryId: null,
          ...(hasPrompts
            ? { prompt: PROMPT, template: null }
            : hasSystems
              ? { prompt: null, template: SYSTEM }
              : {}),
          ...(reward !== null && { reward }),
          llm: MODEL,
          answer: ANSWER,
          latencyMs: LATENCY,
          finishReason: FINISH,
          error: null,
          goldenAnswer: null,
        },
        leftOut: (row) => (row.cell(FAILED) === "failed" ? "failed call" : undefined),
      },
      addedColumns: [...columns, ...[...names].map((name) => `${SCORES}${name}`)],
      shape: (row) =>
        readSpans(row).flatMap((span) => {
          const attributes = readAttributes(span);
          const question = readQuestion(attributes);
          if (question === undefined || attributes["gen_ai.evaluation.name"] !== undefined) return [];
          const scores = {
            ...byId.get(String(attributes["gen_ai.response.id"] ?? "")),
            ...byId.get(String(readField(span, "spanId"))),
          };
          return [
            new ShapedRow(row, {
              ...attributes,
              ...scoreCells(scores),
              [QUESTION]: question,
              [SYSTEM]: readSystem(attributes) ?? "",
              [PROMPT]: readPrompt(attributes),
              [MODEL]: attributes["gen_ai.request.model"] ?? attributes["gen_ai.response.model"] ?? "",
              [ANSWER]: readAnswer(attributes),
              [LATENCY]: durationMs(span),
              [FINISH]: readFirst(attributes["gen_ai.response.finish_reasons"]),
              [FAILED]: isFailed(span, attributes) ? "failed" : "",
            }),
          ];
        }),
    };
  },
};

function readSpans(row: TableRow): unknown[] {
  return readResources(row, "resourceSpans", "scopeSpans").flatMap((scope) => listAt(scope, "spans"));
}

function readLogs(row: TableRow): unknown[] {
  return readResources(row, "resourceLogs", "scopeLogs").flatMap((scope) => listAt(scope, "logRecords"));
}

/** The scopes of a row that is a resource, or a batch of resources. */
function readResources(row: TableRow, batch: string, scopes: string): unknown[] {
  const own = row.value(scopes);
  if (Array.isArray(own)) return own;
  const resources = row.value(batch);
  return Array.isArray(resources) ? resources.flatMap((resource) => listAt(resource, scopes)) : [];
}

function listAt(value: unknown, key: string): unknown[] {
  const list = readField(value, key);
  return Array.isArray(list) ? list : [];
}

/** Attributes by their names, with plain values. */
function readAttributes(value: unknown): Attributes {
  return Object.fromEntries(
    listAt(value, "attributes").map((pair) => [
      String(readField(pair, "key")),
      plainValue(readField(pair, "value")),
    ]),
  );
}

function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const [kind, content] = Object.entries(value)[0] ?? [];
  if (kind === "intValue") return Number(content);
  if (kind === "arrayValue") return listAt(content, "values").map(plainValue);
  if (kind === "kvlistValue")
    return Object.fromEntries(
      listAt(content, "values").map((pair) => [
        String(readField(pair, "key")),
        plainValue(readField(pair, "value")),
      ]),
    );
  return content;
}

function readQuestion(attributes: Attributes): unknown {
  return attributes["gen_ai.input.messages"] ?? attributes["gen_ai.prompt"] ?? attributes["input.value"];
}

function readSystem(attributes: Attributes): string | undefined {
  const own = attributes[SYSTEM];
  if (typeof own === "string" && own !== "") {
    const parts = /^\s*\[/.test(own)
      ? JSON.stringify([{ role: "system", parts: safeParse(own) }])
      : undefined;
    return (parts === undefined ? undefined : systemMessage(parts)) ?? own;
  }
  return systemMessage(attributes["gen_ai.input.messages"]);
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readPrompt(attributes: Attributes): string {
  const name = attributes["gen_ai.prompt.name"];
  const version = attributes["gen_ai.prompt.version"];
  if (name === undefined) return "";
  return version === undefined
    ? String(name)
    : `${name} ${/^\d+$/.test(String(version)) ? "v" : ""}${version}`;
}

function readAnswer(attributes: Attributes): unknown {
  const messages = safeParse(String(attributes[ANSWER] ?? ""));
  if (!Array.isArray(messages))
    return attributes["gen_ai.completion"] ?? attributes["output.value"] ?? attributes[ANSWER];
  const texts = listAt(messages.at(-1), "parts").map((part) => readField(part, "content"));
  return texts.filter((text) => typeof text === "string").join("\n");
}

function durationMs(span: unknown): number | string {
  const start = readField(span, "startTimeUnixNano");
  const end = readField(span, "endTimeUnixNano");
  const ms = (Number(end) - Number(start)) / 1e6;
  return start !== undefined && end !== undefined && ms >= 0 ? Math.round(ms) : "";
}

function isFailed(span: unknown, attributes: Attributes): boolean {
  const code = readField(span, "status", "code");
  return code === 2 || code === "STATUS_CODE_ERROR" || attributes["error.type"] !== undefined;
}

function readFirst(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : (value ?? "");
}
