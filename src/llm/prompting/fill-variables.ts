const VARIABLE = /\\?\{\{\s*([\p{L}_][\p{L}\d_-]*)\s*\}\}/gu;

/** Names of the variables in a text, `\{{…}}` not counted. */
export function variablesIn(text: string): Set<string> {
  return new Set(
    [...text.matchAll(VARIABLE)].filter(([all]) => !all.startsWith("\\")).map(([, name]) => name!),
  );
}

/**
 * Puts values in place of `{{name}}`, all in one pass, so that braces inside a value stay what they are. `\{{name}}`
 * becomes `{{name}}`; names without a value stay.
 */
export function fillVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(VARIABLE, (all, name: string) =>
    all.startsWith("\\") ? all.slice(1) : (values.get(name) ?? all),
  );
}
