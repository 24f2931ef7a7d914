// The chosen prompt in an app, by one line of middleware. Run it with Node 22.18 or newer, after example 01.
import { generateText, wrapLanguageModel } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { loadChooser } from "prompt-oirl";
import { choosePrompt, METADATA_KEY } from "prompt-oirl/ai-sdk";

// Stands for your provider's model, such as openai("gpt-4.1-mini").
const llm = new MockLanguageModelV3({
  doGenerate: async ({ prompt }) => {
    console.log(`the LLM was asked: ${JSON.stringify(prompt)}`);
    return {
      content: [{ type: "text", text: "Suva" }],
      finishReason: { unified: "stop", raw: undefined },
      usage: {
        inputTokens: { total: 9, noCache: 9, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      },
      warnings: [],
    };
  },
});

const chooser = await loadChooser("example-run");
const model = wrapLanguageModel({ model: llm, middleware: choosePrompt({ chooser }) });
const { text, providerMetadata } = await generateText({ model, prompt: "What is the capital of Fiji?" });
const choice = providerMetadata?.[METADATA_KEY];
console.log(
  `prompt ${choice?.promptId} was chosen, estimated success ${Number(choice?.score).toFixed(2)}: ${text}`,
);
