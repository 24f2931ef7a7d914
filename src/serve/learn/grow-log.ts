import {
  createRunDirectory,
  interactionSchema,
  parseRecord,
  promptSchema,
  querySchema,
  RUN_FILES,
  type RunDirectory,
  readJsonLines,
} from "../../data/index.ts";
import { questionKey } from "../../pipeline/index.ts";
import type { Query } from "../../types/index.ts";
import { contentHash } from "../../util/index.ts";
import type { ExposureOutcome } from "../store/read-store.ts";

/** What a grown log holds. */
export interface GrownLog {
  readonly answers: number;
  readonly questions: number;
}

/**
 * Writes a run directory that holds a run's log and, behind it, answers of production with the probabilities they were
 * chosen with. It is made anew each time from what is kept elsewhere; the run itself stays as it is.
 * @param outcomes with a reward, each of a choice that was drawn
 */
export async function growLog(
  run: RunDirectory,
  outcomes: readonly (ExposureOutcome & { readonly reward: number })[],
  path: string,
): Promise<GrownLog> {
  const writer = await createRunDirectory(path, { force: true });
  try {
    const queries = new Map<string, Query>();
    const prompts = new Set<string>();
    const answers = new Map<string, number>();
    const llms = new Set(run.manifest.llms);
    const read = (name: keyof typeof RUN_FILES) => readJsonLines(run.file(RUN_FILES[name]));
    for await (const { line, value } of read("queries")) {
      const query = parseRecord(querySchema, value, "query", { file: run.file(RUN_FILES.queries), line });
      const key = questionKey(query.text, query.features);
      if (!queries.has(key)) queries.set(key, query);
      writer.addQuery(query);
      await writer.drain();
    }
    for await (const { line, value } of read("prompts")) {
      const prompt = parseRecord(promptSchema, value, "prompt", { file: run.file(RUN_FILES.prompts), line });
      prompts.add(prompt.id);
      writer.addPrompt(prompt);
    }
    let interactions = 0;
    for await (const { line, value } of read("interactions")) {
      const place = { file: run.file(RUN_FILES.interactions), line };
      const interaction = parseRecord(interactionSchema, value, "interaction", place);
      const { queryId, repetition } = interaction;
      answers.set(queryId, Math.max(answers.get(queryId) ?? 0, repetition + 1));
      writer.addInteraction(interaction);
      interactions++;
      await writer.drain();
    }
    for (const { question, features, promptId, llm, reward, cost, latencyMs, propensity } of outcomes) {
      // Of a prompt that the run no longer has nothing can be learned.
      if (!prompts.has(promptId)) continue;
      const key = questionKey(question, features);
      let query = queries.get(key);
      if (query === undefined) {
        query = {
          id: `production-${contentHash(key).slice(0, 16)}`,
          text: question,
          ...(features !== undefined && { features }),
        };
        queries.set(key, query);
        writer.addQuery(query);
      }
      const repetition = answers.get(query.id) ?? 0;
      answers.set(query.id, repetition + 1);
      llms.add(llm);
      writer.addInteraction({
        ...{ queryId: query.id, promptId, llm, repetition, reward, propensity },
        ...(cost !== undefined && { cost }),
        ...(latencyMs !== undefined && { latencyMs }),
      });
      interactions++;
      await writer.drain();
    }
    await writer.commit({
      task: run.manifest.task,
      source: { kind: "production", files: [], options: { run: run.manifest.task } },
      counts: {
        ...run.manifest.counts,
        ...{ queries: queries.size, uniqueQueries: queries.size, interactions, prompts: prompts.size },
      },
      llms: [...llms],
      ...(run.manifest.simulated === true && { simulated: true }),
    });
    return { answers: outcomes.length, questions: queries.size };
  } finally {
    await writer.discard();
  }
}
