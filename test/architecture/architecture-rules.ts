import { posix } from "node:path";
import { importsByPath, reachableFrom } from "./import-circles.ts";
import type { SourceModule } from "./source-module.ts";

/**
 * The direction of imports: a folder imports only folders of lower levels. `docs/decisions/0001` says where and
 * why this differs from the first plan.
 */
const LEVELS: readonly (readonly string[])[] = [
  ["types"],
  ["errors"],
  ["util"],
  ["kernels", "parallel"],
  ["data"],
  ["llm"],
  ["embed"],
  ["reward"],
  ["evaluate", "select"],
  ["kinds"],
  ["report"],
  ["pipeline"],
  ["serve", "integrations"],
  ["cli"],
];

/** Entry points of the library, files directly in `src`: each re-exports, and nothing else imports it. */
const ENTRY_ROOMS = new Set(["index", "ai-sdk", "chooser", "collect", "formats", "trees"]);

/** Folders that compute and nothing else: no files, no network, no processes. */
const PURE_FOLDERS = new Set(["types", "kernels", "evaluate", "select", "kinds"]);
const IMPURE_BUILTINS = /^node:(fs|fs\/promises|http|https|net|tls|dgram|child_process)$/;

const LINE_LIMIT = 500;

const LEVEL_OF = new Map(
  LEVELS.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)),
);

/** One broken rule, worded for whoever broke it. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule:
    | "direction"
    | "index"
    | "purity"
    | "length"
    | "name"
    | "default-export"
    | "exit"
    | "room"
    | "package";
  readonly message: string;
}

/**
 * Checks every rule of the house.
 * @param runtimePackages names in `dependencies` and `peerDependencies` of package.json: all that `src` may import at run time
 */
export function findViolations(
  modules: readonly SourceModule[],
  runtimePackages: ReadonlySet<string>,
): Violation[] {
  return modules.flatMap((module) => [
    ...checkFile(module),
    ...module.imports.flatMap(({ specifier, line }) =>
      checkImport(module, specifier, runtimePackages).map((found) => ({ path: module.path, line, ...found })),
    ),
  ]);
}

type Found = Pick<Violation, "rule" | "message">;

function checkFile(module: SourceModule): Violation[] {
  const { path } = module;
  const violations: Violation[] = [];
  if (module.lines > LINE_LIMIT)
    violations.push({
      path,
      line: LINE_LIMIT + 1,
      rule: "length",
      message: `${module.lines} lines, at most ${LINE_LIMIT}: one concept a file`,
    });
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.ts$/.test(posix.basename(path)))
    violations.push({ path, line: 1, rule: "name", message: "file names are kebab-case" });
  if (module.defaultExportLine !== null && !/^[^/]+\.config\.ts$/.test(path))
    violations.push({
      path,
      line: module.defaultExportLine,
      rule: "default-export",
      message: "exports have names, so that one thing has one name everywhere",
    });
  if (path.startsWith("src/") && !isTest(path) && path !== "src/cli/main.ts")
    for (const line of module.exitLines)
      violations.push({ path, line, rule: "exit", message: "only src/cli/main.ts ends the process" });
  const room = findRoom(path);
  if (room !== null && !ENTRY_ROOMS.has(room) && !LEVEL_OF.has(room))
    violations.push({
      path,
      line: 1,
      rule: "room",
      message: `src/${room} has no place in the import direction`,
    });
  return violations;
}

function checkImport(module: SourceModule, specifier: string, runtimePackages: ReadonlySet<string>): Found[] {
  const room = findRoom(module.path) ?? supportedRoom(module.path);
  if (!specifier.startsWith(".")) return checkPackage(module, specifier, room, runtimePackages);
  const target = posix.join(posix.dirname(module.path), specifier);
  const targetRoom = findRoom(target);
  const found: Found[] = [];
  if (targetRoom === null) {
    if (room !== null && !isTest(module.path) && !target.endsWith("package.json"))
      found.push({ rule: "direction", message: `src must not import ${target}` });
    return found;
  }
  if (targetRoom === room) return found;
  const isRootFile = target === `src/${targetRoom}.ts`;
  if (!isRootFile && target !== `src/${targetRoom}/index.ts`)
    found.push({ rule: "index", message: `import src/${targetRoom}/index.ts, not ${target}` });
  if (room !== null && !isTest(module.path) && !mayImport(room, targetRoom))
    found.push({ rule: "direction", message: `${room} must not import ${targetRoom}` });
  return found;
}

function checkPackage(
  module: SourceModule,
  specifier: string,
  room: string | null,
  runtimePackages: ReadonlySet<string>,
): Found[] {
  if (room === null || isTest(module.path)) return [];
  if (specifier.startsWith("node:"))
    return PURE_FOLDERS.has(room) && IMPURE_BUILTINS.test(specifier)
      ? [{ rule: "purity", message: `${room} only computes: it must not import ${specifier}` }]
      : [];
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  return runtimePackages.has(name)
    ? []
    : [{ rule: "package", message: `${name} is not among the dependencies in package.json` }];
}

/**
 * Entry points stand above all rooms but the last level, which they leave to the command line and services; an
 * integration is an entry point of its own.
 */
function mayImport(room: string, target: string): boolean {
  if (ENTRY_ROOMS.has(room) && room !== "index" && target === "integrations") return true;
  if (room === "select" && target === "evaluate") return true;
  const targetLevel = LEVEL_OF.get(target) ?? Number.POSITIVE_INFINITY;
  const level = ENTRY_ROOMS.has(room) ? LEVELS.length - 2 : (LEVEL_OF.get(room) ?? -1);
  return targetLevel < level;
}

/** The folder under `src`, or the name of a file that lies there directly; null outside `src`. */
function findRoom(path: string): string | null {
  return /^src\/([^/]+?)(?:(?:\.test)?\.ts)?(?:\/|$)/.exec(path)?.[1] ?? null;
}

/** The room whose contract suites and naive twins a folder of `test/support` holds: they may look inside it. */
function supportedRoom(path: string): string | null {
  return /^test\/support\/([^/]+)\//.exec(path)?.[1] ?? null;
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.startsWith("test/");
}

/**
 * Source that nothing an entry point imports leads to: it serves tests, or nobody. Left out are folder indexes, which
 * hold no code of their own, and AssemblyScript, which is compiled and not imported.
 * @param entries paths of the files that entry points are built from
 */
export function unreachedSource(modules: readonly SourceModule[], entries: readonly string[]): string[] {
  const importsOf = importsByPath(modules);
  const reached = new Set(entries.flatMap((entry) => [entry, ...reachableFrom(entry, importsOf)]));
  return modules
    .map(({ path }) => path)
    .filter((path) => path.startsWith("src/") && !isTest(path) && !reached.has(path))
    .filter((path) => posix.basename(path) !== "index.ts" && !path.includes("/assembly/"))
    .sort();
}
