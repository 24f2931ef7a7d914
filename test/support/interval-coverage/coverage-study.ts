import { parseArgs } from "node:util";
import { measureCoverage } from "./measure-coverage.ts";
import { OBSERVATIONS, PROBLEMS } from "./simulated-problem.ts";

/**
 * How often the interval of a choice's gain holds the truth, and how wide it is beside the bootstrap's, over simulated
 * logs of every shape. Prints a line for each problem, shape and size.
 */
const { values } = parseArgs({
  options: {
    logs: { type: "string", default: "500" },
    sizes: { type: "string", default: "250,500,1000,2000" },
    json: { type: "boolean", default: false },
  },
});
const logs = Number(values.logs);
const sizes = values.sizes.split(",").map(Number);
const results = [];
if (!values.json)
  process.stdout.write(
    "problem, shape, questions: covered, width in points (bootstrap); true gain, bias in points, choices that differ\n",
  );
for (const problem of PROBLEMS)
  for (const observation of OBSERVATIONS)
    for (const questions of sizes) {
      const found = measureCoverage(problem, observation, questions, { logs, seed: 17 });
      results.push({ problem: problem.name, observation, questions, ...found });
      if (values.json) continue;
      process.stdout.write(
        `${problem.name}, ${observation}, ${questions}: ${percent(found.covered)}, ${points(found.width)} (${percent(found.bootstrapCovered)}, ${points(found.bootstrapWidth)}); ${points(found.trueGain)}, ${points(found.bias)}, ${found.moved.toFixed(0)}\n`,
      );
    }
if (values.json) process.stdout.write(`${JSON.stringify({ logs, results }, null, 2)}\n`);
else process.stdout.write(`least covered: ${percent(Math.min(...results.map(({ covered }) => covered)))}\n`);

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function points(fraction: number): string {
  return (100 * fraction).toFixed(2);
}
