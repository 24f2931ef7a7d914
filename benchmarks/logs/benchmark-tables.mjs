import { PEERS } from "./run-peers.mjs";

const BEGIN = "<!-- bench:logs begin -->";
const END = "<!-- bench:logs end -->";
const TITLES = {
  safe: "**prompt-oirl, `safe`**",
  argmax: "prompt-oirl, `argmax`",
  ...Object.fromEntries(Object.entries(PEERS).map(([name, { title }]) => [name, title])),
  "task-known": "*task known*",
  oracle: "*oracle*",
};
const SHAPES = { complete: "All answers", one: "One random answer a question" };
const signed = (value, digits = 2) =>
  Number.isFinite(value) ? `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}` : "–";
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** The page with what stands between the two marks replaced. */
export function replaceTables(page, text) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`the page needs the lines "${BEGIN}" and "${END}"`);
  return `${page.slice(0, begin + BEGIN.length)}\n${text}\n${page.slice(end)}`;
}

/** A result of the benchmark as Markdown. */
export function benchmarkTables({ machine, seeds, logs, means, rules }) {
  const { date, commit, node, cores, processor, memoryGb } = machine;
  const sections = Object.keys(means).flatMap((shape) => [
    `### ${SHAPES[shape]}`,
    gainTable(logs, means[shape], shape),
    comparisonTable(logs, shape),
    usageTable(logs, shape),
  ]);
  const chosenBy = Object.entries(rules).map(
    ([shape, rule]) =>
      `${SHAPES[shape].toLowerCase()}: ${Object.entries(rule)
        .map(([name, by]) => `${PEERS[name].title} by ${by}`)
        .join(", ")}`,
  );
  return [
    `Measured ${date} at commit ${commit}, Node ${node}, ${cores} cores of ${processor}, ${memoryGb} GB; seeds ${seeds.join(", ")}.`,
    logsTable(logs),
    ...sections,
    `Settings chosen by the smaller contrast loss or the larger gain, whichever gains more on average; ${chosenBy.join("; ")}.`,
  ].join("\n\n");
}

function logsTable(logs) {
  return table(
    ["log", "questions", "groups", "prompts", "tasks"],
    logs.map(({ name, questions, groups, prompts, tasks }) => [
      name,
      questions,
      groups,
      prompts,
      tasks ?? "–",
    ]),
  );
}

const listMethods = (logs, shape) =>
  Object.keys(TITLES).filter((name) => logs.some((log) => log.shapes[shape].methods[name] !== undefined));

function gainTable(logs, means, shape) {
  const cell = (method) =>
    method === undefined
      ? "–"
      : `${signed(method.gain)}${method.ci95 === null ? "" : ` [${method.ci95.map((bound) => signed(bound, 1)).join(", ")}]`}`;
  const rows = listMethods(logs, shape).map((name) => [
    TITLES[name],
    ...logs.map((log) => cell(log.shapes[shape].methods[name])),
    name in means ? signed(means[name]) : "–",
  ]);
  const gates = logs.map(({ shapes }) => `${shapes[shape].reported.openFolds}`);
  const estimates = logs.map(({ shapes }) => cell(findEstimate(shapes[shape].reported)));
  return `Gain over the fixed prompt, points [95 %]:\n\n${table(
    ["", ...logs.map(({ name }) => name), "mean"],
    [
      ...rows,
      ["gate open, folds of all seeds", ...gates, ""],
      ["`safe` as the product estimates it", ...estimates, ""],
    ],
  )}`;
}

const findEstimate = ({ safe }) => (safe === null ? undefined : { gain: safe.uplift, ci95: safe.ci95 });

function comparisonTable(logs, shape) {
  const comparisons = logs.map((log) => log.shapes[shape].comparison);
  const names = Object.keys(PEERS).filter((name) => comparisons.some((one) => one[name] !== undefined));
  const notes = logs.flatMap(({ name, shapes }) =>
    shapes[shape].comparison.reason === undefined ? [] : [`${name}: ${shapes[shape].comparison.reason}.`],
  );
  const cell = (one) => {
    if (one === undefined) return "–";
    const text = `${signed(one.difference)}, p ${one.holm < 0.001 ? "< .001" : one.holm > 0.999 ? "1" : one.holm.toFixed(3).slice(1)}`;
    return one.holm < 0.05 ? `**${text}**` : text;
  };
  const rows = names.map((name) => [TITLES[name], ...comparisons.map((one) => cell(one[name]))]);
  const paired =
    rows.length === 0
      ? []
      : [
          `\`${logs[0].shapes[shape].compared}\` minus each peer, points, Holm's p (bold below .05):\n\n${table(["", ...logs.map(({ name }) => name)], rows)}`,
        ];
  return [
    ...paired,
    ...(notes.length === 0 ? [] : [`Not compared question by question: ${notes.join(" ")}`]),
  ].join("\n\n");
}

function usageTable(logs, shape) {
  const cell = (method) =>
    method?.seconds === undefined ? "–" : `${method.seconds.toFixed(1)} s, ${method.peakMemoryMb} MB`;
  const rows = listMethods(logs, shape)
    .filter((name) => !["argmax", "oracle", "task-known"].includes(name))
    .map((name) => [TITLES[name], ...logs.map((log) => cell(log.shapes[shape].methods[name]))]);
  return `Processor time of one evaluation (five folds, everything chosen inside them), and peak memory:\n\n${table(["", ...logs.map(({ name }) => name)], rows)}`;
}
