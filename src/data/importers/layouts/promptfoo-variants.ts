import type { TableRow } from "../../files/tables/table.ts";
import { listKeys, readField } from "./known-table.ts";

/** A prompt as one file's results number them. */
interface Variant {
  readonly file: number;
  readonly index: number;
  readonly label: string;
  readonly provider: string;
  /** The prompt with the variables' names in place of their values; null where tests disagree. */
  wording: string | null;
}

/** A value shorter than this may stand in a prompt by chance. */
const SHORTEST_VALUE = 3;
const STRIPPED = "[prompt stripped]";

/** Gathers which prompts and providers the results of promptfoo speak of, to tell apart those of one label. */
export class PromptSurvey {
  readonly variants: Map<string, Variant> = new Map();
  private readonly files = new Map<string, number>();
  private readonly templates = new Map<string, string>();
  /** By prompt and variable: rows with a value, and rows whose prompt shows it. */
  private readonly shown = new Map<string, { name: string; rows: number; shown: number }>();

  /** The templates that a document lists before its results. */
  takeTemplates(file: string, context: Readonly<Record<string, unknown>> | undefined): void {
    const listed = context?.["results.prompts"];
    if (!Array.isArray(listed)) return;
    for (const [index, prompt] of listed.entries()) {
      const raw = readField(prompt, "raw");
      if (typeof raw === "string" && raw !== "") this.templates.set(`${this.fileNumber(file)}/${index}`, raw);
    }
  }

  /** Variables that some prompt shows in all its tests: by chance a short value may stand in any. */
  get shownVariables(): Set<string> {
    const all = [...this.shown.values()].filter(({ rows, shown }) => rows === shown);
    return new Set(all.map(({ name }) => name));
  }

  add(file: string, row: TableRow, variables: unknown): void {
    const key = this.toKey(file, row);
    const label = row.cell("prompt.label") || row.cell("prompt.raw");
    const raw = row.cell("prompt.raw");
    const { shown, wording: recovered } = withoutValues(raw, variables);
    const wording = this.templates.get(key) ?? recovered;
    const known = this.variants.get(key);
    if (known === undefined)
      this.variants.set(key, {
        file: this.fileNumber(file),
        index: Number(row.cell("promptIdx")),
        label,
        provider: readProvider(row),
        wording: raw === STRIPPED || raw === "" ? null : wording,
      });
    else if (known.wording !== wording) known.wording = null;
    for (const name of listKeys(variables)) {
      if (String(readField(variables, name)).trim() === "") continue;
      const count = this.shown.get(`${key}/${name}`) ?? { name, rows: 0, shown: 0 };
      count.rows++;
      if (shown.includes(name)) count.shown++;
      this.shown.set(`${key}/${name}`, count);
    }
  }

  toKey(file: string, row: TableRow): string {
    return `${this.fileNumber(file)}/${row.cell("promptIdx")}`;
  }

  private fileNumber(file: string): number {
    const number = this.files.get(file) ?? this.files.size;
    this.files.set(file, number);
    return number;
  }
}

/** The names under which prompts and LLMs are imported. */
export interface VariantNames {
  of(file: string, row: TableRow): { prompt: string; llm: string; wording: string };
  /** Whether every prompt's wording is known. */
  readonly hasWordings: boolean;
  readonly notes: readonly string[];
}

/**
 * Names prompts by label, and where several wordings have one label, by a number behind it; LLMs by provider, and where
 * one provider has the same prompt twice, it stands for several configurations, numbered as well.
 */
export function nameVariants(survey: PromptSurvey): VariantNames {
  const ordered = [...survey.variants].sort(([, a], [, b]) => a.file - b.file || a.index - b.index);
  const hasWordings = ordered.every(([, { wording }]) => wording !== null);
  const wordingsOf = new Map<string, string[]>();
  const timesOf = new Map<string, number>();
  const names = new Map<string, { prompt: string; llm: string; wording: string }>();
  const notes = new Set<string>();
  for (const [key, { file, label, provider, wording }] of ordered) {
    // Without a wording, the n-th prompt of a provider under one label is the n-th of all of them.
    const place = `${file}\u0000${provider}\u0000${label}`;
    const nth = timesOf.get(place) ?? 0;
    const identity = wording ?? `\u0000${nth}`;
    timesOf.set(place, nth + 1);
    const wordings = wordingsOf.get(label) ?? [];
    if (!wordings.includes(identity)) wordings.push(identity);
    wordingsOf.set(label, wordings);
    const prompt = numbered(label, wordings.indexOf(identity));
    const twice = `${file}\u0000${provider}\u0000${prompt}\u0000`;
    const configuration = timesOf.get(twice) ?? 0;
    timesOf.set(twice, configuration + 1);
    const llm = numbered(provider, configuration);
    if (prompt !== label)
      notes.add(
        `Several prompts are labeled "${label}"; they are kept apart as "${label}", "${label} (2)" … Give prompts labels of their own in promptfoo.`,
      );
    if (llm !== provider)
      notes.add(
        `The provider "${provider}" answered one prompt in several configurations; they are kept apart as "${provider}", "${provider} (2)" … Give providers labels of their own in promptfoo.`,
      );
    names.set(key, { prompt, llm, wording: wording ?? label });
  }
  return { of: (file, row) => names.get(survey.toKey(file, row))!, hasWordings, notes: [...notes] };
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name} (${index + 1})`;
}

/** The provider's label, else its id; older versions write the id alone. */
function readProvider(row: TableRow): string {
  return (
    row.cell("provider.label").trim() ||
    row.cell("provider.id").trim() ||
    row.cell("provider").trim() ||
    "unknown"
  );
}

/** A rendered prompt with `{{name}}` for the variables' values, and which of them it shows. */
function withoutValues(raw: string, variables: unknown): { shown: string[]; wording: string } {
  const values = listKeys(variables)
    .map((name) => ({ name, value: readField(variables, name) }))
    .filter((pair): pair is { name: string; value: string } => typeof pair.value === "string")
    .sort((one, other) => other.value.length - one.value.length || (one.name < other.name ? -1 : 1));
  const shown = listKeys(variables).filter((name) => {
    const value = readField(variables, name);
    // What is no text may be shown in any form, so it counts.
    return typeof value !== "string";
  });
  let wording = raw;
  for (const { name, value } of values) {
    if (value.trim() === "") continue;
    // Prompts that are chats hold values as JSON writes them.
    const forms = [value, JSON.stringify(value).slice(1, -1)];
    // What only stands inside a longer value, as an answer in its document, is not shown by itself.
    if (!forms.some((form) => wholeWord(form).test(wording))) continue;
    shown.push(name);
    if (value.length >= SHORTEST_VALUE)
      for (const form of forms) wording = wording.replaceAll(wholeWord(form), () => `{{${name}}}`);
  }
  return { shown, wording };
}

/** A text where it is no part of a longer word. */
function wholeWord(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const before = /^[\p{L}\p{N}]/u.test(text) ? "(?<![\\p{L}\\p{N}])" : "";
  const behind = /[\p{L}\p{N}]$/u.test(text) ? "(?![\\p{L}\\p{N}])" : "";
  return new RegExp(`${before}${escaped}${behind}`, "gu");
}
