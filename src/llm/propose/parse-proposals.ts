/** Longer prompts are not taken: something else than a prompt stands between the marks. */
const LONGEST_TEMPLATE = 4000;

const MARK = /<(\/?)prompt\b[^<>]*>/gi;
/** A line of three backticks or more, with or without a language. */
const FENCE = /^\s*`{3,}[^\n`]*$/;
/** `{query}` where `{{query}}` is meant. */
const SINGLE_BRACES = /(?<!\{)\{\s*(query|question)\s*\}(?!\})/gi;

/**
 * The prompts of a reply: whatever stands between `<prompt>` and `</prompt>`, white space around it and a fence of
 * backticks left out. What is cut off before its closing mark, empty, or longer than 4000 characters is no prompt.
 * Anything may stand around them. `{query}` is taken for `{{query}}`.
 * @returns in order; empty where the reply cannot be read
 */
export function parseProposals(reply: string): string[] {
  const templates: string[] = [];
  let start: number | undefined;
  for (const mark of reply.matchAll(MARK)) {
    // Opened twice: the first was never closed, or only spoken of.
    if (mark[1] === "") start = mark.index + mark[0].length;
    else if (start !== undefined) {
      const template = cleanTemplate(reply.slice(start, mark.index));
      if (template !== "" && template.length <= LONGEST_TEMPLATE) templates.push(template);
      start = undefined;
    }
  }
  return templates;
}

function cleanTemplate(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").trim().split("\n");
  if (lines.length > 2 && FENCE.test(lines[0]!) && FENCE.test(lines.at(-1)!)) {
    lines.shift();
    lines.pop();
  }
  return lines
    .join("\n")
    .trim()
    .replaceAll(SINGLE_BRACES, (_all, name: string) => `{{${name.toLowerCase()}}}`);
}
