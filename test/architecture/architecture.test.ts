import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENTRIES } from "../../tsdown.config.ts";
import { PROJECT_ROOT } from "../support/project-root.ts";
import { findViolations, unreachedSource, type Violation } from "./architecture-rules.ts";
import { importCircles } from "./import-circles.ts";
import { listSourceFiles } from "./source-files.ts";
import { parseSourceModule, type SourceModule } from "./source-module.ts";
import { unusedExports } from "./unused-exports.ts";

const MANIFEST = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));
const RUNTIME_PACKAGES = new Set(Object.keys({ ...MANIFEST.dependencies, ...MANIFEST.peerDependencies }));

function readModules(folder: string, endings: RegExp): SourceModule[] {
  return listSourceFiles(folder, endings).map(readModule);
}

function readModule(path: string): SourceModule {
  return parseSourceModule(path, readFileSync(join(PROJECT_ROOT, path), "utf8"));
}

/** One line a violation, so that a failure reads like a compiler's. */
function describeViolations(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line, rule, message }) => `${path}:${line} ${rule}: ${message}`);
}

describe("the house", () => {
  const modules = ["src", "test", "examples"].flatMap((folder) => readModules(folder, /\.ts$/u));

  test("holds its rules", () => {
    expect(describeViolations(findViolations(modules, RUNTIME_PACKAGES))).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    expect(importCircles(modules)).toEqual([]);
  });

  test("holds no test code in src: everything there is reached from an entry point", () => {
    expect(unreachedSource(modules, Object.values(ENTRIES))).toEqual([]);
  });

  test("exports nothing that nobody takes", () => {
    const others = ["scripts", "benchmarks", "web"].flatMap((folder) =>
      readModules(folder, /\.(tsx?|mjs)$/u),
    );
    const configs = ["tsdown.config.ts", "vitest.config.ts"].map(readModule);
    // Besides the entry points: what vitest calls, and what the benchmark bundles before it loads it.
    const taken = ["test/support/global-setup.ts", "benchmarks/logs/product-parts.ts"];
    expect(unusedExports([...modules, ...others, ...configs], [...Object.values(ENTRIES), ...taken])).toEqual(
      [],
    );
  });

  test("is really read: files and imports were found in it", () => {
    expect(modules.length).toBeGreaterThan(30);
    expect(modules.flatMap((module) => module.imports).length).toBeGreaterThan(60);
  });
});

test("what users install has ranges, so that they can share it; what we build and test with is exact", () => {
  const versions = (kind: "dependencies" | "devDependencies"): string[] => Object.values(MANIFEST[kind]);
  expect(versions("dependencies").filter((version) => !/^\^\d/u.test(version))).toEqual([]);
  expect(versions("devDependencies").filter((version) => !/^\d/u.test(version))).toEqual([]);
});

