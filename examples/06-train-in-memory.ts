// No files: answers that a program has in memory. Run it with Node 22.18 or newer: node examples/06-train-in-memory.ts
import { evaluateChooser, type LoggedAnswer, trainChooser } from "prompt-oirl";

// Sums are answered right when the LLM is to think step by step, questions of fact when it is to be brief.
const answers: LoggedAnswer[] = Array.from({ length: 80 }, (_, index) => {
  const isSum = index % 2 === 0;
  const query = isSum ? `What is ${index} + ${3 * index}?` : `Which river runs through town number ${index}?`;
  return [
    { query, prompt: "Think step by step.", llm: "small", reward: isSum, cost: 0.002 },
    { query, prompt: "Answer in one word.", llm: "small", reward: !isSum, cost: 0.0005 },
  ];
}).flat();

const { strategies, saving } = await evaluateChooser(answers);
const choosing = strategies.find(({ name }) => name === "argmax");
console.log(
  `Choosing gains ${(100 * (choosing?.uplift ?? 0)).toFixed(0)} points on questions not learned from.`,
);
console.log(`At equal success it saves ${(100 * (saving?.share ?? 0)).toFixed(0)} % of the cost.`);

const chooser = await trainChooser(answers);
for (const question of ["What is 20 + 22?", "Which river runs through town number 100?"]) {
  const { prompt, expectedCost } = chooser.recommend(question);
  console.log(`${question} → ${prompt} (about ${expectedCost} dollars)`);
}
