import { BRIEF, type FirstPrompt, plantAnswers, STEPS, uuid } from "./planted-answers.ts";

/** `inspect eval everyday.py -T style=… --log-format json`, once a style: a folder `logs`. */
export function inspectLogs(): Record<string, string> {
  return Object.fromEntries(
    [STEPS, BRIEF].map((prompt, index) => [
      `logs/2026-01-05T10-0${index}-00+00-00_everyday_${uuid(prompt.name).slice(0, 8)}.json`,
      JSON.stringify(inspectLog(prompt), null, 1),
    ]),
  );
}

function inspectLog(prompt: FirstPrompt): object {
  const answers = plantAnswers({ questions: 40, seed: 2 }).filter((planted) => planted.prompt === prompt);
  const model = "openai/gpt-4o-mini";
  return {
    version: 2,
    status: "success",
    eval: {
      eval_id: uuid(`eval ${prompt.name}`),
      run_id: uuid(`run ${prompt.name}`),
      created: "2026-01-05T10:00:00+00:00",
      task: "everyday",
      task_id: uuid(`task ${prompt.name}`),
      task_version: 0,
      task_file: "everyday.py",
      task_args: { style: prompt.name },
      dataset: { name: "everyday", samples: answers.length, shuffled: false },
      model,
      model_args: {},
      config: { epochs: 1 },
      packages: { inspect_ai: "0.3.285" },
      scorers: [{ name: "includes" }],
    },
    plan: { name: "plan", steps: [{ solver: "generate", params: {} }], config: {} },
    results: { total_samples: answers.length, completed_samples: answers.length, scores: [] },
    stats: { started_at: "2026-01-05T10:00:00+00:00", completed_at: "2026-01-05T10:01:00+00:00" },
    samples: answers.map(({ row, question, golden, answer, isRight }) => ({
      id: row + 1,
      epoch: 1,
      input: question,
      target: golden,
      messages: [
        { role: "system", content: prompt.template },
        { role: "user", content: question, source: "input" },
        { role: "assistant", content: answer, source: "generate", model },
      ],
      output: {
        model,
        choices: [{ message: { role: "assistant", content: answer }, stop_reason: "stop" }],
        completion: answer,
        usage: { input_tokens: 40, output_tokens: 5, total_tokens: 45 },
      },
      scores: { includes: { value: isRight ? "C" : "I", answer, history: [] } },
      metadata: {},
      store: {},
      events: [],
      total_time: 0.4,
      uuid: uuid(`sample ${prompt.name} ${row}`),
    })),
  };
}
