import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram, openSession } from "../../src/cli/index.ts";
import * as collectEntry from "../../src/collect.ts";
import { EMBEDDERS } from "../../src/embed/index.ts";
import * as formatsEntry from "../../src/formats.ts";
import { REWARD_MODELS } from "../../src/reward/index.ts";
import * as treesEntry from "../../src/trees.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { silentTerminal } from "../support/silent-terminal.ts";
import {
  headingAnchors,
  linkTargets,
  markdownFiles,
  npmScripts,
  oirlCommands,
  shellWords,
} from "./markdown.ts";

const files = markdownFiles();
const packageScripts: Record<string, string> = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"),
).scripts;

/** The command line as it is, but commands do nothing. */
function inertProgram(): Command {
  const program = createProgram(openSession(silentTerminal(), new AbortController().signal));
  const quiet = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => {});
    for (const child of command.commands) quiet(child);
  };
  quiet(program);
  return program;
}

/** What the command line says to a call, or "" where it accepts it. Capital letters stand for what users fill in. */
function complaintAbout(command: string): string {
  try {
    inertProgram().parse(shellWords(command).slice(1), { from: "user" });
    return "";
  } catch (error) {
    const { message, exitCode } = error as { message: string; exitCode?: number };
    return exitCode === 0 ? "" : message;
  }
}

describe.each(files.map((file) => [file.path, file.text] as const))("%s", (path, text) => {
  test("links lead somewhere", () => {
    const broken = linkTargets(text).filter((target) => {
      if (/^https?:/u.test(target)) return false;
      const [name = "", anchor] = target.split("#");
      const file = name === "" ? path : normalize(join(dirname(path), name));
      if (!existsSync(join(PROJECT_ROOT, file))) return true;
      return (
        anchor !== undefined && !headingAnchors(readFileSync(join(PROJECT_ROOT, file), "utf8")).has(anchor)
      );
    });
    expect(broken).toEqual([]);
  });

  test("every oirl command in it is one the command line accepts", () => {
    const refused = oirlCommands(text)
      .filter((command) => !/[…[\]]|\.\.\./u.test(command))
      .map((command) => [command, complaintAbout(command)] as const)
      // In a sentence a command may be named without what it needs.
      .filter(
        ([, complaint]) => !/^$|^error: (?:missing required|required option)|outputHelp/u.test(complaint),
      );
    expect(refused).toEqual([]);
  });

  test("every npm script it names exists", () => {
    expect(npmScripts(text).filter((name) => !Object.hasOwn(packageScripts, name))).toEqual([]);
  });
});

test("the README names every command", () => {
  const names = inertProgram().commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((child) => `${command.name()} ${child.name()}`),
  );
  const readme = files.find(({ path }) => path === "README.md")!.text;
  expect(names.filter((name) => !readme.includes(`oirl ${name}`))).toEqual([]);
  expect(names.length).toBeGreaterThan(8);
});

test("the quick start is two commands, and continuous integration runs the second as it stands", () => {
  const readme = files.find(({ path }) => path === "README.md")!.text;
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gmsu)].map((match) => match[1]!.trim());
  expect(blocks.slice(0, 2)).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
  const script = readFileSync(join(PROJECT_ROOT, ".ci/run"), "utf8");
  expect(script.trimEnd().split("\n").at(-1)).toBe("npm ci && npm test");
});

test("docs/reward-models.md names every reward model and embedder, and no other", () => {
  const text = files.find(({ path }) => path === "docs/reward-models.md")!.text;
  const tables = [...text.matchAll(/^\| (`.*?) \|/gmu)].flatMap((row) =>
    [...row[1]!.matchAll(/`([^`]+)`/gu)].map((match) => match[1]!),
  );
  const there = [...REWARD_MODELS.map(({ kind }) => kind), ...EMBEDDERS.map(({ name }) => name)];
  expect(tables.filter((name) => !name.startsWith("--")).sort()).toEqual([...there].sort());
});

test.each([
  ["collect", collectEntry],
  ["formats", formatsEntry],
  ["trees", treesEntry],
])("docs/library/%s.md names every value of its entry point, and no other", (name, entry) => {
  const text = files.find(({ path }) => path === `docs/library/${name}.md`)!.text;
  const rows = [...text.matchAll(/^\| (`.*?) \|/gmu)].map((row) => row[1]!).join(" ");
  // A few names stand in the explanation of another.
  const named = [...text.matchAll(/^\| `.*$/gmu)].flatMap(([row]) => [...row.matchAll(/`(\w+)`/gu)]);
  const there = Object.keys(entry);
  expect(there.filter((value) => !named.some((match) => match[1] === value))).toEqual([]);
  expect(
    [...rows.matchAll(/`(\w+)`/gu)].map((match) => match[1]!).filter((value) => !there.includes(value)),
  ).toEqual([]);
});

test("docs/formats.md names every column flag", () => {
  const text = files.find(({ path }) => path === "docs/formats.md")!.text;
  const table = inertProgram()
    .commands.find((command) => command.name() === "import")!
    .commands.find((command) => command.name() === "table")!;
  const flags = table.options.map(({ long }) => long ?? "").filter((long) => long.endsWith("-column"));
  expect(flags.length).toBeGreaterThan(10);
  expect(flags.filter((flag) => !text.includes(`\`${flag}\``))).toEqual([]);
});

test("examples in --help are calls the command line accepts", () => {
  const helps: string[] = [];
  const terminal = { ...silentTerminal(), writeOut: (text: string) => void helps.push(text) };
  const program = createProgram(openSession(terminal, new AbortController().signal));
  const visit = (command: Command): void => {
    command.outputHelp();
    for (const child of command.commands) visit(child);
  };
  visit(program);
  const commands = helps
    .join("\n")
    .replace(/ \\\n +/gu, " ")
    .split("\n")
    .filter((line) => line.startsWith("  $ oirl "))
    .map((line) => line.slice(4));
  expect(commands.length).toBeGreaterThan(15);
  const refused = commands.map((command) => [command, complaintAbout(command.split("  ")[0]!)]);
  expect(refused.filter(([, complaint]) => complaint !== "")).toEqual([]);
});

describe("what reads the documents", () => {
  test("finds commands in blocks and sentences", () => {
    const text = "Call `oirl train my-run`.\n\n```sh\n$ npx oirl run \\\n  --out a | head\nls\n```\n";
    expect(oirlCommands(text)).toEqual(["oirl run    --out a | head", "oirl train my-run"]);
  });
  test("takes words apart as a shell does", () => {
    expect(shellWords('oirl recommend my-run "What is | this?" --json | jq .gate')).toEqual([
      ...["oirl", "recommend", "my-run", "What is | this?", "--json"],
    ]);
  });
  test("refuses a call that does not exist", () => {
    expect(complaintAbout("oirl evaluate my-run --color")).toContain("unknown option");
    expect(complaintAbout("oirl conjure my-run")).toContain("unknown command");
  });
});
