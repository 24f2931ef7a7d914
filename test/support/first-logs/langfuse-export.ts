import { BRIEF, hexHash, plantAnswers, STEPS } from "./planted-answers.ts";

/** A scheduled export of Langfuse: traces, observations and scores in a folder each; every question has one version. */
export function langfuseExport(): Record<string, string> {
  const answers = plantAnswers({ questions: 64, seed: 4, prompts: [STEPS, BRIEF], isTraffic: true });
  const project = { project_id: "cm5projectxyz", environment: "production" };
  const parts = answers.map(({ row, question, prompt, promptIndex, answer, isRight }) => {
    const trace = hexHash(`trace ${row}`, 32);
    const observation = hexHash(`observation ${row}`, 16);
    const time = `2026-01-05 10:${String(Math.floor(row / 60) + 10)}:${String(row % 60).padStart(2, "0")}.000000`;
    return {
      traces: {
        ...{ id: trace, timestamp: time, name: "answer-question", ...project, user_id: `user-${row % 9}` },
        ...{ session_id: null, release: null, version: null, tags: [], metadata: {}, bookmarked: false },
      },
      observations: {
        ...{ id: observation, trace_id: trace, ...project, type: "GENERATION", name: "llm-call" },
        ...{ start_time: time, end_time: time, level: "DEFAULT", status_message: null, metadata: {} },
        input: JSON.stringify([
          { role: "system", content: prompt.template },
          { role: "user", content: question },
        ]),
        output: JSON.stringify({ role: "assistant", content: answer }),
        provided_model_name: "gpt-4o-mini-2024-07-18",
        model_parameters: JSON.stringify({ temperature: 0 }),
        usage_details: { input: 40, output: 5, total: 45 },
        cost_details: { input: 0.000006, output: 0.000003, total: 0.000009 },
        total_cost: 0.000009,
        latency: 0.4,
        prompt_name: "answer-question",
        prompt_version: promptIndex + 1,
      },
      scores: {
        ...{ id: hexHash(`score ${row}`, 32), timestamp: time, ...project, trace_id: trace },
        ...{ observation_id: null, name: "user-feedback", value: isRight ? 1 : 0, source: "API" },
        ...{ comment: null, data_type: "BOOLEAN", string_value: isRight ? "True" : "False" },
      },
    };
  });
  const lines = (part: "traces" | "observations" | "scores"): string =>
    parts.map((row) => `${JSON.stringify(row[part])}\n`).join("");
  return {
    "export/traces/2026-01-05.jsonl": lines("traces"),
    "export/observations/2026-01-05.jsonl": lines("observations"),
    "export/scores/2026-01-05.jsonl": lines("scores"),
  };
}
