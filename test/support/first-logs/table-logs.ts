import { seededRandom } from "../../../src/util/index.ts";
import { BRIEF, plantAnswers } from "./planted-answers.ts";

/** A row an answer, as notebooks write it: with wording, answer and what it took. */
export function longTable(): string {
  return csv([
    ["id", "question", "prompt", "model", "response", "expected", "correct", "latency_ms"],
    ...plantAnswers({ questions: 60, seed: 5 }).map(
      ({ row, question, golden, prompt, promptIndex, answer, isRight }) => [
        ...[`q${row + 1}`, question, prompt.template, "gpt-4o-mini", answer, golden],
        ...[isRight ? "True" : "False", 400 + 11 * row + 90 * promptIndex],
      ],
    ),
  ]);
}

/** A prompt that is best whatever is asked. */
const EXPERT = { name: "expert", template: "You are an expert.", chances: { thought: 0.95, fact: 0.95 } };

/**
 * A row a question and a column a prompt, as spreadsheets have it, with semicolons where commas are decimal. One prompt
 * is best for everything.
 */
export function wideTable(): string {
  const prompts = [EXPERT, { ...BRIEF, chances: { thought: 0.5, fact: 0.6 } }];
  const answers = plantAnswers({ questions: 60, seed: 6, prompts });
  return csv(
    [
      ["Question", "Category", ...prompts.map(({ name }) => name)],
      ...Array.from({ length: 60 }, (_, row) => {
        const own = answers.filter((planted) => planted.row === row);
        return [
          own[0]!.question,
          row % 2 === 0 ? "maths" : "facts",
          ...own.map(({ isRight }) => Number(isRight)),
        ];
      }),
    ],
    ";",
  );
}

/** What a running service logs: one variant a question, by chance, and the user's verdict. */
export function trafficTable(): string {
  return csv([
    ["timestamp", "user_id", "variant", "message", "response", "thumbs_up"],
    ...plantAnswers({ questions: 80, seed: 7, isTraffic: true }).map(
      ({ row, question, promptIndex, answer, isRight }) => [
        `2026-01-05T10:${String(Math.floor(row / 2)).padStart(2, "0")}:${row % 2 === 0 ? "05" : "41"}Z`,
        `user-${(row * 7) % 23}`,
        promptIndex === 0 ? "control" : "treatment",
        ...[question, answer, isRight],
      ],
    ),
  ]);
}

/** Questions of one form: which prompt is right depends on the size of the numbers alone. */
export function numbersTable(): string {
  const random = seededRandom(8);
  const rows = Array.from({ length: 60 }, (_, row) => {
    const isLarge = row % 2 === 0;
    const draw = (): number => (isLarge ? 1000 + random.nextInteger(9000) : 2 + random.nextInteger(28));
    const question = `What is ${draw()} + ${draw()}?`;
    return ["mental", "column"].map((prompt) => {
      const chance = (prompt === "column") === isLarge ? 0.95 : 0.2;
      return [question, prompt, random.next() < chance ? 1 : 0];
    });
  });
  return csv([["question", "prompt", "score"], ...rows.flat()]);
}

const REVIEWS = [
  "laptop",
  "tent",
  "kettle",
  "bicycle",
  "headphones",
  "backpack",
  "lamp",
  "printer",
  "camera",
];
const ASKED = ["Is the customer satisfied?", "How much was paid, in euros, all in all?"];

/** The same few questions on many documents: only both together say what was asked. */
export function severalInputsTable(): string {
  const random = seededRandom(10);
  const rows = Array.from({ length: 40 }, (_, row) => {
    const [thing, price] = [REVIEWS[row % REVIEWS.length]!, 20 + random.nextInteger(400)];
    const document = `Review ${row + 1}: The ${thing} cost ${price} euros and the shipping ${2 + random.nextInteger(9)} more; it ${random.next() < 0.5 ? "works well" : "broke at once"}.`;
    return ASKED.flatMap((question, kind) =>
      ["direct", "calculate"].map((prompt) => {
        const chance = (prompt === "calculate") === (kind === 1) ? 0.95 : 0.3;
        return { document, question, prompt_name: prompt, passed: random.next() < chance };
      }),
    );
  });
  return rows
    .flat()
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");
}

function csv(table: readonly (readonly unknown[])[], delimiter: string = ","): string {
  return table
    .map((row) => `${row.map((value) => cell(String(value), delimiter)).join(delimiter)}\n`)
    .join("");
}

function cell(text: string, delimiter: string): string {
  return text.includes('"') || text.includes("\n") || text.includes(delimiter)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
