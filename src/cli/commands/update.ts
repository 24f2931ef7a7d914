import type { Command } from "commander";
import { runArgument } from "../../report/index.ts";
import type { UpdateSummary } from "../../serve/index.ts";
import { addOutputOptions, examples, workOptions } from "../flags/options.ts";
import type { Session } from "../session/session.ts";
import { wrapProse } from "../text/wrap-text.ts";

/** `oirl update RUN`: learns from what a service was told, and deploys where production says so. */
export function registerUpdate(program: Command, session: Session): void {
  const command = program
    .command("update")
    .summary("learn from production: retrain, compare, and deploy what passes the gate")
    .description(
      "Take in what the service of a run was told of its choices, retrain with it, and estimate from production what the " +
        "deployed chooser, its best single prompt and the retrained one achieve, with the probabilities that were " +
        "recorded. The retrained one is deployed only where it passes the gate; a service that runs takes it up. The " +
        "last ten choosers are kept.",
    )
    .argument("<run>", "run directory that oirl serve has served, with --explore")
    .option("--dry-run", "compare, and deploy nothing");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl update my-run", "oirl update my-run --dry-run --json"))
    .action(async (run: string, { dryRun = false }: { readonly dryRun?: boolean }) => {
      const { updateRun } = await import("../../serve/index.ts");
      const summary = await updateRun(run, { dryRun, ...workOptions(session) });
      const deployed = summary.promote && !dryRun;
      session.printResult({ ...summary, deployed }, () =>
        wrapProse(describeUpdate(summary, deployed, run, session), session.terminal.columns),
      );
    });
}

function describeUpdate(summary: UpdateSummary, deployed: boolean, run: string, session: Session): string {
  const { exposures, rewarded, withoutExploration, unmatched, choices } = summary;
  const rows = (["fixed", "deployed", "retrained"] as const).flatMap((name) => {
    const estimate = summary[name];
    if (estimate === null) return [];
    const percent = (fraction: number): string => (100 * fraction).toFixed(1);
    return [
      `  ${NAMES[name].padEnd(22)} ${percent(estimate.success)} % (± ${percent(estimate.standardError)})`,
    ];
  });
  return [
    `${exposures} choices were served, ${rewarded} have a reward; ${choices} of these tell of the deployed chooser.`,
    ...(withoutExploration === 0
      ? []
      : [
          `${withoutExploration} were made without exploration, so that they tell nothing of other prompts, and are left out: serve with --explore 0.05.`,
        ]),
    ...(unmatched === 0 ? [] : [`${unmatched} pieces of feedback are of choices that are not in the store.`]),
    ...(rows.length === 0 ? [] : ["", "Right in production, estimated:", ...rows]),
    "",
    summary.reason,
    ...(deployed ? ["", session.next("rollback", runArgument(run)).replace("Next:", "To go back:")] : []),
  ].join("\n");
}

const NAMES = {
  fixed: "best single prompt",
  deployed: "deployed chooser",
  retrained: "retrained chooser",
} as const;
