/** Colors of the style sheet, by what they mean; they change with the color scheme. */
export const CHART_COLORS = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  accent: "var(--accent)",
  neutral: "var(--neutral)",
  caution: "var(--caution)",
  paper: "var(--paper)",
} as const;

/** Size in pixels of the charts' texts where nothing else is said. */
export const FONT_SIZE = 12;
/** Pixels a character of that size takes at most, on average, in wide system fonts: texts are laid out unmeasured. */
export const CHARACTER_WIDTH = 7.2;
