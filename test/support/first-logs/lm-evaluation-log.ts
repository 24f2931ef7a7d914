import { BRIEF, type FirstPrompt, hexHash, plantAnswers, STEPS } from "./planted-answers.ts";

const TIME = "2026-01-05T10-00-00.000001";

/** `lm_eval --log_samples --output_path output`: a task a prompt, two filters an answer, the results beside them. */
export function lmEvaluationLogs(): Record<string, string> {
  const folder = "output/meta-llama__Llama-3.2-1B-Instruct";
  const prompts = [STEPS, BRIEF];
  const samples = prompts.map((prompt) => [
    `${folder}/samples_everyday_${prompt.name}_${TIME}.jsonl`,
    sampleLines(prompt),
  ]);
  const results = {
    results: Object.fromEntries(
      prompts.map(({ name }) => [
        `everyday_${name}`,
        { alias: `everyday_${name}`, "exact_match,strict-match": 0.3, "exact_match,flexible-extract": 0.6 },
      ]),
    ),
    configs: {},
    "n-shot": {},
    model_name: "meta-llama/Llama-3.2-1B-Instruct",
  };
  return Object.fromEntries([
    ...samples,
    [`${folder}/results_${TIME}.json`, JSON.stringify(results, null, 2)],
  ]);
}

function sampleLines(prompt: FirstPrompt): string {
  return plantAnswers({ questions: 40, seed: 3 })
    .filter((planted) => planted.prompt === prompt)
    .flatMap(({ row, question, golden, answer, isRight }) => {
      const asked = `${prompt.template}\nQuestion: ${question}\nAnswer:`;
      // The strict filter wants a form that a third of the answers do not have.
      return ["strict-match", "flexible-extract"].map((filter) => {
        const isMissed = filter === "strict-match" && row % 3 === 0;
        return {
          doc_id: row,
          doc: { question, answer: golden },
          target: golden,
          arguments: { gen_args_0: { arg_0: asked, arg_1: { until: ["\n\n"], do_sample: false } } },
          resps: [[` ${answer}`]],
          filtered_resps: [isMissed ? "[invalid]" : answer],
          filter,
          metrics: ["exact_match"],
          doc_hash: hexHash(question),
          prompt_hash: hexHash(asked),
          target_hash: hexHash(golden),
          exact_match: isRight && !isMissed ? 1 : 0,
        };
      });
    })
    .map((sample) => `${JSON.stringify(sample)}\n`)
    .join("");
}
