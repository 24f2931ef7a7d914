import type { PipelineResult, Recommendation } from "../../pipeline/index.ts";

/** Name of the demo's task. */
export const DEMO_TASK = "everyday questions";
/** The LLM that gave the demo's answers. */
export const DEMO_MODEL = "SmolLM2-135M-Instruct";
/** What stands for an LLM in the demo of earlier versions. */
const EARLIER_MODEL = "simulated";

/** What the demo found, as `--json` prints it. */
export interface DemoResult extends PipelineResult {
  /** The run directory. */
  readonly run: string;
  readonly recommendations: readonly (Recommendation & { readonly question: string })[];
}

/** Whether a run was made by the demo, of this version or an earlier one; false where there is no run. */
export async function isDemoRun(directory: string): Promise<boolean> {
  const { openRunDirectory } = await import("../../data/index.ts");
  return openRunDirectory(directory).then(
    ({ manifest: { task, llms } }) =>
      task === DEMO_TASK && llms.length === 1 && [DEMO_MODEL, EARLIER_MODEL].includes(llms[0]!),
    () => false,
  );
}
