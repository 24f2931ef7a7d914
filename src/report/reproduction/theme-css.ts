import { THEME_CSS } from "../theme-css.ts";

/** The report's style sheet, with what the reproduction adds: dense tables and long lists of figures. */
export const REPRODUCTION_CSS: string = `${THEME_CSS}
body { max-width: 62rem; }
h3 { margin-top: 2.2rem; font-size: 1.08rem; }
h3 + p { margin-bottom: .6rem; }
.table-frame table { font-size: .87rem; }
.dense tbody th { min-width: 3.2rem; }
.dense td.number, .dense thead th { padding-left: .35rem; padding-right: .35rem; }
.published { display: block; font-size: .9em; color: var(--muted); }
.outside { color: var(--caution); font-weight: 650; }
.findings { margin: 1rem 0 0; padding-left: 1.2rem; max-width: 46rem; }
.findings li { margin: 0 0 .7rem; font-size: .96rem; }
.swatch { white-space: nowrap; font-weight: 650; }
.swatch-train { color: var(--accent); }
.swatch-hybrid { color: var(--caution); }
.swatch-fixed { color: var(--neutral); }
`;
