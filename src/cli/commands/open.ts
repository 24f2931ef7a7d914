import { spawn } from "node:child_process";
import type { Command } from "commander";
import { addOutputOptions, examples } from "../flags/options.ts";
import { servicePages } from "../session/service-pages.ts";
import type { Session } from "../session/session.ts";
import { untilStopped } from "../session/until-stopped.ts";

/** Programs that open an address in the user's browser, by platform. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["xdg-open"],
  darwin: ["open"],
  win32: ["cmd", "/c", "start", '""'],
};

/** `oirl open RUN…`: pages to try questions and to look through the log. */
export function registerOpen(program: Command, session: Session): void {
  const command = program
    .command("open")
    .summary("pages in the browser: try questions, look through the log")
    .description(
      "Show, in the browser, each prompt's score for a question as it is typed, the chosen prompt, and the logged " +
        "questions most like it; and the whole log as a matrix to search, sort and filter. Runs on this machine only, " +
        "until Ctrl-C.",
    )
    .argument("<runs...>", "run directories with a trained chooser")
    .option("--no-browser", "print the address only");
  addOutputOptions(command)
    .addHelpText("after", examples("oirl open my-run", "oirl open my-run --no-browser"))
    .action(async (runs: string[], { browser }: { readonly browser: boolean }) => {
      const { startService } = await import("../../serve/index.ts");
      const service = await startService({
        ...{ runs, port: 0, findPage: await servicePages() },
        // Of a page that one looks at nothing need be logged but what goes wrong.
        writeLog: (line) => line.includes('"level":"error"') && session.terminal.writeError(line),
      });
      const opener = browser && session.terminal.outIsTerminal ? OPENERS[process.platform] : undefined;
      if (opener !== undefined) openBrowser(opener, service.url);
      session.printResult({ url: service.url }, ({ url }) => `${url}\nCtrl-C ends it.`);
      await untilStopped(session.signal);
      await service.stop();
    });
}

function openBrowser([program, ...words]: readonly string[], url: string): void {
  const child = spawn(program!, [...words, url], { stdio: "ignore", detached: true });
  // Without such a program the address is there to be clicked.
  child.once("error", () => undefined);
  child.unref();
}
