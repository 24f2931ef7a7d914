import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../../../errors.ts";

/** A token's number in the model's vocabulary. */
export type Token = number & { readonly __token: never };

/** A turn of a conversation, as chat templates take it. */
export type HistoryItem =
  | { readonly type: "system" | "user"; readonly text: string }
  | { readonly type: "model"; readonly response: readonly string[] };

/** Turns a conversation into the text the model was trained on. */
export interface ChatWrapper {
  generateContextState(parts: { chatHistory: readonly HistoryItem[] }): {
    readonly contextText: { tokenize(tokenizer: unknown): Token[] };
  };
}

/** One text in the making. */
export interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluate(
    tokens: readonly Token[],
    options: {
      readonly temperature: number;
      readonly topP: number;
      readonly topK: number;
      readonly minP: number;
      readonly seed: number;
    },
  ): AsyncGenerator<Token, unknown, unknown>;
}

/** Memory of texts in the making. */
export interface LlamaContext {
  readonly contextSize: number;
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

/** A loaded model. */
export interface LlamaModel {
  readonly tokenizer: unknown;
  readonly trainContextSize: number;
  readonly tokens: { readonly bos: Token | null; readonly shouldPrependBosToken: boolean };
  readonly fileInfo: {
    readonly metadata: { readonly tokenizer?: { readonly chat_template?: unknown } };
  };
  createContext(options: {
    readonly contextSize: number;
    readonly sequences: number;
    readonly threads?: number;
  }): Promise<LlamaContext>;
  detokenize(tokens: readonly Token[]): string;
}

/** What of node-llama-cpp is used. It is an optional peer, so its own types may be absent. */
export interface LlamaBinding {
  getLlama(options: {
    readonly gpu: false;
    readonly build: "never";
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly logLevel: "error";
    readonly maxThreads?: number;
  }): Promise<{ loadModel(options: { readonly modelPath: string }): Promise<LlamaModel> }>;
  readonly JinjaTemplateChatWrapper: new (options: {
    readonly template: string;
    readonly tokenizer: unknown;
  }) => ChatWrapper;
  resolveChatWrapper(model: LlamaModel): ChatWrapper;
}

const PACKAGE = "node-llama-cpp";
/** The release this was written and tested against. */
const LLAMA_VERSION = "3.22.1";

/**
 * node-llama-cpp as the user has installed it: in the folder's `node_modules`, else beside this package.
 * @throws ConfigError that says how to install it, where it is not there or does not load
 */
export async function loadLlamaBinding(folder: string): Promise<LlamaBinding> {
  try {
    return (await import(findPackage(folder))) as LlamaBinding;
  } catch (error) {
    throw new ConfigError(
      `To run a model on this machine the package ${PACKAGE} must be installed in ${folder}: npm install ${PACKAGE}@${LLAMA_VERSION}. On a machine without a GPU, npm install --omit=optional ${PACKAGE}@${LLAMA_VERSION} @node-llama-cpp/${process.platform}-${process.arch}@${LLAMA_VERSION} leaves out some hundred megabytes (${(error as Error).message.split("\n")[0]}).`,
      { folder },
      error,
    );
  }
}

/** What to import: the address of its entry in the folder, or else its name. */
function findPackage(folder: string): string {
  try {
    return pathToFileURL(createRequire(join(folder, "package.json")).resolve(PACKAGE)).href;
  } catch {
    return PACKAGE;
  }
}
