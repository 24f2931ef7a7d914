import type { Command } from "commander";
import { addOutputOptions, examples } from "../flags/options.ts";
import type { Session } from "../session/session.ts";

/** `oirl rollback RUN`: the chooser before the present one. */
export function registerRollback(program: Command, session: Session): void {
  const command = program
    .command("rollback")
    .summary("go back to the chooser before")
    .description(
      "Deploy the chooser that oirl update replaced last; the present one goes. A service that runs takes it up. Again, it " +
        "goes one further back.",
    )
    .argument("<run>", "run directory whose chooser oirl update has replaced");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl rollback my-run"))
    .action(async (path: string) => {
      const { openRunDirectory } = await import("../../data/index.ts");
      const { listEarlierChoosers, restoreEarlierChooser } = await import("../../pipeline/index.ts");
      const run = await openRunDirectory(path);
      const { key, trainedAt, questions } = await restoreEarlierChooser(run);
      const left = (await listEarlierChoosers(run)).length;
      session.printResult(
        { key, trainedAt, questions, earlier: left },
        () =>
          `Deployed again: the chooser trained on ${questions} questions at ${trainedAt}. ${left} earlier ones are kept.`,
      );
    });
}
