import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const preload = new URL("write-usage.mjs", import.meta.url).href;

/** The built command, as users have it. */
function oirl(parts, env = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...(env.USAGE_FILE === undefined ? [] : ["--import", preload]), join(dist, "cli.mjs"), ...parts],
    { encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(`oirl ${parts.join(" ")} ended with ${status}: ${stderr.trim()}`);
  return stdout;
}

/** Makes a run directory of a log. */
export function importLog(importArguments, run) {
  oirl(["import", ...importArguments, "--out", run, "--force"]);
}

/** Of all that is open: results of another build do not count. */
export function hashOfBuild() {
  const hash = createHash("sha256");
  for (const file of readdirSync(dist, { recursive: true }).sort())
    if (file.endsWith(".mjs")) hash.update(file).update(readFileSync(join(dist, file)));
  return hash.digest("hex");
}

/**
 * The product's own nested evaluation of a run, in a process of its own, from the cache where this build has done it.
 * @param log as exported, whose questions and prompts the choices are given in
 * @returns `{ strategies, gate, seconds, peakMemoryMb, choices }`: `strategies` and `gate` as `--json` prints them,
 *   processor seconds, and `choices` as `readChoices` says
 */
export function runProduct({ cache, build, run, shape, log, division: { seed, hash } }) {
  const file = join(cache, "product", `${hash.slice(0, 16)}-${shape}-${seed}-${build.slice(0, 16)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  mkdirSync(join(cache, "product"), { recursive: true });
  rmSync(join(run, "results"), { recursive: true, force: true });
  const usageFile = join(cache, "usage.json");
  const evaluate = ["evaluate", run, "--protocol", "nested", "--seed", `${seed}`, "--json", "--force"];
  const { strategies, gate } = JSON.parse(oirl(evaluate, { USAGE_FILE: usageFile }));
  const usage = JSON.parse(readFileSync(usageFile, "utf8"));
  const result = { strategies, gate, ...usage, choices: readChoices(run, log) };
  writeFileSync(file, JSON.stringify(result));
  return result;
}

/**
 * What the product chose for each question: `RUN/results/choices-*.csv`, a row a question with `query_id`,
 * `fold` (0-based), and the prompts' ids `fixed`, `argmax` and `safe`. The only place that knows this file.
 * @returns `{ folds, fixed, argmax, safe }`, each one entry a question of `log`, prompts as columns of it; null where
 *   the product wrote no such file
 */
function readChoices(run, log) {
  const file = readdirSync(join(run, "results")).find((name) => /^choices-.*\.csv$/u.test(name));
  if (file === undefined) return null;
  const rows = parse(readFileSync(join(run, "results", file)), { columns: true });
  const rowOf = new Map(rows.map((row) => [row.query_id, row]));
  const columnOf = new Map(log.prompts.map((id, column) => [id, column]));
  const read = (readCell) =>
    log.queryIds.map((id) => {
      const row = rowOf.get(id);
      const value = row === undefined ? undefined : readCell(row);
      if (value === undefined) throw new Error(`${file} has no valid choice for the question "${id}"`);
      return value;
    });
  const prompts = (name) => read((row) => columnOf.get(row[name]));
  return {
    folds: read(({ fold }) => Number(fold)),
    fixed: prompts("fixed"),
    argmax: prompts("argmax"),
    safe: prompts("safe"),
  };
}
