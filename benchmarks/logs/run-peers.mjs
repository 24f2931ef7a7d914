import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Peers in the table's order, and their versions: a higher one makes their stored results be computed anew. */
export const PEERS = {
  ridge: { title: "ridge, TF-IDF", version: 1 },
  logistic: { title: "logistic, TF-IDF", version: 1 },
  "knn-words": { title: "kNN, TF-IDF", version: 1 },
  "knn-sentences": { title: "kNN, MiniLM", version: 1 },
  "random-forest": { title: "random forest, LSA", version: 1 },
  "matrix-factorization": { title: "matrix factorization, MiniLM", version: 1 },
  "task-known": { title: "task known", version: 1 },
};

/** A Python with the packages of `requirements.txt`, made where there is none. */
export function preparePython(cache) {
  const python = join(cache, "python/bin/python");
  const isReady = join(cache, "python/ready");
  const requirements = readFileSync(join(here, "requirements.txt"), "utf8");
  if (existsSync(isReady) && readFileSync(isReady, "utf8") === requirements) return python;
  const run = (command, ...parts) => execFileSync(command, parts, { stdio: ["ignore", 2, 2] });
  run("python3", "-m", "venv", join(cache, "python"));
  run(python, "-m", "pip", "install", "--quiet", "-r", join(here, "requirements.txt"));
  run(
    python,
    "-c",
    `open(${JSON.stringify(isReady)}, "w").write(open(${JSON.stringify(join(here, "requirements.txt"))}).read())`,
  );
  return python;
}

/**
 * One peer's choices on one log, from the cache where they stand.
 * @param folder where `exportLog` wrote the log
 * @param divisions of `exportLog`, one a seed
 * @returns for each seed `{ chosen: { loss, gain }, fixed, settings, seconds, peakMemoryMb }`, columns of the log's
 *   prompts, one a question; "loss" and "gain" by what the peer's settings were chosen
 */
export function runPeer({ python, cache, folder, shape, peer, divisions }) {
  const locateFile = ({ seed, hash }) =>
    join(cache, "peers", `${hash.slice(0, 16)}-${shape}-${seed}-${peer}-${PEERS[peer].version}.json`);
  const missing = divisions.filter((division) => !existsSync(locateFile(division)));
  if (missing.length > 0) {
    mkdirSync(join(cache, "peers"), { recursive: true });
    const seeds = missing.map((division) => ({ seed: division.seed, out: locateFile(division) }));
    const threads = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", TOKENIZERS_PARALLELISM: "false" };
    execFileSync(python, [join(here, "peers.py"), JSON.stringify({ folder, shape, peer, seeds })], {
      env: { ...process.env, ...threads },
      stdio: ["ignore", 2, 2],
    });
  }
  return divisions.map((division) => JSON.parse(readFileSync(locateFile(division), "utf8")));
}
