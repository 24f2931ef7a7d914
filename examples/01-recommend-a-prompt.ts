// From a log to a recommended prompt. Run it with Node 22.18 or newer: node examples/01-recommend-a-prompt.ts
import { fileURLToPath } from "node:url";
import { loadChooser, runPipeline } from "prompt-oirl";

// The log that ships with the package: a small LLM's answers to everyday questions, one a line.
const demo = (name: string): string => fileURLToPath(new URL(`../demo/${name}`, import.meta.url));
const result = await runPipeline({
  source: {
    kind: "jsonl",
    file: demo("answers.jsonl"),
    queriesFile: demo("questions.jsonl"),
    promptsFile: demo("prompts.yaml"),
    llm: "SmolLM2-135M-Instruct",
  },
  out: "example-run",
});
const argmax = result.strategies.find(({ name }) => name === "argmax");
console.log(
  `choosing by question gains ${(100 * (argmax?.uplift ?? 0)).toFixed(1)} points, 95 %: ${argmax?.upliftCi95}`,
);

const chooser = await loadChooser("example-run");
const { promptId, prompt, score, reason } = chooser.recommend("What is the capital of Fiji?");
console.log(`use ${promptId} (${JSON.stringify(prompt)}), estimated success ${score.toFixed(2)}: ${reason}`);
