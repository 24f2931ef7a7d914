import { z } from "zod";
import { decodeStateAnywhere } from "../data/index.ts";
import type { FittedEmbedder } from "../embed/index.ts";
import { ModelFileError } from "../errors.ts";
import { type FittedRewardModel, restoreLikeness } from "../reward/index.ts";
import type { Candidate, StoredState } from "../types/index.ts";
import { policyChooser } from "./chooser.ts";
import { gateSchema } from "./gate-schema.ts";
import type { Chooser } from "./pipeline-types.ts";
import type { ChoicePolicy } from "./policy.ts";
import type { LoggedRendering } from "./rendering/prompt-renderer.ts";
import { areOfCandidates, costModelSchema, pricedSchema } from "./trade-schemas.ts";

/*
 * A chooser in one piece: a stored state whose header says what the manifest of a chooser's folder says of choosing,
 * and whose arrays are the folder's other files, byte for byte.
 */

/** Kind of the stored state. */
export const CHOOSER_BYTES = "chooser";
/** Version of its header; others are refused. */
export const CHOOSER_BYTES_FORMAT = 1;

const renderingSchema: z.ZodType<ChooserHeader["rendering"]> = z.object({
  system: z.string().exactOptional(),
  questionPosition: z.enum(["before", "after"]).exactOptional(),
  separator: z.string().exactOptional(),
  variables: z.record(z.string(), z.string()).exactOptional(),
  hadFewShot: z.boolean().exactOptional(),
});

/** What the header of a chooser in one piece says. */
export interface ChooserHeader
  extends Pick<
    ChoicePolicy,
    "fixedColumn" | "margin" | "leastLikeness" | "gate" | "priced" | "latencyModel"
  > {
  readonly prompts: readonly Omit<Candidate, "split">[];
  /** How the answers of its log were asked for. */
  readonly rendering: Omit<LoggedRendering, "fewShot" | "variables"> & {
    readonly variables?: Readonly<Record<string, string>>;
  };
}

const headerSchema: z.ZodType<ChooserHeader> = z.object({
  prompts: z
    .array(z.object({ id: z.string(), promptId: z.string(), llm: z.string(), template: z.string() }))
    .min(1),
  fixedColumn: z.int().min(0),
  margin: z.number().min(0).max(1),
  leastLikeness: z.number().max(1),
  gate: gateSchema,
  priced: pricedSchema.nullable(),
  latencyModel: costModelSchema.nullable(),
  rendering: renderingSchema,
});

/** What rebuilds the parts, as much of it as the caller wants to carry. */
export interface PartRestorers {
  readonly embedder: (state: StoredState) => FittedEmbedder;
  readonly rewardModel: (state: StoredState) => FittedRewardModel;
}

/**
 * A chooser from the bytes that `saveChooser` gave, which may come from anyone.
 * @throws ModelFileError where they are damaged, of another version, or contradict themselves
 */
export async function chooserFromBytes(bytes: Uint8Array, restore: PartRestorers): Promise<Chooser> {
  const what = "The chooser's bytes";
  const { kind, header, arrays } = await decodeStateAnywhere(bytes, what);
  if (kind !== CHOOSER_BYTES || header.format !== CHOOSER_BYTES_FORMAT)
    throw new ModelFileError(
      `${what} hold "${kind.slice(0, 100)}" of format ${JSON.stringify(header.format ?? null)}, expected "${CHOOSER_BYTES}" of format ${CHOOSER_BYTES_FORMAT}: save it again with the version of prompt-oirl that reads it.`,
    );
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success)
    throw new ModelFileError(
      `${what} have a malformed header: ${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}. Save the chooser again.`,
      {},
      parsed.error,
    );
  const part = async (name: string): Promise<StoredState> => {
    const array = arrays[name];
    if (!(array instanceof Uint8Array))
      throw new ModelFileError(`${what} hold no part "${name}". Save the chooser again.`);
    return decodeStateAnywhere(array, `${what}, ${name}`);
  };
  const { prompts, rendering, ...rest } = parsed.data;
  const model = restore.rewardModel(await part("rewardModel"));
  if (
    model.prompts !== prompts.length ||
    rest.fixedColumn >= prompts.length ||
    !areOfCandidates(rest, prompts.length)
  )
    throw new ModelFileError(
      `${what} name ${prompts.length} prompts, and their reward model has ${model.prompts}. Save the chooser again.`,
    );
  return policyChooser(
    {
      ...{ ...rest, model },
      prompts: prompts.map((prompt) => ({ ...prompt, split: "training" })),
      embedder: restore.embedder(await part("embedder")),
      likeness: restoreLikeness(await part("likeness")),
    },
    rendering,
  );
}
