/**
 * The report's style sheet: colors by meaning for both schemes, then the page from top to bottom, then telephones
 * and paper. Text and its ground differ by at least 4.5 : 1 in both schemes.
 */
const COLORS_LIGHT = `
  --paper: #fbfaf6; --panel: #f3f0e8; --ink: #1d1c19; --muted: #5d584d; --line: #dcd7ca;
  --accent: #0b6b64; --accent-soft: #d9ece7; --neutral: #6b675d; --caution: #a33c0b; --caution-soft: #fbe6d6;
  --shade: 11, 107, 100;`;

const COLORS_DARK = `
  --paper: #15171a; --panel: #1e2125; --ink: #eceae4; --muted: #aeaaa0; --line: #363a40;
  --accent: #5fd3c4; --accent-soft: #17403c; --neutral: #a8a499; --caution: #ffa36b; --caution-soft: #4a2410;
  --shade: 95, 211, 196;`;

/** Ten steps of the accent behind a figure; light enough that text stays readable on the strongest. */
const SHADES = Array.from(
  { length: 10 },
  (_, step) => `.shade-${step} { background: rgba(var(--shade), ${(0.03 + step * 0.045).toFixed(3)}); }`,
).join("\n");

/** The whole style sheet. */
export const THEME_CSS: string = `
:root { color-scheme: light dark; ${COLORS_LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${COLORS_DARK} } }

* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 55rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
p { margin: 0 0 1rem; max-width: 44rem; text-wrap: pretty; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font: .92em/1.3 ui-monospace, "Cascadia Mono", Menlo, "Liberation Mono", monospace; }
code.prompt {
  padding: .06em .35em; border-radius: .3em; background: var(--panel); border: 1px solid var(--line);
  unicode-bidi: isolate;
}
.untrusted { unicode-bidi: isolate; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }

.masthead { padding: 1.6rem 0 1rem; }
.kicker { margin: 0; font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--muted); }
.kicker span { color: var(--accent); font-weight: 700; }
.subject { margin: .2rem 0 1.2rem; max-width: none; color: var(--muted); font-size: .95rem; }
h1, h2 { font-family: ui-serif, Charter, "Iowan Old Style", Georgia, "Liberation Serif", serif; text-wrap: balance; }
h1 { margin: 0 0 1rem; font-size: clamp(1.7rem, 1.2rem + 2.6vw, 2.6rem); line-height: 1.18; font-weight: 600; letter-spacing: -.01em; }
h1 code.prompt { font-size: .82em; }
.detail { font-size: 1.06rem; }
.next { margin: 0 0 .6rem; padding: .6rem 1rem; max-width: none; border-radius: .4rem; background: var(--panel); font-size: .95rem; }
.reading { font-size: .85rem; color: var(--muted); }
.badge {
  display: inline-block; padding: .1rem .5rem; border-radius: .3rem; font: 700 .72rem/1.5 system-ui, sans-serif;
  letter-spacing: .03em; text-transform: uppercase; vertical-align: middle; color: var(--caution);
  background: var(--caution-soft); border: 1px dashed currentColor;
}
.figures {
  display: grid; grid-template-columns: repeat(3, 1fr); margin: 1.4rem 0 .6rem; border-top: 2px solid var(--ink);
  border-bottom: 1px solid var(--line);
}
.figures > div { padding: .8rem .9rem 1rem; border-left: 1px solid var(--line); }
.figures > div:first-child { padding-left: 0; border-left: 0; }
.figures dt { min-height: 1.7em; font-size: .85rem; color: var(--muted); }
.figures .remark { display: block; font-style: italic; }
.figures .figure-choosing .value { color: var(--accent); }
.figures .figure-bound .value { color: var(--muted); font-weight: 400; }
.figures dd { margin: 0; }
.figures .value { font-size: 1.55rem; line-height: 1.35; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -.02em; white-space: nowrap; }
.figures .note { font-size: .82rem; line-height: 1.4; color: var(--muted); }

nav { position: sticky; top: 0; z-index: 2; margin: 0 -1.25rem; padding: .5rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0; padding: 0; list-style: none; font-size: .88rem; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }

section { padding: 1.6rem 0 .4rem; scroll-margin-top: 2rem; }
section + section { border-top: 1px solid var(--line); }
h2 { margin: 0 0 .8rem; font-size: 1.6rem; line-height: 1.25; font-weight: 600; }
h3 { margin: 0 0 .2rem; font-size: 1rem; line-height: 1.4; }
.finding { padding-left: 1rem; border-left: 3px solid var(--accent); font-size: 1.08rem; }
.empty { padding: .9rem 1.1rem; border-radius: .4rem; background: var(--panel); color: var(--muted); }

.chart { margin: 1.4rem 0; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart-narrow { display: none; }
figcaption { margin-top: .6rem; max-width: 44rem; font-size: .85rem; line-height: 1.5; color: var(--muted); }
.key { white-space: nowrap; }
.key-ours { color: var(--accent); }
.key-leaking { color: var(--caution); }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(min-content, 19rem); gap: 0 2rem; align-items: start; }

.table-frame { margin: .8rem 0; overflow-x: auto; }
table { overflow-wrap: break-word; width: 100%; border-collapse: collapse; font-size: .9rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 .5rem; text-align: left; text-wrap: balance; font-size: .85rem; color: var(--muted); }
thead th { padding: .3rem .6rem; border-bottom: 2px solid var(--ink); text-align: left; vertical-align: bottom; font-weight: 600; }
tbody th, tbody td { padding: .5rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
tbody th { min-width: 9rem; font-weight: 600; }
td:not(.number) { min-width: 11rem; overflow-wrap: anywhere; }
.interval { display: block; font-size: .92em; color: var(--muted); }
tr.emphasis .interval { color: inherit; }
thead th:first-child, tbody th { padding-left: .4rem; }
th.number, td.number { text-align: right; }
td.number, .interval { white-space: nowrap; }
#kinds thead th { min-width: 4rem; padding-left: .3rem; padding-right: .3rem; font-size: .78rem; overflow-wrap: anywhere; }
thead .whole { overflow-wrap: normal; }
summary { padding: .4rem 0; color: var(--accent); cursor: pointer; }
summary h3 { display: inline; }
.part { border-bottom: 1px solid var(--line); }
.part[open] { padding-bottom: 1rem; }
.what, .what summary { display: inline; }
.what summary { padding: 0; font-size: .82rem; color: var(--muted); text-decoration: underline dotted; text-underline-offset: .2em; white-space: nowrap; list-style: none; }
.what summary::-webkit-details-marker { display: none; }
.what .meaning { display: block; max-width: 44rem; margin: .3rem 0 .5rem; padding: .5rem .8rem; border-radius: .4rem; background: var(--panel); font-size: .9rem; line-height: 1.5; color: var(--ink); white-space: normal; }
.for-readers { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
.lead { margin: 0 0 .6rem; max-width: 44rem; }
.facts { margin: .4rem 0 1rem; }
.facts > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); font-size: .95rem; }
.facts > div:last-child { border-bottom: 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; max-width: 44rem; }
.taken { display: inline-block; margin-right: .6rem; white-space: nowrap; }
.muted { color: var(--muted); }
.answer { display: block; margin: .15rem 0 .3rem; padding: .2rem .6rem; border-radius: .3rem; background: var(--panel); font-size: .9em; line-height: 1.45; }
tr.emphasis th, tr.emphasis td { background: var(--accent-soft); }
.what-it-is, .why { display: block; font-size: .91em; font-weight: 400; color: var(--muted); }
tr.emphasis .what-it-is { color: var(--ink); }
.better { font-weight: 700; color: var(--accent); }
tr.emphasis .better { color: inherit; }
.leaking { color: var(--caution); }
.shade { display: block; margin: -.2rem -.3rem; padding: .2rem .3rem; border-radius: .2rem; }
${SHADES}

blockquote { margin: .5rem 0; padding: .1rem 0 .1rem .9rem; border-left: 2px solid var(--line); color: var(--muted); font-size: .93rem; line-height: 1.5; }
.kinds, .mistakes { margin: 1.4rem 0; padding: 0; list-style: none; counter-reset: item; }
.kinds { columns: 2; column-gap: 2rem; }
.kinds > li, .mistakes > li { counter-increment: item; position: relative; padding: 0 0 1.1rem 2rem; break-inside: avoid; }
.kinds > li::before, .mistakes > li::before {
  content: counter(item); position: absolute; left: 0; top: .1rem; width: 1.4rem; height: 1.4rem; border-radius: 50%;
  background: var(--panel); border: 1px solid var(--line); font-size: .78rem; line-height: 1.3rem; text-align: center;
}
.kinds p { margin: 0; font-size: .93rem; }
.mistakes blockquote { color: var(--ink); margin-top: 0; }
.mistakes dl { display: grid; gap: .1rem; margin: .3rem 0 0; font-size: .9rem; }
.mistakes dl div, .definitions div { display: flex; gap: .5rem; }
.mistakes dt, .definitions dt { color: var(--muted); }
.mistakes dt, .definitions dt { flex: none; }
.mistakes dt { width: 4.6rem; }
.mistakes dd { flex: 1; min-width: 0; }
.mistakes dd, .definitions dd { margin: 0; }
.definitions { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .2rem 2rem; font-size: .92rem; }
#method { font-size: .93rem; }

@media (max-width: 60rem) { .beside { grid-template-columns: minmax(0, 1fr); } }
@media screen and (max-width: 45rem) {
  .figures { grid-template-columns: 1fr; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  .figures > div { padding-left: 0; border-left: 0; }
  .figures > div + div { border-top: 1px solid var(--line); }
  .kinds { columns: 1; }
  .chart-wide { display: none; }
  .chart-narrow { display: block; }
  .chart-narrow svg { width: 100%; max-width: 26rem; }
  nav { position: static; }
  .key { white-space: normal; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  table, tbody, caption { display: block; }
  caption { border-bottom: 2px solid var(--ink); }
  tbody tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(5.6rem, 1fr)); gap: .5rem .8rem; padding: .7rem .4rem; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  tbody tr.emphasis { background: var(--accent-soft); }
  tbody th, tbody td, th.number, td.number { display: block; min-width: 0; padding: 0; border: 0; text-align: left; }
  tbody th, td:not(.number) { grid-column: 1 / -1; }
  tbody td::before { content: attr(data-label); display: block; font-size: .85em; color: var(--muted); white-space: normal; }
  tr.emphasis td::before { color: var(--ink); }
  .shade { margin: 0; }
  .definitions { grid-template-columns: minmax(0, 1fr); }
}
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { --paper: #fff; --panel: #f4f2ec; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip, .what { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .masthead { padding-top: 0; }
  section { padding-top: 1.4rem; }
  h1, h2, h3, caption { break-after: avoid; }
  .chart, .figures, tr, blockquote, .mistakes > li { break-inside: avoid; }
  thead { display: table-header-group; }
  .table-frame { overflow: visible; }
  .table-frame table { font-size: 8pt; }
  thead th { min-width: 3.6rem; overflow-wrap: anywhere; }
  tbody th { min-width: 7rem; }
  td:not(.number) { min-width: 8rem; }
  .beside { grid-template-columns: minmax(0, 1fr) minmax(min-content, 15rem); }
  p { orphans: 3; widows: 3; }
}
`;
