/** How a judge is asked: each criterion met or not, a grade from 1 to 10, or which of two answers is better. */
export type JudgeMode = "rubric" | "score" | "pairwise";

/** Marks of emphasis and quotation that models put around a verdict. */
const LINE_DECORATION = "[*_`\"' \\t]*";
/** As above with line ends; tried at every line of a long reply it would take the square of its length. */
const DECORATION = /^[*_`"'\s]+/;
/** Found from its beginning only, so that a long stretch of them in the middle is not tried at each character. */
const ENDING = /(?<![*_`"'\s.])[*_`"'\s.]+$/;
const NAMES: Readonly<Record<JudgeMode, string>> = { rubric: "VERDICT", score: "SCORE", pairwise: "WINNER" };
const LOWEST = 1;
const HIGHEST = 10;

/** The line a judge is asked to end with, as an example. */
export function verdictForm(mode: JudgeMode, criteria: number): string {
  switch (mode) {
    case "rubric":
      return `VERDICT: ${Array(criteria).fill("yes").join(", ")}`;
    case "score":
      return "SCORE: 7";
    case "pairwise":
      return "WINNER: A";
  }
}

/**
 * What a judge's reply says: the share of the criteria that are met, the grade from 1 to 10 brought to [0, 1], or 1, 0.5
 * and 0 where the first of two answers is better, as good and worse.
 *
 * Only a line of the form asked for counts, or a reply that is nothing but the value. Where there is neither, a line is
 * malformed, or several say different things, the verdict cannot be read, and it is never guessed.
 * @param criteria of the rubric, ≥ 1
 * @returns null where it cannot be read
 */
export function readVerdict(mode: JudgeMode, reply: string, criteria: number): number | null {
  const line = new RegExp(`^${LINE_DECORATION}${NAMES[mode]}${LINE_DECORATION}:(.*)$`, "gim");
  let found: number | null = null;
  const lines = [...reply.matchAll(line)];
  if (lines.length === 0) return readValue(mode, bare(reply), criteria);
  for (const [, stated] of lines) {
    const value = readValue(mode, bare(stated!), criteria);
    if (value === null || (found !== null && value !== found)) return null;
    found = value;
  }
  return found;
}

function readValue(mode: JudgeMode, stated: string, criteria: number): number | null {
  switch (mode) {
    case "rubric": {
      const words = stated.split(",").map(bare);
      if (words.length !== criteria || words.some((word) => word !== "yes" && word !== "no")) return null;
      return words.filter((word) => word === "yes").length / criteria;
    }
    case "score": {
      const grade = /^(\d{1,2})(?: ?\/ ?10)?$/.exec(stated);
      const value = grade === null ? Number.NaN : Number(grade[1]);
      return value >= LOWEST && value <= HIGHEST ? (value - LOWEST) / (HIGHEST - LOWEST) : null;
    }
    case "pairwise":
      if (stated === "tie") return 0.5;
      return stated === "a" ? 1 : stated === "b" ? 0 : null;
  }
}

/** Without decoration and a full stop around it. */
function bare(text: string): string {
  return text.replace(DECORATION, "").replace(ENDING, "").toLowerCase();
}
