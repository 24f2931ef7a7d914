// A table with column names of its own, graded by comparing answers. Run it with Node 22.18 or newer.
import { writeFile } from "node:fs/promises";
import { importTable } from "prompt-oirl";

await writeFile(
  "answers.csv",
  `problem,style,llm_says,truth
"What is 12 + 30?",terse,"42","42"
"What is 12 + 30?",steps,"12 + 30 = 43","42"
"A box costs $1,200. What do two cost?",terse,"$2400","2,400"
"A box costs $1,200. What do two cost?",steps,"2 x 1,200 = 2,400 dollars","2,400"
`,
);
const summary = await importTable({
  file: "answers.csv",
  out: "own-run",
  columns: { query: "problem", prompt: "style", answer: "llm_says", goldenAnswer: "truth" },
  force: true,
});
console.log(
  `${summary.uniqueQueries} questions, ${summary.prompts} prompts, ${summary.interactions} answers`,
);
