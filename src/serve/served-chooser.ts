import { randomBytes, randomInt } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { openRunDirectory, type RunDirectory } from "../data/index.ts";
import { UsageError } from "../errors.ts";
import {
  type Chooser,
  chooserDirectory,
  loadChooser,
  type RenderedPrompt,
  type RenderedRecommendation,
  readChooserManifest,
} from "../pipeline/index.ts";
import type { ScoreRequest } from "./schemas.ts";
import { drawChoice } from "./store/explore.ts";
import { ExposureStore } from "./store/exposure-store.ts";

/** Folder of a run in which its service keeps what it saw. */
export const SERVICE_FOLDER = "service";
const EXPOSURES_FOLDER = "exposures";

/** Where the exposures of a run are kept. */
export function exposuresFolder(run: RunDirectory): string {
  return join(run.file(SERVICE_FOLDER), EXPOSURES_FOLDER);
}

export interface ServedChooserOptions {
  /** Share of the choices that are drawn among all prompts, in [0, 1]. */
  readonly explore: number;
  /** Uniform in [0, 1). @default the system's */
  readonly random?: () => number;
}

/** A choice that stands in the store. */
export interface ExposedChoice {
  readonly id: string;
  readonly candidateId: string;
  readonly promptId: string;
  readonly llm: string;
  /** The prompt's template. */
  readonly prompt: string;
  /** Estimated success of the prompt. */
  readonly score: number;
  readonly recommended: RenderedRecommendation;
  readonly rendered: RenderedPrompt;
  readonly explored: boolean;
  readonly propensity: number;
}

/** The chooser of a run, as it is served: exchanged while requests go on, its choices kept. */
export class ServedChooser {
  readonly name: string;
  readonly store: ExposureStore;
  readonly explore: number;
  readonly #run: RunDirectory;
  readonly #random: () => number;
  #current: LoadedChooser;

  private constructor(
    run: RunDirectory,
    parts: { readonly store: ExposureStore; readonly current: LoadedChooser },
    { explore, random = () => randomInt(2 ** 47) / 2 ** 47 }: ServedChooserOptions,
  ) {
    this.name = basename(run.path);
    this.store = parts.store;
    this.explore = explore;
    this.#run = run;
    this.#random = random;
    this.#current = parts.current;
  }

  /** @throws UsageError where nothing has been trained, or the folder's name cannot stand in an id */
  static async open(directory: string, options: ServedChooserOptions): Promise<ServedChooser> {
    const run = await openRunDirectory(resolve(directory));
    if (!/^[\w.-]{1,100}$/u.test(basename(run.path)))
      throw new UsageError(
        `choosers are served by the name of their run's folder, and "${basename(run.path)}" has other characters than letters, digits, _ . and -; rename the folder`,
      );
    const current = await load(run);
    return new ServedChooser(
      run,
      { current, store: await ExposureStore.open(exposuresFolder(run)) },
      options,
    );
  }

  /** Its run. */
  get directory(): string {
    return this.#run.path;
  }

  /** Whether LLMs are chosen, too. */
  get choosesLlm(): boolean {
    return new Set(this.chooser.candidates.map(({ llm }) => llm)).size > 1;
  }

  get chooser(): Chooser {
    return this.#current.chooser;
  }

  /** Which chooser it is: hash of its log and settings. */
  get key(): string {
    return this.#current.key;
  }

  /**
   * Loads the chooser anew where another one has been stored; until it is there, the old one answers.
   * @returns whether there was another
   */
  async reload(): Promise<boolean> {
    const { mtimeMs, ino } = await stat(manifestFile(this.#run));
    if (mtimeMs === this.#current.mtimeMs && ino === this.#current.ino) return false;
    this.#current = await load(this.#run);
    return true;
  }

  /** Scores a question; nothing is kept. */
  async recommend({
    question,
    features,
    worth,
    budget,
    keep,
  }: ScoreRequest): Promise<RenderedRecommendation> {
    const wishes = { worth, budget, keep };
    const [recommended] = await this.chooser.recommendMany([question], { features: [features], ...wishes });
    return recommended!;
  }

  /**
   * Chooses a prompt, renders it, and keeps the choice with its probability; resolves when that is on the disk.
   * @throws DataError where a variable of the prompt has no value; IoError where it cannot be kept
   */
  async choose(
    asked: ScoreRequest & { readonly variables?: Readonly<Record<string, string | number>> | undefined },
  ): Promise<ExposedChoice> {
    const { chooser, key } = this.#current;
    const { question, features, variables, worth, budget, keep } = asked;
    const wishes = { worth, budget, keep };
    const [recommended] = await chooser.recommendMany([question], { features: [features], ...wishes });
    const { candidates } = chooser;
    const greedy = candidates.findIndex((candidate) => candidate.id === recommended!.candidateId);
    const drawn = drawChoice(candidates.length, greedy, this.explore, this.#random);
    const { propensity, explored } = drawn;
    const { id: candidateId, promptId, llm, template } = candidates[drawn.column]!;
    const rendered = chooser.render(candidateId, question, variables === undefined ? {} : { variables });
    const id = `${this.name}-${randomBytes(12).toString("hex")}`;
    await this.store.append({
      kind: "exposure",
      ...{ id, at: new Date().toISOString(), key, question },
      ...(features !== undefined && { features }),
      ...{ promptId, llm, propensity, explore: this.explore },
    });
    const score = explored
      ? recommended!.alternatives.find((other) => other.id === candidateId)!.score
      : recommended!.score;
    const chosen = { candidateId, promptId, llm, prompt: template, score };
    return { id, ...chosen, recommended: recommended!, rendered, explored, propensity };
  }
}

interface LoadedChooser {
  readonly chooser: Chooser;
  readonly key: string;
  readonly mtimeMs: number;
  readonly ino: number;
}

async function load(run: RunDirectory): Promise<LoadedChooser> {
  const manifest = await readChooserManifest(run);
  if (manifest === null)
    throw new UsageError(`${run.path} has no trained chooser yet; train one with: oirl train ${run.path}`);
  // Before it is loaded: one that is stored meanwhile is seen the next time.
  const { mtimeMs, ino } = await stat(manifestFile(run));
  const chooser = await loadChooser(run.path);
  return { chooser, key: manifest.key, mtimeMs, ino };
}

function manifestFile(run: RunDirectory): string {
  return join(chooserDirectory(run), "manifest.json");
}
