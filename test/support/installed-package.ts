import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { npmEnvironment } from "./npm-environment.ts";
import { PROJECT_ROOT } from "./project-root.ts";

const run = promisify(execFile);

/** What the package is made from; tests and tools stay behind, so that packing cannot depend on them. */
const INPUTS = [
  ...["src", "web", "demo", "docs", "examples", "benchmarks"],
  ...["scripts", "package.json", "tsconfig.json", "tsdown.config.ts", ".npmrc"],
  ...["README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md"],
];

/** The package as users get it. */
export interface InstalledPackage {
  /** The folder it was packed in, without tests and tools. */
  readonly packing: string;
  /** Paths in the tarball. */
  readonly packedFiles: readonly string[];
  /** A folder that holds nothing but the package, installed from the tarball. */
  readonly consumer: string;
  /** Removes all folders. */
  remove(): Promise<void>;
}

/** Packs the package and installs the tarball in an empty folder. */
export async function installPackage(): Promise<InstalledPackage> {
  const scratch = await mkdtemp(join(tmpdir(), "oirl-package-"));
  await mkdir(join(PROJECT_ROOT, ".cache"), { recursive: true });
  // Below the project, so that the build finds its tools; apart from `dist/`, so that it disturbs nobody.
  const packing = await mkdtemp(join(PROJECT_ROOT, ".cache/packing-"));
  const remove = async (): Promise<void> => {
    for (const folder of [scratch, packing]) await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of INPUTS) await cp(join(PROJECT_ROOT, name), join(packing, name), { recursive: true });
    const env = npmEnvironment();
    const pack = ["pack", "--json", "--pack-destination", scratch];
    const { stdout } = await run("npm", pack, { cwd: packing, env });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as [
      { filename: string; files: { path: string }[] },
    ];
    const consumer = join(scratch, "consumer");
    await mkdir(consumer);
    await writeFile(
      join(consumer, "package.json"),
      '{ "name": "consumer", "private": true, "type": "module" }',
    );
    // Every package it brings must say that it works on the Node of these tests, the oldest supported.
    const flags = ["--engine-strict", "--prefer-offline", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...flags, join(scratch, packed.filename)], { cwd: consumer, env });
    return { packing, packedFiles: packed.files.map(({ path }) => path), consumer, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
