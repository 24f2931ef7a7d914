// From a log to a recommended prompt. Run it with Node 22.18 or newer: node examples/01-recommend-a-prompt.ts
import { fileURLToPath } from "node:url";
import { loadChooser, runPipeline } from "prompt-oirl";

// The log that ships with the package, and is simulated: one row a question, one column a prompt.
const result = await runPipeline({
  source: {
    kind: "table",
    file: fileURLToPath(new URL("../demo/simulated-log.jsonl", import.meta.url)),
    promptsFile: fileURLToPath(new URL("../demo/simulated-prompts.jsonl", import.meta.url)),
    columns: { query: "question" },
    simulated: true,
  },
  out: "example-run",
});
const argmax = result.strategies.find(({ name }) => name === "argmax");
console.log(
  `choosing by question gains ${(100 * (argmax?.uplift ?? 0)).toFixed(1)} points, 95 %: ${argmax?.upliftCi95}`,
);

const chooser = await loadChooser("example-run");
const { promptId, prompt, score, reason } = chooser.recommend("What is the capital of Fiji?");
console.log(`use ${promptId} ("${prompt}"), estimated success ${score.toFixed(2)}: ${reason}`);
