import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  evaluationFixture,
  evaluationWithChoice,
  manyPromptsFixture,
  reportFixture,
} from "../../test/support/report-fixture.ts";
import { renderReport } from "./render-report.ts";

const SECTIONS = ["kinds", "rests", "fixed", "mistakes", "details"];
/** What is folded under the details. */
const PARTS = ["success", "checks", "leak", "calibration", "learning", "method", "glossary"];

/** The page cut at its sections and at the parts of its details, by id. */
function splitSections(page: string): Map<string, string> {
  return new Map(
    page
      .split(/<section |<details class="fold part" /)
      .slice(1)
      .map((part) => [/^id="([^"]+)"/.exec(part)?.[1] ?? "", part]),
  );
}

/** Rendered once; most tests look at the same page. */
const rendered: string = renderReport(reportFixture());

describe("renderReport", () => {
  it("gives one small page that holds no script and names no address to load from", () => {
    const page = rendered;
    expect(page.length).toBeLessThan(400_000);
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b/i);
    expect(page).not.toMatch(/\b(?:src|srcset|xlink:href|action)=/i);
    expect(page).not.toMatch(/@import|url\(/i);
    expect([...page.matchAll(/\bhref="([^"]*)"/g)].every(([, target]) => target?.startsWith("#"))).toBe(true);
  });

  it("allows by its policy exactly its own style sheet", () => {
    const page = rendered;
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    // A style attribute would be blocked by that policy, silently.
    expect(page).not.toMatch(/\sstyle="/);
  });

  it("has every section, each linked from the top", () => {
    const page = rendered;
    expect([...splitSections(page).keys()]).toEqual([...SECTIONS, ...PARTS]);
    for (const id of SECTIONS) expect(page).toContain(`href="#${id}"`);
  });

  it("says what counted as the same question, and what to know of it", () => {
    expect(splitSections(rendered).get("method")).toContain("told apart by their text");
    const evaluations = [
      evaluationFixture({ groupedBy: "form", warnings: ["1 form holds <b>100</b> questions"] }),
      evaluationFixture({ groupedBy: "ten<b>ant" }),
    ];
    const method = splitSections(renderReport(reportFixture({ evaluations }))).get("method");
    expect(method).toContain("told apart by their form, numbers masked");
    expect(method).toContain("1 form holds &lt;b&gt;100&lt;/b&gt; questions");
    expect(method).toMatch(/told apart by (?:&quot;|")ten&lt;b&gt;ant(?:&quot;|")/);
  });

  it("marks the title, the head and every section where data are simulated, and nothing where they are not", () => {
    const simulated = renderReport(reportFixture({ simulated: true }));
    for (const id of SECTIONS)
      expect(splitSections(simulated).get(id), id).toContain("Simulated data</strong>");
    expect(simulated).toMatch(/<title>Simulated: /);
    expect(simulated.split("<section ")[0]).toContain("Simulated data</strong>");
    expect(rendered).not.toContain("Simulated data");
  });

  it("says in words what an empty report lacks", () => {
    const page = renderReport(
      reportFixture({
        evaluations: [],
        prompts: [],
        kinds: [],
        calibration: [],
        learningCurve: [],
        mistakes: [],
      }),
    );
    expect(page).toContain("Nothing has been evaluated yet");
    expect([...splitSections(page).keys()]).toEqual([
      ...SECTIONS,
      ...PARTS.filter((part) => part !== "checks"),
    ]);
    expect(page).not.toMatch(/undefined|NaN|\[object /);
  });

  it("says why a strategy has no value, and that a log without repeats brackets nothing", () => {
    const page = renderReport(reportFixture({ evaluations: [evaluationFixture({ attainable: null })] }));
    expect(splitSections(page).get("success")).toContain(
      "held-out prompts are labeled on the published test rows only",
    );
    expect(splitSections(page).get("checks")).toContain("0 of 1,744 questions were asked more than once");
  });

  it("shows what the paper's protocol would claim beside what holds on new questions", () => {
    const leak = splitSections(renderReport(reportFixture())).get("leak")?.replaceAll("\u00a0", " ");
    expect(leak).toContain("1,685 of 1,685 test questions were seen in training");
    expect(leak).toContain("It would claim +4.0 points");
    expect(leak).toContain("the gain is +1.9 points [0.9, 3.0]");
  });

  it("says how many random logs the learning curve leaves out", () => {
    for (const data of [{}, { learningCurve: [] }]) {
      const page = renderReport(reportFixture({ ...data, leftOutLogs: { leftOut: 7, drawn: 40 } }));
      expect(splitSections(page).get("learning")).toContain(
        "7 of the 40 random logs that were drawn are left out",
      );
    }
    expect(renderReport(reportFixture())).not.toContain("are left out");
  });

  it("draws a curve of one size and a calibration of one bin", () => {
    const { learningCurve, calibration } = reportFixture();
    const page = renderReport(
      reportFixture({ learningCurve: learningCurve.slice(0, 1), calibration: calibration.slice(0, 1) }),
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(splitSections(page).get("learning")?.match(/<svg/g)).toHaveLength(2);
  });

  it("gives the next step as a command, and with one prompt for everything that prompt in full", () => {
    expect(rendered).toContain("<code>npx prompt-oirl recommend my-run &quot;your question&quot;</code>");
    const fixed = evaluationWithChoice(0.001, [-0.01, 0.01], {
      gate: { openFolds: 0, folds: 5, upliftOutOfFold: 0.001, z: 0.3, reason: "" },
    });
    const page = renderReport(reportFixture({ evaluations: [fixed] })).replaceAll("\u00a0", " ");
    const head = page.split("<main>")[0];
    expect(head).toContain("a gain above 1.0 points is excluded");
    expect(head).toContain("The answer is:");
    expect(head).toContain("<code>npx prompt-oirl propose --help</code>");
  });

  it("takes its headline from the chooser that was trained", () => {
    const head = renderReport(
      reportFixture({ trainedGate: { open: false, reason: "too few questions" } }),
    ).split("<main>")[0];
    expect(head).toContain("for everything for now");
    expect(head).not.toContain("recommend my-run");
  });

  it("has one gain at the top, and the bound never in the winner's color", () => {
    const [head = ""] = rendered.split("<main>");
    const gains = [...head.replaceAll("\u00a0", " ").matchAll(/\+\d+\.\d points/g)].map(([gain]) => gain);
    expect(new Set(gains)).toEqual(new Set(["+1.9 points"]));
    expect(head).toMatch(/figure-bound.*any prompt right/);
    expect(head).not.toMatch(/oracle|argmax|fixed prompt|\bpp\b/);
  });

  it("says of each kind of question what the chooser takes, how often, and what it gains", () => {
    const kinds = splitSections(rendered).get("kinds")?.replaceAll("\u00a0", " ") ?? "";
    const row = /<tr[^>]*>(?:(?!<\/tr>)[\s\S])*decimal number[\s\S]*?<\/tr>/.exec(kinds)?.[0] ?? "";
    expect(row.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ")).toMatch(
      /decimal number, \$, cost, each.*CoT 58 % nan 40 % 371.*\+6\.1 points \[2\.0, 10\.2\]/,
    );
    const others = {
      questions: 31,
      choice: { prompts: [{ promptId: "nan", share: 1 }], gain: null, gainCi95: null },
    };
    const page = renderReport(reportFixture({ otherQuestions: others }));
    expect(splitSections(page).get("kinds")).toMatch(/other questions[\s\S]*not known/);
  });

  it("shows beside mistakes what was expected and what the LLM said", () => {
    const mistakes = splitSections(rendered).get("mistakes") ?? "";
    for (const text of ["17", "The answer is 18.", "9 + 8 = 17, so they have 17 yellow balloons."])
      expect(mistakes).toContain(`>${text}</span>`);
  });

  it("explains a term where it stands", () => {
    expect(splitSections(rendered).get("rests")).toMatch(
      /what is this\?<span class="for-readers"> \(unlike the log\)<\/span><\/summary><span class="meaning">Questions that resemble/,
    );
  });

  it("names no command that fails: a log without published parts has no paper's protocol", () => {
    const leak = splitSections(renderReport(reportFixture({ evaluations: [evaluationFixture()] }))).get(
      "leak",
    );
    expect(leak).not.toContain("oirl evaluate");
    expect(leak).toContain("does not mark published train and test rows");
  });

  it("cuts a gate's reason after a whole word", () => {
    const gate = { ...evaluationFixture().gate, reason: "wide margins ".repeat(60) };
    const method = splitSections(
      renderReport(reportFixture({ evaluations: [evaluationFixture({ gate })] })),
    ).get("method");
    const shown = /wide margins [^<]*/.exec(method ?? "")?.[0] ?? "";
    expect(shown.length).toBeGreaterThan(550);
    expect(shown).toMatch(/ (?:wide|margins) …$/);
  });

  it("shows the fixed prompt, every kind's winner and the best others of many prompts, and counts the rest", () => {
    const parts = splitSections(renderReport(manyPromptsFixture()));
    const kinds = parts.get("kinds") ?? "";
    const columns = [...kinds.matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/g)].map(([, title]) =>
      title?.replaceAll(/<[^>]*>/g, ""),
    );
    // After those of what the chooser takes.
    expect(columns.slice(4, 9)).toEqual([
      "Kind",
      "Questions",
      "nan",
      "prompt_number_118",
      "prompt_number_119",
    ]);
    expect(columns).toHaveLength(4 + 2 + 8);
    expect(kinds.match(/aria-label="best"/g)).toHaveLength(5);
    expect(kinds).toContain("112 further training prompts left out");
    const [table, folded] = (parts.get("fixed") ?? "").split("<details>");
    expect(table?.match(/<th scope="row"/g)).toHaveLength(6);
    expect(table).toContain(">nan</code>");
    expect(folded).toContain("<summary>114 further prompts");
    expect(folded?.match(/<th scope="row"/g)).toHaveLength(114);
  });

  it("counts one prompt as one", () => {
    const base = reportFixture();
    const page = renderReport({ ...base, prompts: base.prompts.slice(0, 1) });
    expect(page).toContain("1,744 questions, 1 prompt <");
  });

  it("stays small on a log of very many prompts and very long texts", () => {
    const base = reportFixture();
    const prompts = Array.from({ length: 500 }, (_, index) => ({
      ...base.prompts[0]!,
      id: `prompt ${index} ${"x".repeat(1000)}`,
      template: "word ".repeat(20_000),
    }));
    const kinds = base.kinds.map((kind) => ({
      ...kind,
      keywords: ["k".repeat(10_000)],
      examples: new Array<string>(50).fill("q".repeat(100_000)),
      promptSuccess: prompts.map(() => 0.5),
    }));
    expect(renderReport({ ...base, prompts, kinds }).length).toBeLessThan(1_000_000);
  });

  it("is the same every time", () => {
    expect(renderReport(reportFixture())).toBe(rendered);
  });
});
