import { mkdir } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { openRunDirectory, type ReleasedTask, writeFileAtomic } from "../../data/index.ts";
import { DataError } from "../../errors.ts";
import {
  type Reproduction,
  renderReproduction,
  reproductionCsv,
  reproductionSubsetsCsv,
  type TaskReproduction,
} from "../../report/index.ts";
import type { WorkOptions } from "../../types/index.ts";
import { DEFAULT_SEED } from "../policy.ts";
import { importOnce } from "../run-pipeline.ts";
import { readOtherLlms } from "./other-llms.ts";
import { locateRelease, missingFiles, REPRODUCED_TASKS } from "./release-files.ts";
import { reproduceTask } from "./reproduce-task.ts";
import type { ReproductionPreset } from "./reproduction-arm.ts";

/** Options of `reproduce`. */
export interface ReproduceOptions extends WorkOptions {
  /** A folder that holds a clone of holarissun/Prompt-OIRL and the questions' repositories. */
  readonly data: string;
  /** One data set, or all whose logs are there. */
  readonly task: ReleasedTask | "all";
  /** `paper`: the reference's 2000 rounds; `fast`: 40. @default "fast" */
  readonly preset?: ReproductionPreset;
  /** Where results go, and one run directory a data set. @default "reproduction" */
  readonly out?: string;
  /** Numbers K of training prompts. @default all */
  readonly sizes?: readonly number[];
  /** @default 7 */
  readonly seed?: number;
  /** Replace what stands in `out`, and compute anew. @default false */
  readonly force?: boolean;
  readonly onWarning?: (message: string) => void;
}

/** A reproduction, and where it was written. */
export interface ReproduceResult extends Reproduction {
  readonly files: {
    readonly html: string;
    readonly csv: string;
    readonly subsets: string;
    readonly json: string;
  };
}

/**
 * Runs the reference's experiment whole: imports its released logs, trains one reward model for every subset of the
 * training prompts, judges the choices on its test rows and sets the figures beside the published ones; then the same
 * with the leak closed, and with this package's default model. Writes `reproduction.html`, `.json`, `.csv` and
 * `reproduction-subsets.csv`. Called again it does only what is missing.
 * @throws UsageError where `data` holds no release
 * @throws DataError where the logs of the one task asked for are missing, naming the files
 * @throws AbortedError when `options.signal` fires; the same call goes on from there
 */
export async function reproduce(options: ReproduceOptions): Promise<ReproduceResult> {
  const started = performance.now();
  const { preset = "fast", out = "reproduction", seed = DEFAULT_SEED } = options;
  const { release, texts } = await locateRelease(options.data);
  const tasks: TaskReproduction[] = [];
  const missing: Reproduction["missing"][number][] = [];
  for (const task of options.task === "all" ? REPRODUCED_TASKS : [options.task]) {
    const absent = await missingFiles(release, task);
    if (absent.training.length > 0) {
      if (options.task !== "all")
        throw new DataError(
          `has no logs of ${task}: ${absent.training.length} label files of the training prompts are missing: ${absent.training.join(", ")}. ` +
            `A full clone of github.com/holarissun/Prompt-OIRL may have them; else choose another --task.`,
          { file: release },
        );
      missing.push({ task, files: [...absent.training, ...absent.other] });
      continue;
    }
    const directory = join(out, task);
    await importOnce({
      source: { kind: "prompt-oirl", directory: release, task, texts },
      out: directory,
      ...forwardWork(options),
    });
    tasks.push(
      await reproduceTask(directory, {
        ...forwardWork(options),
        preset,
        seed,
        release,
        ...(options.sizes === undefined ? {} : { sizes: options.sizes }),
        notes: describeNote(absent.other),
      }),
    );
  }
  if (tasks.length === 0)
    throw new DataError(
      `has the logs of none of ${REPRODUCED_TASKS.join(", ")}; of ${missing[0]!.task}, for one, ${missing[0]!.files.slice(0, 4).join(", ")} are missing.`,
      { file: release },
    );
  const reproduction: Reproduction = {
    generatedAt: new Date().toISOString(),
    packageVersion: (await openRunDirectory(join(out, tasks[0]!.task))).manifest.packageVersion,
    machine: describeMachine(),
    preset,
    seed,
    tasks,
    missing,
    otherLlms: await readOtherLlms(release),
    seconds: (performance.now() - started) / 1000,
  };
  return { ...reproduction, files: await writeReproduction(out, reproduction) };
}

/** What the importer and the models both take. */
function forwardWork({
  force,
  onProgress,
  signal,
  onWarning,
}: ReproduceOptions): Pick<ReproduceOptions, "force" | "onProgress" | "signal" | "onWarning"> {
  return {
    ...(force === undefined ? {} : { force }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
    ...(onWarning === undefined ? {} : { onWarning }),
  };
}

function describeNote(files: readonly string[]): string[] {
  return files.length === 0
    ? []
    : [
        `${files.length} files of the release are missing, so some figures are too: ${files.slice(0, 4).join(", ")}${files.length > 4 ? " …" : "."}`,
      ];
}

function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.replace(/\s+/gu, " ").trim();
  const name = model === undefined || model === "" || model === "unknown" ? process.arch : model;
  return `${processors.length} × ${name}, Node ${process.versions.node}, ${process.platform}`;
}

async function writeReproduction(out: string, reproduction: Reproduction): Promise<ReproduceResult["files"]> {
  await mkdir(out, { recursive: true });
  const files = {
    html: resolve(out, "reproduction.html"),
    csv: resolve(out, "reproduction.csv"),
    subsets: resolve(out, "reproduction-subsets.csv"),
    json: resolve(out, "reproduction.json"),
  };
  await writeFileAtomic(files.csv, reproductionCsv(reproduction));
  await writeFileAtomic(files.subsets, reproductionSubsetsCsv(reproduction));
  await writeFileAtomic(files.json, `${JSON.stringify(reproduction, null, 2)}\n`);
  await writeFileAtomic(files.html, await renderReproduction(reproduction));
  return files;
}
