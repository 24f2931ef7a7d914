// What a new prompt might be worth before anyone has paid for it. Run it with Node 22.18 or newer, after example 01.
import { writeFile } from "node:fs/promises";
import { scoreRun } from "prompt-oirl";

await writeFile("new-questions.txt", "What is the capital of Fiji?\nAdd 17 km and 25 km.\n");
// The first one stands in the log, the second one does not.
const candidates = [
  { id: "sentence", template: "{{query}}\n\nAnswer in one short, full sentence." },
  { id: "two-words", template: "{{query}}\n\nAnswer in one or two words." },
];
await writeFile("candidates.jsonl", candidates.map((prompt) => `${JSON.stringify(prompt)}\n`).join(""));
const { queryIds, promptIds, seen, rewards } = await scoreRun("example-run", {
  queriesFile: "new-questions.txt",
  promptsFile: "candidates.jsonl",
});
queryIds.forEach((queryId, row) => {
  const cells = promptIds.map(
    (id, column) => `${id} ${rewards[row]?.[column]?.toFixed(2)}${seen[column] ? "" : " (from its text)"}`,
  );
  console.log(`${queryId}: ${cells.join(", ")}`);
});
