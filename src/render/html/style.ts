/*
 * The page's one style sheet. Colours: steps of lightness in one hue, which all kinds of sight tell apart, and text of
 * contrast AA on each (test/render/html.test.ts). https://www.w3.org/TR/WCAG22/#contrast-minimum
 */

const LIGHT = `
  --page: #ffffff; --card: #f6f7f9; --line: #c9cfd8; --ink: #1b1f27; --soft: #4d5663; --link: #0b57a4;
  --peer: #1f5fa8; --peer-fill: #c5d9f1; --out: #a8400a; --out-fill: #f6d3bd; --shade: #ece4f5; --mark: #6a3aa8;
  --good: #1c6b42; --bad: #a11227;
  --q0: #eceff3; --q1: #fff0cf; --q2: #fdd58a; --q3: #fba94b; --q4: #dd6f1c; --q5: #8f2f04;
  --on-low: #1b1f27; --on-q3: #1b1f27; --on-q4: #000000; --on-q5: #ffffff;
  --l0: #868f9c; --l1: #b28425; --l2: #b8650f; --l3: #9c470a; --l4: #752f06; --l5: #451703;`;

const DARK = `
  --page: #14171c; --card: #1d2128; --line: #454d59; --ink: #eceff4; --soft: #b3bcc9; --link: #8cc2ff;
  --peer: #7fb4f0; --peer-fill: #27425f; --out: #ff9d5c; --out-fill: #5f3418; --shade: #2b2440; --mark: #c9a6ff;
  --good: #7bd3a2; --bad: #ff8f9d;
  --q0: #2a2f38; --q1: #40331f; --q2: #6a4518; --q3: #96530f; --q4: #e6913a; --q5: #ffd9a0;
  --on-low: #f4f6f9; --on-q3: #ffffff; --on-q4: #000000; --on-q5: #000000;
  --l0: #7d8796; --l1: #8d7440; --l2: #b37a2c; --l3: #d98b33; --l4: #ffb15c; --l5: #ffe2b8;`;

export const STYLE = `
:root { color-scheme: light dark;${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root {${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1, h2, h3, p, dl, figure { margin: 0 0 .75rem; }
h1 { font-size: 1.35rem; line-height: 1.3; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin-bottom: .25rem; }
a { color: var(--link); }
article + article { margin-top: 4rem; border-top: 4px double var(--line); padding-top: 1rem; }
.verdict { display: inline-block; padding: .1em .6em; border-radius: .25em; margin-right: .4em; color: #fff; }
.aws-infrastructure { background: #a11227; }
.workload { background: #1a559c; }
.inconclusive { background: #f3c84b; color: #1b1f27; }
.no-impairment { background: #1c6b42; }
.no-data { background: #4d5663; }
.summary { font-size: 1.1rem; max-width: 60rem; }
.soft { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
ul, ol { margin: 0 0 .75rem; padding-left: 1.25rem; }
.changes { padding-left: 1.75rem; }
.changes li { margin-bottom: .5rem; }
.changes li::marker { font-weight: 700; }
.paper { display: none; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; align-items: start; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; padding: 0; list-style: none; font-size: .875rem; }
nav a { display: inline-block; padding: .35rem 0; }
figure { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; min-width: 0; }
figure.outlier { border: 2px solid var(--out); }
svg { display: block; max-width: 100%; font: 12px system-ui, sans-serif; fill: var(--ink); }
.stretched { overflow: visible; }
details { font-size: .875rem; }
.key { margin-bottom: .75rem; }
summary { cursor: pointer; color: var(--link); padding: .25rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  unicode-bidi: isolate; }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.narrow th, .narrow td { padding: .1rem .25rem; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; unicode-bidi: isolate; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; margin: 0 0 .75rem;
  white-space: pre-wrap; user-select: all; }
footer { margin-top: 2rem; color: var(--soft); font-size: .8rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.small { font-size: 11px; fill: var(--soft); }
.strong { font-weight: 600; }
.halo { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.axis, .grid { stroke: var(--line); }
.series { fill: none; stroke: var(--peer); stroke-width: 1.75; }
.area { fill: var(--peer-fill); }
.outlier .series { stroke: var(--out); }
.outlier .area { fill: var(--out-fill); }
.before { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 4; }
.hole { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 1 4; }
.since { fill: var(--shade); }
.onset { stroke: var(--mark); stroke-width: 2; }
.onset-text { fill: var(--mark); font-weight: 600; }
.change { font-weight: 700; }
.change-line { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; }
.changes-span { stroke: var(--ink); stroke-width: 3; }
.healthy { stroke: var(--good); stroke-width: 2; }
.degraded { fill: var(--bad); }
.missing { stroke: var(--soft); stroke-width: 2; stroke-dasharray: 2 4; }
.q0 { fill: var(--q0); } .q1 { fill: var(--q1); } .q2 { fill: var(--q2); }
.q3 { fill: var(--q3); } .q4 { fill: var(--q4); } .q5 { fill: var(--q5); }
.unknown { fill: none; stroke: var(--soft); stroke-dasharray: 3 3; }
.none { fill: none; }
.on-q0, .on-q1, .on-q2, .on-unknown { fill: var(--on-low); } .on-q3 { fill: var(--on-q3); }
.on-q4 { fill: var(--on-q4); } .on-q5 { fill: var(--on-q5); }
.link { fill: none; opacity: .8; stroke: var(--soft); }
.l0 { stroke: var(--l0); } .l1 { stroke: var(--l1); } .l2 { stroke: var(--l2); }
.l3 { stroke: var(--l3); } .l4 { stroke: var(--l4); } .l5 { stroke: var(--l5); }
.link.unknown { stroke: var(--soft); stroke-dasharray: 4 4; }
.node { fill: var(--soft); }
.blamed { fill: var(--out); font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0; padding: 0; list-style: none;
  font-size: .8125rem; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: .35rem; }
.swatch { flex: none; border: 1px solid var(--soft); }
.scroll { overflow-x: auto; }
.scroll svg { max-width: none; }
.roomy { display: none; }

@media (min-width: 48rem) {
  .roomy { display: inline; }
  .tight { display: none; }
}
@media (max-width: 47.99rem) {
  .verdict { display: block; width: fit-content; margin-bottom: .4rem; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: block; border-bottom: 2px solid var(--line); padding: .25rem 0; }
  .stack td, .stack th[scope=row] { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .5rem; border: 0;
    padding: .1rem 0; text-align: left; }
  .stack td::before, .stack th[scope=row]::before { content: attr(data-label); color: var(--soft); font-weight: 400; }
}
@media print {
  body { font-size: 11pt; }
  main { padding: 0; }
  figure, pre, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details, nav { display: none; }
  .paper { display: block; }
  * { print-color-adjust: exact; }
}
`;
