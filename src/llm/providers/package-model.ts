import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../errors.ts";
import type { ChatModel } from "../chat-model.ts";
import type { Environment } from "../endpoint.ts";
import type { SdkModel } from "./ask-sdk-model.ts";
import { createRedactor } from "./redact.ts";
import { sdkChatModel } from "./sdk-chat-model.ts";

/** A provider's package of the AI SDK that the user has installed. */
export interface PackageModelOptions {
  /** E.g. `@ai-sdk/anthropic`. */
  readonly packageName: string;
  readonly model: string;
  /** Folder whose `node_modules` holds the package. @default process.cwd() */
  readonly folder?: string;
  /** @default process.env */
  readonly environment?: Environment;
}

type Provider = { languageModel(model: string): SdkModel };

/**
 * A model of any provider that has a package for the AI SDK. The package finds its key by itself, in the environment
 * variable its own documents name.
 * @throws UsageError where the package is not installed or is none of the AI SDK
 */
export async function packageModel(options: PackageModelOptions): Promise<ChatModel> {
  const { packageName, model, folder = process.cwd(), environment = process.env } = options;
  const provider = findProvider(await importPackage(packageName, folder), packageName);
  const languageModel = provider.languageModel(model);
  return sdkChatModel({
    name: model,
    provider: packageName,
    model: languageModel,
    redact: createRedactor((await keysInHeaders(languageModel)) ?? keysOfPackage(packageName, environment)),
  });
}

/** Headers in which keys go out: `authorization`, `x-api-key`, `x-goog-api-key` … */
const KEY_HEADER = /^authorization$|api-?key|token/i;

/**
 * The keys that the package sends. Models of the AI SDK's own packages know their headers.
 * @returns undefined where this one does not
 */
async function keysInHeaders(model: object): Promise<string[] | undefined> {
  const { headers } = ((model as { config?: unknown }).config ?? {}) as { readonly headers?: unknown };
  if (typeof headers !== "function") return undefined;
  try {
    const found: unknown = await headers();
    return Object.entries(found as object).flatMap(([name, value]) =>
      KEY_HEADER.test(name) && typeof value === "string"
        ? value.replace(/^(?:Bearer|Basic|Key)\s+/i, "")
        : [],
    );
  } catch {
    // Such as for want of the key; the call will say so.
    return undefined;
  }
}

/** Keys in variables named after the package: `ACME_API_KEY` is what `@vendor/acme` sends. */
function keysOfPackage(packageName: string, environment: Environment): string[] {
  const words = packageName
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word.length > 2);
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && /(?:KEY|TOKEN)$/.test(name) && words.some((word) => name.startsWith(word))
      ? value.trim()
      : [],
  );
}

async function importPackage(name: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  if (!/^(?:@[\w.-]+\/)?[\w-][\w.-]*$/.test(name)) throw unknownProvider(name, folder);
  let path: string;
  try {
    path = createRequire(join(folder, "package.json")).resolve(name);
  } catch {
    throw unknownProvider(name, folder);
  }
  return import(pathToFileURL(path).href);
}

function unknownProvider(name: string, folder: string): UsageError {
  return new UsageError(
    `There is no provider "${name}": expected openai-compatible, local, regrade, or the name of a package of the AI SDK that is installed in ${folder}, such as @ai-sdk/anthropic.`,
  );
}

/** Packages export a ready provider (`anthropic`) named after them, and perhaps others beside it. */
function findProvider(exported: Readonly<Record<string, unknown>>, packageName: string): Provider {
  const providers = Object.entries(exported).filter((entry): entry is [string, Provider] =>
    isProvider(entry[1]),
  );
  const ownName = packageName
    .split("/")
    .at(-1)!
    .replaceAll(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
  const found =
    providers.find(([name]) => name.toLowerCase() === ownName.toLowerCase()) ??
    (providers.length === 1 ? providers[0] : undefined);
  if (found === undefined)
    throw new UsageError(
      `The package ${packageName} does not export a provider of the AI SDK${
        providers.length > 1
          ? ` that is named after it; it has ${providers.map(([name]) => name).join(", ")}`
          : ""
      }.`,
    );
  return found[1];
}

function isProvider(value: unknown): boolean {
  return (
    (typeof value === "function" || (typeof value === "object" && value !== null)) &&
    typeof (value as { languageModel?: unknown }).languageModel === "function"
  );
}
