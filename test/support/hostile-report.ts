import type { ReportData } from "../../src/report/index.ts";
import type { EvaluationResult } from "../../src/types/index.ts";
import { reportFixture } from "./report-fixture.ts";

/** Texts that would do harm in a page that does not escape; each opens with a mark that tells it apart. */
export const HOSTILE_TEXTS: readonly string[] = [
  `<script>window.owned = true</script>`,
  `"><img src=x onerror="window.owned = true">`,
  `' onmouseover='window.owned = true' x='`,
  `</style><style>body { display: none }</style>`,
  `</title></head><body onload="window.owned = true">`,
  `</svg><script>window.owned = true</script><svg onload="window.owned = true">`,
  `<a href="javascript:window.owned = true">javascript:window.owned = true</a>`,
  `<!-- --><iframe srcdoc="<script>top.owned = true</script>"></iframe>`,
  `<meta http-equiv="refresh" content="0;url=https://example.invalid/">`,
  "&lt;script&gt;window.owned = true&lt;/script&gt; &#60;b&#62;",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must stay text
  "`${globalThis.owned = true}` {{constructor.constructor('window.owned = true')()}}",
  "datum.x'] + (window.owned = true) + ['",
  "\u0000\u001b[31m\u202eevil\u2066 abc\ud800",
  "שלום עולם, כמה תפוחים נשארו?",
  "🎈".repeat(50),
  "constructor",
  "__proto__",
  "",
];

/** Fields whose values are names of our own, never texts of the data. */
const OWN_NAMES = new Set([
  "split",
  "protocol",
  "gateStrength",
  "name",
  "generatedAt",
  "choose",
  "kind",
  "source",
]);

const POINT = { costCi95: [0, 2], successCi95: [0.5, 0.9], mixedSuccess: 0.6, shares: [0.5, 0.5] } as const;

/** Costs of two candidates, whose names and unit are texts of the data. */
const TRADE: Pick<EvaluationResult, "candidates" | "frontier" | "saving" | "costPrediction"> = {
  candidates: [1, 2].map((cost) => ({
    ...{ id: `c${cost}`, promptId: "p", llm: "m", cost, latencyMs: null },
    ...{ success: 0.5 + 0.1 * cost, successCi95: [0.5, 0.8] },
  })),
  frontier: [
    { ...POINT, worth: 0, cost: 1, success: 0.6 },
    { ...POINT, worth: 5, cost: 2, success: 0.7 },
  ],
  saving: {
    ...{ atMargin: 0.01, cost: 0.5, costCi95: [0.2, 0.8], share: 0.25, success: 0, successCi95: [0, 0] },
    ...{ isNonInferior: true, openFolds: 5 },
  },
  costPrediction: { source: "logged", explained: 0.4 },
};

/** The fixture with every text of the data replaced by a hostile one, and one question of 10,000 characters. */
export function hostileReport(): ReportData {
  let next = 0;
  const replace = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      return OWN_NAMES.has(key) ? value : HOSTILE_TEXTS[next++ % HOSTILE_TEXTS.length];
    }
    if (Array.isArray(value)) return value.map((each) => replace(each, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replace(each, name)]));
  };
  const fixture = reportFixture();
  const evaluations = fixture.evaluations.map((evaluation) => ({ ...evaluation, ...TRADE }));
  const data = replace({ ...fixture, evaluations }, "") as ReportData;
  const [mistake] = data.mistakes;
  return {
    ...data,
    mistakes: [
      ...data.mistakes,
      ...HOSTILE_TEXTS.slice(0, 8).map((question) => ({ ...mistake!, question })),
      { ...mistake!, question: "long ".repeat(2000) },
    ],
  };
}
