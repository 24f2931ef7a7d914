import { join } from "node:path";
import type { MatcherOptions } from "../../data/index.ts";
import { UsageError } from "../../errors.ts";

/**
 * The matcher that graded a run's answers, so that more can be graded alike; the usual one where the run does not say.
 * @throws UsageError where a run cannot say it, with the reason and what to do. Code is never taken from a run: whoever
 * made it would decide what runs here.
 */
export async function resolveRunMatcher(run: string): Promise<MatcherOptions> {
  const { loadSchema, openRunDirectory, readRunSettings } = await import("../../data/index.ts");
  const { matcherOfRecord } = await import("../../llm/index.ts");
  const { source } = (await openRunDirectory(run)).manifest;
  if (source.kind === "judge")
    throw new UsageError(
      `The labels in ${run} are a judge's, and live answers are graded by a matcher. Name one by --matcher; what is found then holds for its labels.`,
    );
  const record = (await readRunSettings(run))?.matcher ?? source.options.matcher;
  if (record === undefined) return {};
  const recorded = matcherOfRecord(record);
  switch (recorded.kind) {
    case "named":
      return recorded.options;
    case "schema": {
      const schemaFile = await loadSchema(run, recorded.hash);
      if (schemaFile !== null) return { matcher: "json-schema", schemaFile };
      throw new UsageError(
        `The answers in ${run} were graded by a JSON schema that the run does not keep. Name it again: --matcher json-schema --schema FILE.`,
      );
    }
    case "module":
      throw new UsageError(
        `The answers in ${run} were graded by the function in ${recorded.file}. Name its file again, such as --matcher ${suggestedPath(recorded.file)}: a run never says which code is run.`,
      );
    case "none":
      throw new UsageError(
        `The answers in ${run} have no labels (--matcher none), so nothing can be learned from them or held against them. Label them first: \`oirl judge ${run} --out judged …\`, or \`oirl collect graded --provider regrade --log ${run} --matcher …\`.`,
      );
    case "unknown":
      throw new UsageError(
        `The answers in ${run} were graded by ${JSON.stringify(record)}, which this version does not know. Name what grades new ones by --matcher.`,
      );
  }
}

function suggestedPath(file: string): string {
  return `.${join("/", file).replaceAll("\\", "/")}`;
}