describe("a planted violation is found", () => {
  const rulesBroken = (path: string, text: string): string[] =>
    findViolations([parseSourceModule(path, text)], new Set(["zod"])).map(({ rule }) => rule);

  const planted: [name: string, path: string, text: string, rules: string[]][] = [
    [
      "a lower room imports a higher one",
      "src/data/a.ts",
      'import { b } from "../reward/index.ts";',
      ["direction"],
    ],
    ["as a type only", "src/data/a.ts", 'import type { B } from "../reward/index.ts";', ["direction"]],
    ["by an import type", "src/data/a.ts", 'let x: import("../reward/index.ts").B;', ["direction"]],
    ["by a dynamic import", "src/data/a.ts", 'await import("../reward/index.ts");', ["direction"]],
    ["by a re-export", "src/data/a.ts", 'export * from "../reward/index.ts";', ["direction"]],
    [
      "rooms of one level import each other",
      "src/evaluate/a.ts",
      'import "../select/index.ts";',
      ["direction"],
    ],
    ["types import util", "src/types/a.ts", 'import "../util/index.ts";', ["direction"]],
    ["a room imports the package's own index", "src/cli/a.ts", 'import "../index.ts";', ["direction"]],
    [
      "the package's index imports the command line",
      "src/index.ts",
      'import "./cli/index.ts";',
      ["direction"],
    ],
    ["one entry point imports another", "src/trees.ts", 'import "./formats.ts";', ["direction"]],
    ["source imports tests", "src/data/a.ts", 'import "../../test/support/x.ts";', ["direction"]],
    [
      "past another room's index",
      "src/reward/a.ts",
      'import { b } from "../data/run-directory.ts";',
      ["index"],
    ],
    ["from a deeper folder", "src/reward/knn/a.ts", 'import { b } from "../../data/b.ts";', ["index"]],
    ["a unit test past the index", "src/reward/a.test.ts", 'import { b } from "../data/b.ts";', ["index"]],
    [
      "an end-to-end test past the index",
      "test/end-to-end/a.test.ts",
      'import "../../src/data/b.ts";',
      ["index"],
    ],
    [
      "a room's test support past another room's index",
      "test/support/reward/a.ts",
      'import "../../../src/data/b.ts";',
      ["index"],
    ],
    ["a contract suite in src", "src/reward/reward-model-contract.ts", 'import "vitest";', ["package"]],
    ["files in a room that only computes", "src/evaluate/a.ts", 'import "node:fs/promises";', ["purity"]],
    ["a package only developers have", "src/data/a.ts", 'import "vitest";', ["package"]],
    ["a file too long", "src/data/a.ts", "let x = 0;\n".repeat(501), ["length"]],
    ["a name not in kebab case", "src/data/runDirectory.ts", "", ["name"]],
    ["a default export", "src/data/a.ts", "export default class {}", ["default-export"]],
    [
      "a default export by name",
      "src/data/a.ts",
      "const a = 1; export { a as default };",
      ["default-export"],
    ],
    ["ending the process", "src/data/a.ts", "process.exit(1);", ["exit"]],
    ["a room nobody planned", "src/helpers/a.ts", "", ["room"]],
  ];
  test.each(planted)("%s", (_name, path, text, rules) => {
    expect(rulesBroken(path, text)).toEqual(rules);
  });

  test("circles of imports, those of types and of three files too", () => {
    const circles = (files: Readonly<Record<string, string>>): string[] =>
      importCircles(Object.entries(files).map(([path, text]) => parseSourceModule(path, text)));
    const a = 'import { b } from "./b.ts";';
    expect(circles({ "src/cli/a.ts": a, "src/cli/b.ts": 'import type { A } from "./a.ts";' })).toEqual([
      "src/cli/a.ts ↔ src/cli/b.ts",
    ]);
    const c = 'import "../cli/a.ts";';
    expect(circles({ "src/cli/a.ts": a, "src/cli/b.ts": 'import "../c/c.ts";', "src/c/c.ts": c })).toEqual([
      "src/c/c.ts ↔ src/cli/a.ts ↔ src/cli/b.ts",
    ]);
    expect(circles({ "src/cli/a.ts": a, "src/cli/b.ts": 'import "./c.ts";', "src/cli/c.ts": "" })).toEqual(
      [],
    );
  });

  test("source that only a test imports", () => {
    const files = {
      "src/index.ts": 'export * from "./data/index.ts";',
      "src/data/index.ts": 'export { a } from "./a.ts";',
      "src/data/a.ts": "",
      "src/data/example-log.ts": "",
      "src/data/a.test.ts": 'import { log } from "./example-log.ts";',
      "src/llm/index.ts": "",
    };
    const modules = Object.entries(files).map(([path, text]) => parseSourceModule(path, text));
    expect(unreachedSource(modules, ["src/index.ts"])).toEqual(["src/data/example-log.ts"]);
  });

  test("an export that nobody takes, and one that an index passes on to nobody", () => {
    const files = {
      "src/index.ts": 'export { a } from "./data/index.ts";\nexport type * from "./types/index.ts";',
      "src/types/index.ts": "export interface Log {}",
      "src/data/index.ts": 'export { a, b } from "./a.ts";\nexport * as all from "./all.ts";',
      "src/data/a.ts": "export const a = 1, b = 2;\nexport function c() { return d; }\nexport const d = 3;",
      "src/data/all.ts": "export const one = 1;",
      "src/data/b.ts": "export const [left, right] = [1, 2];\nexport type Pair = [number, number];",
      "src/data/b.test.ts": 'const { left } = await import("./b.ts");\nlet p: import("./b.ts").Pair;',
      "src/llm/whole.ts":
        "export const whole = (of: Part): void => {};\nexport interface Part {}\nexport interface Rest {}",
      "src/llm/a.ts": 'import * as everything from "./whole.ts";\n(await import("../data/a.ts")).b;',
    };
    const modules = Object.entries(files).map(([path, text]) => parseSourceModule(path, text));
    expect(unusedExports(modules, ["src/index.ts"])).toEqual([
      "src/data/index.ts:1 b",
      "src/data/index.ts:2 all",
      "src/data/a.ts:2 c",
      "src/data/a.ts:3 d",
      "src/data/all.ts:1 one",
      "src/data/b.ts:1 right",
    ]);
  });

  const allowed: [name: string, path: string, text: string][] = [
    ["a higher room imports a lower one", "src/reward/a.ts", 'import { b } from "../data/index.ts";'],
    ["everyone imports errors", "src/kernels/a.ts", 'import { ShapeError } from "../errors.ts";'],
    ["from a deeper folder", "src/reward/knn/a.ts", 'import { ShapeError } from "../../errors.ts";'],
    ["select imports evaluate", "src/select/a.ts", 'import { b } from "../evaluate/index.ts";'],
    ["inside one room", "src/data/importers/a.ts", 'import { b } from "../run-directory.ts";'],
    ["a unit test may look upwards", "src/data/a.test.ts", 'import { b } from "../pipeline/index.ts";'],
    ["a room's test support", "test/support/reward/a.ts", 'import "../../../src/reward/b.ts";'],
    [
      "an import in a comment or string",
      "src/data/a.ts",
      '// import "../cli/index.ts"\nconst s = \'import "x"\';',
    ],
    ["main may end the process", "src/cli/main.ts", "process.exit(1);"],
    ["a package users have", "src/data/a.ts", 'import { z } from "zod";'],
    ["exactly as long as allowed", "src/data/a.ts", "let x = 0;\n".repeat(500)],
  ];
  test.each(allowed)("but not where all is well: %s", (_name, path, text) => {
    expect(rulesBroken(path, text)).toEqual([]);
  });
});
