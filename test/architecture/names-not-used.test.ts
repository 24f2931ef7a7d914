import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { findUnusedNames, readUnusedNames } from "./names-not-used.ts";
import { listSourceFiles } from "./source-files.ts";

const UNUSED = readUnusedNames(readFileSync(join(PROJECT_ROOT, "docs/naming.md"), "utf8"));

/** These say what is looked for. */
const ABOUT_NAMES = /^test\/architecture\/names-not-used/;

describe("words that docs/naming.md gives up", () => {
  test("are used in no name of a file, a function, a constant or a flag", () => {
    const files = ["src", "test", "examples", "scripts", "benchmarks"].flatMap((folder) =>
      listSourceFiles(folder, /\.(ts|mjs)$/u),
    );
    expect(files.length).toBeGreaterThan(500);
    const found = files
      .filter((path) => !ABOUT_NAMES.test(path))
      .flatMap((path) => findUnusedNames(path, readFileSync(join(PROJECT_ROOT, path), "utf8"), UNUSED));
    expect(found).toEqual([]);
  });

  const found = (path: string, text: string): string[] => findUnusedNames(path, text, UNUSED);

  test.each([
    ["a part of a name", "src/a.ts", "interface NeighbourLog {}", ["src/a.ts:1 NeighbourLog"]],
    ["a property", "src/a.ts", "const a = {\n  colour: 1 };", ["src/a.ts:2 colour"]],
    ["a constant's beginning", "src/a.ts", "const MOST_ROWS = 3;", ["src/a.ts:1 MOST_ROWS"]],
    ["a function's end", "src/a.ts", "const rowOf = (a: number) => a;", ["src/a.ts:1 rowOf"]],
    ["a method's end", "src/a.ts", "class A { rowOf() {} }", ["src/a.ts:1 rowOf"]],
    ["a file", "src/replay-log.ts", "", ["src/replay-log.ts:1 replay"]],
    ["a flag", "src/a.ts", 'option("--place <where>")', ["src/a.ts:1 --place"]],
  ])("are found in %s", (_what, path, text, expected) => {
    expect(found(path, text)).toEqual(expected);
  });

  test("but not in text, in longer flags, or in names that only begin alike", () => {
    const text =
      '// colour\nconst a = "the colour"; const columnOf = new Map(); tollgate("--model-x"); a.indexOf(1);';
    expect(found("src/a.ts", text)).toEqual([]);
  });

  test("a page without the table is an error", () => {
    expect(() => readUnusedNames("# Naming\n")).toThrow(/Words not used/);
  });
});
