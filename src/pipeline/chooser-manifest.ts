import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RunDirectory } from "../data/index.ts";
import { DataError, ModelFileError, UsageError } from "../errors.ts";
import { REWARD_MODELS } from "../reward/index.ts";
import type { GateDecision } from "../select/index.ts";
import type { Candidate } from "../types/index.ts";
import { gateSchema } from "./gate-schema.ts";
import type { Policy, PolicySettings } from "./policy.ts";
import type { PrepareLogOptions } from "./prepared-log.ts";
import { costModelSchema, knobSchema, pricedSchema } from "./trade-schemas.ts";

/** Version of the files' layout. */
export const CHOOSER_FORMAT = 5;

/** What stands beside the stored model. */
export interface ChooserManifest {
  readonly format: typeof CHOOSER_FORMAT;
  /** Hash of the log and the settings the chooser was trained from. */
  readonly key: string;
  /** ISO 8601. */
  readonly trainedAt: string;
  /** The LLM whose answers the chooser learned from. */
  readonly llm: string;
  readonly settings: PolicySettings;
  /** Questions it was trained on. */
  readonly questions: number;
  /** Training candidates in column order, each with its success in the log. */
  readonly prompts: readonly (Candidate & { readonly success: number })[];
  readonly fixedColumn: number;
  readonly margin: number;
  readonly leastLikeness: number;
  readonly gate: GateDecision;
  readonly priced: Policy["priced"];
  readonly latencyModel: Policy["latencyModel"];
  readonly hyperparameters: Policy["hyperparameters"];
  /** Names of the other files, in the same folder. */
  readonly files: {
    readonly embedder: string;
    readonly rewardModel: string;
    readonly likeness: string;
    /** Only where the name of the prompt embedder does not say all: see `learnsFromTexts`. */
    readonly promptEmbedder?: string;
  };
}

/** How to read a log as the chooser's own was read, so that it has the same candidates and groups. */
export function readLogLike({
  llm,
  settings: { choose, groupBy },
}: Pick<ChooserManifest, "llm" | "settings">): PrepareLogOptions {
  return choose === "prompt" ? { llm, groupBy } : { choose, groupBy };
}

/**
 * @param what cannot be done with LLMs as candidates
 * @throws UsageError where the chooser chooses LLMs
 */
export function requirePromptChooser({ settings: { choose } }: ChooserManifest, what: string): void {
  if (choose === "prompt") return;
  throw new UsageError(
    `${what} is about prompts on one LLM, and this chooser chooses ${choose === "llm" ? "LLMs" : "pairs of prompt and LLM"}; train one of prompts with --llm NAME`,
  );
}

/** A name that cannot lead out of the folder. */
const fileName = z.string().regex(/^[a-z-]+-[0-9a-f]{16}\.bin$/);

const manifestSchema: z.ZodType<ChooserManifest> = z.object({
  format: z.literal(CHOOSER_FORMAT),
  key: z.string(),
  trainedAt: z.string(),
  llm: z.string(),
  settings: z.object({
    rewardModel: z.enum(REWARD_MODELS.map(({ kind }) => kind)),
    embedder: z.string(),
    promptEmbedder: z.string(),
    gate: z.enum(["averse", "balanced", "neutral"]),
    groupBy: z.string(),
    propensity: z.enum(["rates", "model"]),
    choose: z.enum(["prompt", "llm", "both"]),
    costs: z.array(z.number().min(0)).nullable(),
    costUnit: z.string(),
    knob: knobSchema.nullable(),
    seed: z.number(),
  }),
  questions: z.int().min(0),
  prompts: z
    .array(
      z.object({
        id: z.string(),
        promptId: z.string(),
        llm: z.string(),
        template: z.string(),
        split: z.literal("training"),
        success: z.number().min(0).max(1),
      }),
    )
    .min(1),
  fixedColumn: z.int().min(0),
  margin: z.number().min(0).max(1),
  leastLikeness: z.number().max(1),
  gate: gateSchema,
  priced: pricedSchema.nullable(),
  latencyModel: costModelSchema.nullable(),
  hyperparameters: z.record(z.string(), z.json()),
  files: z.object({
    embedder: fileName,
    rewardModel: fileName,
    likeness: fileName,
    promptEmbedder: fileName.exactOptional(),
  }),
});

/** Folder of the trained chooser in a run. */
export function chooserDirectory(run: RunDirectory): string {
  return run.file("models/chooser");
}

/** Reads the manifest only; null where nothing has been trained. */
export async function readChooserManifest(run: RunDirectory): Promise<ChooserManifest | null> {
  const file = join(chooserDirectory(run), "manifest.json");
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return null;
    throw new DataError(`cannot be read (${cause.code})`, { file }, cause);
  });
  if (text === null) return null;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ModelFileError(
      `${file} is not the manifest of a trained chooser of format ${CHOOSER_FORMAT}; train again with: oirl train ${run.path} --force`,
      { file },
      cause,
    );
  }
}
