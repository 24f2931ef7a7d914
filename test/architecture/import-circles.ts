import { posix } from "node:path";
import type { SourceModule } from "./source-module.ts";

/**
 * Circles of imports among files, those of types alone too: whoever reads one file of a circle has to read them all.
 * @returns for each circle the files of it, sorted, joined by " ↔ "
 */
export function importCircles(modules: readonly SourceModule[]): string[] {
  const importsOf = importsByPath(modules);
  const reachable = new Map(Array.from(importsOf.keys(), (path) => [path, reachableFrom(path, importsOf)]));
  const circles = Array.from(reachable)
    .filter(([path, reached]) => reached.has(path))
    .map(([path, reached]) =>
      [...reached]
        .filter((other) => reachable.get(other)?.has(path))
        .sort()
        .join(" ↔ "),
    );
  return [...new Set(circles)].sort();
}

/** For each file those of the project that it imports. */
export function importsByPath(modules: readonly SourceModule[]): Map<string, string[]> {
  return new Map(
    modules.map(({ path, imports }) => [
      path,
      imports
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier)),
    ]),
  );
}

/** Every file that one imports, itself or by way of others. */
export function reachableFrom(start: string, importsOf: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...(importsOf.get(start) ?? [])];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(importsOf.get(path) ?? []));
  }
  return reached;
}
