// Keeps of a collected run what the demo needs: node scripts/keep-demo-answers.mjs RUN > demo/answers.jsonl
import { readFileSync } from "node:fs";
import { join } from "node:path";

const lines = readFileSync(join(process.argv[2], "interactions.jsonl"), "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { queryId, promptId, answer, reward } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ queryId, promptId, answer, reward })}\n`);
}
