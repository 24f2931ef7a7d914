import { posix } from "node:path";
import type { SourceModule } from "./source-module.ts";

/**
 * Exports that no other file takes, nor names in the signature of what it takes: what only its own file uses has no `export`, and what nobody uses goes. A folder's
 * index is a file like any other, so that it passes on nothing but what someone outside takes.
 * @param entries paths of the files that entry points are built from: all that they export is used by others
 */
export function unusedExports(modules: readonly SourceModule[], entries: readonly string[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const used = new Set<string>();
  const resolve = (path: string, specifier: string): string | null =>
    specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : null;

  const markAll = (path: string | null): void => {
    const module = path === null ? undefined : byPath.get(path);
    if (module === undefined || used.has(toKey(module.path, "*"))) return;
    used.add(toKey(module.path, "*"));
    for (const { name } of module.exported) mark(module.path, name);
    for (const specifier of module.passedOn) markAll(resolve(module.path, specifier));
  };
  const mark = (path: string | null, name: string): void => {
    if (name === "*") markAll(path);
    const module = path === null || name === "*" ? undefined : byPath.get(path);
    if (module === undefined || used.has(toKey(module.path, name))) return;
    used.add(toKey(module.path, name));
    const own = module.exported.filter((one) => one.name === name);
    for (const { from, signature } of own) {
      if (from !== null) mark(resolve(module.path, from.specifier), from.name);
      for (const type of signature) mark(module.path, type);
    }
    if (own.length === 0)
      for (const specifier of module.passedOn) mark(resolve(module.path, specifier), name);
  };

  for (const entry of entries) markAll(entry);
  for (const module of modules)
    for (const { specifier, name } of module.used) mark(resolve(module.path, specifier), name);
  return modules
    .filter(({ path }) => !path.includes("/assembly/")) // compiled, not imported
    .flatMap(({ path, exported }) =>
      exported
        .filter(({ name }) => !used.has(toKey(path, name)))
        .map(({ name, line }) => `${path}:${line} ${name}`),
    );
}

function toKey(path: string, name: string): string {
  return `${path} ${name}`;
}
