import { basename, resolve } from "node:path";
import { UsageError } from "../../../errors.ts";
import { ChatError } from "../../chat-error.ts";
import type { ChatAnswer, ChatMessage, ChatModel, ChatRequest } from "../../chat-model.ts";
import type { Environment } from "../../endpoint.ts";
import { ggufRevision } from "./gguf-revision.ts";
import {
  type ChatWrapper,
  type HistoryItem,
  type LlamaBinding,
  type LlamaContext,
  type LlamaModel,
  type LlamaSequence,
  loadLlamaBinding,
  type Token,
} from "./llama-binding.ts";

/** A model in a file on this machine. */
export interface LocalModelOptions {
  /** Path of a GGUF file. */
  readonly model: string;
  /** Threads that compute, ≥ 1. @default what node-llama-cpp finds best: the processor's cores */
  readonly threads?: number;
  /** @default process.env */
  readonly environment?: Environment;
}

/** Names the folder whose `node_modules` holds node-llama-cpp, where that is not the working directory. */
const FOLDER_VARIABLE = "OIRL_LLAMA_FOLDER";
/** Contexts are rounded up to a multiple of this, as llama.cpp does by itself. */
const CONTEXT_STEP = 256;

/**
 * A model in this process, by node-llama-cpp, on the processor. It works on one call at a time and remembers nothing
 * between calls, so that the same request with the same seed gives the same answer, whatever came before.
 *
 * Undefined sampling means: the likeliest token (temperature 0), all of the vocabulary (top-p 1), and as many tokens
 * as the model's context holds.
 * @throws UsageError where the file is none, or no GGUF
 * @throws ConfigError where node-llama-cpp is not installed
 */
export async function localModel(options: LocalModelOptions): Promise<ChatModel> {
  const { threads, environment = process.env } = options;
  const file = resolve(options.model);
  const revision = await ggufRevision(file);
  const binding = await loadLlamaBinding(environment[FOLDER_VARIABLE] || process.cwd());
  const llama = await binding.getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: "error",
    ...(threads !== undefined && { maxThreads: threads }),
  });
  let model: LlamaModel;
  try {
    model = await llama.loadModel({ modelPath: file });
  } catch (error) {
    throw new UsageError(
      `${file} cannot be loaded as a model: ${(error as Error).message}. Is the download complete, and is its architecture known to node-llama-cpp?`,
      { file },
    );
  }
  const runner = new LocalRunner(model, findChatWrapper(binding, model), basename(file), threads);
  return {
    name: basename(file),
    provider: "local",
    revision,
    concurrency: 1,
    answer: (request) => runner.answer(request),
  };
}

/** The template inside the file; where it has none, the one node-llama-cpp takes for its architecture. */
function findChatWrapper(binding: LlamaBinding, model: LlamaModel): ChatWrapper {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  return typeof template === "string" && template !== ""
    ? new binding.JinjaTemplateChatWrapper({ template, tokenizer: model.tokenizer })
    : binding.resolveChatWrapper(model);
}

/** Answers one request after the other. */
class LocalRunner {
  private context: LlamaContext | undefined;
  private sequence: LlamaSequence | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly model: LlamaModel,
    private readonly wrapper: ChatWrapper,
    private readonly name: string,
    private readonly threads: number | undefined,
  ) {}

  answer(request: ChatRequest): Promise<ChatAnswer> {
    const turn = this.last
      .then(() => this.generate(request))
      .catch((error: unknown) => {
        if (error instanceof ChatError) throw error;
        // Most often the memory does not suffice for the context.
        throw new ChatError(
          `${this.name} failed: ${(error as Error).message}. A lower --max-tokens takes less memory.`,
          { mayBeBilled: false },
        );
      });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async generate(request: ChatRequest): Promise<ChatAnswer> {
    const isStopped = (): boolean => request.signal?.aborted === true;
    if (isStopped()) throw this.stopped();
    const deadline = performance.now() + request.timeoutMs;
    const input = this.tokenize(request.messages);
    const room = this.model.trainContextSize - input.length;
    if (room < 1)
      throw new ChatError(
        `${this.name} has a context of ${this.model.trainContextSize} tokens, and the request alone takes ${input.length}. Shorten the question, the prompt or the examples.`,
        { mayBeBilled: false },
      );
    const { temperature = 0, topP = 1, maxTokens = room } = request.sampling;
    const limit = Math.min(maxTokens, room);
    const sequence = await this.emptySequence(input.length + limit);
    const output: Token[] = [];
    const sampling = { temperature, topP, topK: 0, minP: 0, seed: request.seed ?? 0 };
    for await (const token of sequence.evaluate(input, sampling)) {
      if (isStopped()) throw this.stopped();
      if (performance.now() > deadline)
        throw new ChatError(
          `${this.name} did not answer within ${request.timeoutMs / 1000} s. Give it longer by --timeout, or limit its answers by --max-tokens.`,
          { mayBeBilled: false },
        );
      output.push(token);
      if (output.length >= limit) break;
    }
    return {
      text: this.model.detokenize(output),
      finishReason: output.length >= limit ? "length" : "stop",
      inputTokens: input.length,
      outputTokens: output.length,
    };
  }

  private tokenize(messages: readonly ChatMessage[]): Token[] {
    const history = messages.map(
      ({ role, content }): HistoryItem =>
        role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content },
    );
    // The empty turn is the one the model is to write.
    const chatHistory = [...history, { type: "model", response: [] } as const];
    const { contextText } = this.wrapper.generateContextState({ chatHistory });
    const tokens = contextText.tokenize(this.model.tokenizer);
    const { bos, shouldPrependBosToken } = this.model.tokens;
    // Some templates leave the beginning-of-text token to the tokenizer.
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  private stopped(): ChatError {
    return new ChatError(`${this.name} was stopped.`, { mayBeBilled: false });
  }

  /** A sequence with room for so many tokens; its memory grows when a request needs more. */
  private async emptySequence(tokens: number): Promise<LlamaSequence> {
    if (this.context === undefined || this.context.contextSize < tokens) {
      await this.context?.dispose();
      this.context = undefined;
      const contextSize = Math.ceil((tokens + 1) / CONTEXT_STEP) * CONTEXT_STEP;
      const { threads } = this;
      this.context = await this.model.createContext({
        contextSize,
        sequences: 1,
        ...(threads !== undefined && { threads }),
      });
      this.sequence = this.context.getSequence();
    }
    await this.sequence!.clearHistory();
    return this.sequence!;
  }
}
