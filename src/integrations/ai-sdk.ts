import type {
  LanguageModelV3CallOptions,
  LanguageModelV3FilePart,
  LanguageModelV3Message,
  LanguageModelV3Middleware,
  LanguageModelV3StreamPart,
  LanguageModelV3TextPart,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import type { ChatMessage } from "../llm/index.ts";
import type { Chooser, RenderedRecommendation, RenderSettings } from "../pipeline/index.ts";
import type { QueryFeatures } from "../types/index.ts";

/** Name under which the choice stands in provider metadata, and settings of one call in provider options. */
export const METADATA_KEY = "prompt-oirl";

/** How prompts are chosen for an app's calls. */
export interface PromptChoiceOptions extends RenderSettings {
  /** Of `loadChooser`, from a run or from bytes. */
  readonly chooser: Pick<Chooser, "recommendMany">;
  /** What is known of the question besides its text, as it was logged. */
  readonly features?: QueryFeatures | undefined;
  /** AI SDK 6 wants v3, AI SDK 7 v4; what this middleware touches is alike in both. @default "v3" */
  readonly specificationVersion?: "v3" | "v4" | undefined;
  /**
   * Told of every choice: to log it beside the outcome. It is waited for, and what it throws fails the call.
   */
  readonly onChoice?: (choice: RenderedRecommendation, question: string) => void | Promise<void>;
}

/** A choice as provider metadata hold it. */
export interface RecordedChoice {
  readonly promptId: string;
  readonly score: number;
  readonly fixedPromptId: string;
  readonly queryDependent: boolean;
}

/**
 * Middleware of the AI SDK that puts the prompt chosen for the question in place of the question: the
 * last message of the user. Its system message and its examples come before the conversation, which stays; so do files
 * beside the question, tools, provider options and everything else of the call. A call without a text of the user's
 * passes as it is.
 *
 * The choice stands in provider metadata, under `prompt-oirl`. A stream's parts are passed on as they are, but for this
 * entry in the last one.
 * @typeParam Middleware the type of the AI SDK's own, where that is not of specification v3:
 * `choosePrompt<LanguageModelMiddleware>({ chooser, specificationVersion: "v4" })`
 * @throws DataError where a template's variable has no value
 * @example
 * const model = wrapLanguageModel({ model: openai("gpt-4.1-mini"), middleware: choosePrompt({ chooser }) });
 */
export function choosePrompt<Middleware = LanguageModelV3Middleware>({
  specificationVersion = "v3",
  ...options
}: PromptChoiceOptions): Middleware {
  const choices = new WeakMap<LanguageModelV3CallOptions, RecordedChoice>();
  const metadataWith = (
    params: LanguageModelV3CallOptions,
    metadata: SharedV3ProviderMetadata | undefined,
  ): { readonly providerMetadata?: SharedV3ProviderMetadata } => {
    const choice = choices.get(params);
    return choice === undefined ? {} : { providerMetadata: { ...metadata, [METADATA_KEY]: { ...choice } } };
  };
  const middleware: Omit<LanguageModelV3Middleware, "specificationVersion"> = {
    async transformParams({ params }) {
      const { chooser, features, onChoice, ...rendering } = options;
      const place = params.prompt.findLastIndex(({ role }) => role === "user");
      const question = place < 0 ? "" : readText(params.prompt[place]!);
      if (question.trim() === "") return params;
      const [choice] = await chooser.recommendMany([question], { features: [features], ...rendering });
      const prompt = putIn(choice!.messages, params.prompt, place);
      await onChoice?.(choice!, question);
      const { promptId, score, fixedPromptId, queryDependent } = choice!;
      const transformed = { ...params, prompt };
      choices.set(transformed, { promptId, score, fixedPromptId, queryDependent });
      return transformed;
    },
    async wrapGenerate({ doGenerate, params }) {
      const result = await doGenerate();
      return { ...result, ...metadataWith(params, result.providerMetadata) };
    },
    async wrapStream({ doStream, params }) {
      const result = await doStream();
      if (!choices.has(params)) return result;
      const record = new TransformStream<LanguageModelV3StreamPart, LanguageModelV3StreamPart>({
        transform(part, controller) {
          controller.enqueue(
            part.type === "finish" ? { ...part, ...metadataWith(params, part.providerMetadata) } : part,
          );
        },
      });
      return { ...result, stream: result.stream.pipeThrough(record) };
    },
  };
  return { specificationVersion, ...middleware } as Middleware;
}

/** The texts of a message, a line each. */
function readText({ content }: LanguageModelV3Message): string {
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** @param place of the question's message in the conversation */
function putIn(
  rendered: readonly ChatMessage[],
  conversation: readonly LanguageModelV3Message[],
  place: number,
): LanguageModelV3Message[] {
  const asked = conversation[place] as LanguageModelV3Message & { role: "user" };
  const isSystem = ({ role }: { readonly role: string }): boolean => role === "system";
  const firstOther = conversation.findIndex((message) => !isSystem(message));
  const last: LanguageModelV3Message = {
    ...asked,
    content: withText(asked.content, rendered.at(-1)!.content),
  };
  return [
    ...conversation.slice(0, firstOther),
    ...rendered.slice(0, -1).map(toMessage),
    ...conversation.slice(firstOther, place),
    last,
    ...conversation.slice(place + 1),
  ];
}

type UserPart = LanguageModelV3TextPart | LanguageModelV3FilePart;

/** A message's content with one text in place of its texts, where the first of them stood; files stay. */
function withText(content: readonly UserPart[], text: string): UserPart[] {
  const first = content.findIndex(({ type }) => type === "text");
  return content.flatMap((part, position): UserPart[] => {
    if (part.type !== "text") return [part];
    return position === first ? [{ ...part, text }] : [];
  });
}

function toMessage({ role, content }: ChatMessage): LanguageModelV3Message {
  return role === "system" ? { role, content } : { role, content: [{ type: "text", text: content }] };
}
