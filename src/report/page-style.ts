/** The style sheet of a report. Text keeps a contrast of 4.5 to 1 at least, in light and in dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --rim: #d5dbe1; --text: #1b2026; --faint: #56606b; --grid: #e4e8ec;
  --blue: #0b62c4; --orange: #b04a00; --green: #18733a; --red: #c01f2b; --yellow: #8a6100; --grey: #6a747f;
  --tip: #1b2026; --tip-text: #ffffff; --fill: 0.22;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1217; --card: #161b22; --rim: #2c343e; --text: #e6eaef; --faint: #9ba6b2; --grid: #262d36;
    --blue: #6fb3ff; --orange: #f5a35c; --green: #5fd487; --red: #ff7d78; --yellow: #e0b64c; --grey: #8d98a5;
    --tip: #e6eaef; --tip-text: #12161b; --fill: 0.28;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 10px; }
h3 { font-size: 1rem; margin: 0; }
div + h3 { margin: 26px 0 0; }
p { margin: 4px 0 10px; }
header p, figcaption p, footer, .note { color: var(--faint); }
header p, td, th, .note, li { overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--rim); border-radius: 10px; padding: 18px 20px; margin: 18px 0; }
footer { padding-bottom: 28px; font-size: 0.85rem; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(225px, 1fr)); gap: 12px; margin: 18px 0; }
.cards div { background: var(--card); border: 1px solid var(--rim); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.cards dt { color: var(--faint); font-size: 0.82rem; }
.cards dd { margin: 2px 0 0; font-size: 1.3rem; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
.cards small { display: block; color: var(--faint); font-size: 0.8rem; font-weight: 400; }

.chart { margin: 0 0 26px; }
.chart:last-child { margin-bottom: 0; }
figcaption p { margin: 2px 0 6px; font-size: 0.9rem; }
.frame { position: relative; display: flex; }
.axis { flex: none; }
.plot { flex: 1; min-width: 0; display: block; overflow: visible; touch-action: pan-y; }
.plot:focus-visible { outline: 2px solid var(--blue); outline-offset: 4px; border-radius: 4px; }
svg text { fill: var(--faint); font-size: 12px; }
.grid { stroke: var(--grid); stroke-width: 1; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.level { stroke-width: 2; }
.dashed { stroke-dasharray: 5 4; stroke-width: 1.5; }
.whisker line { stroke: var(--text); stroke-width: 1.5; }
.rail { fill: var(--grid); }
.band { fill: var(--red); opacity: 0.16; }
.cursor { stroke: var(--faint); stroke-width: 1; visibility: hidden; }
.cursor.on { visibility: visible; }
.mark { stroke: var(--card); stroke-width: 1.5; }
.blue { stroke: var(--blue); } .orange { stroke: var(--orange); } .green { stroke: var(--green); }
.red { stroke: var(--red); } .yellow { stroke: var(--yellow); } .grey { stroke: var(--grey); }
.fill { stroke: none; }
.fill.blue, .mark.blue { fill: var(--blue); } .fill.orange, .mark.orange { fill: var(--orange); }
.fill.green, .mark.green { fill: var(--green); } .fill.red, .mark.red { fill: var(--red); }
.fill.yellow, .mark.yellow { fill: var(--yellow); } .fill.grey, .mark.grey { fill: var(--grey); }
.mark.blue, .mark.orange, .mark.green, .mark.red, .mark.yellow, .mark.grey { stroke: var(--card); }
.plot .fill { opacity: var(--fill); }

.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 6px 0 0; padding: 0; font-size: 0.85rem; }
.chart .legend { padding-left: 80px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { flex: none; }
.tip {
  position: absolute; top: 6px; z-index: 1; max-width: 260px; padding: 6px 10px; border-radius: 6px; pointer-events: none;
  background: var(--tip); color: var(--tip-text); font-size: 0.8rem; line-height: 1.4; white-space: pre-line; overflow-wrap: anywhere;
}
.tip[hidden] { display: none; }

.scroll { overflow-x: auto; margin: 0 0 14px; }
.scroll:last-child { margin-bottom: 0; }
table { border-collapse: collapse; width: 100%; font-size: 0.87rem; }
.note { font-size: 0.9rem; }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; }
thead th { color: var(--faint); font-weight: 500; vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.text { min-width: 7ch; }
.bars th[scope='row'] { white-space: nowrap; width: 1%; }
.bars .bar { width: 60%; min-width: 110px; }
.bars td, .bars th { vertical-align: middle; }
.bars svg { display: block; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
details { margin-top: 10px; }
summary { cursor: pointer; color: var(--blue); }
summary:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.bad { color: var(--red); }

@media (max-width: 640px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  section { padding: 14px 12px; }
  .cards { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  .cards dd { font-size: 1.1rem; }
  .chart .legend { padding-left: 0; }
  .plot .second { display: none; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --rim: #c8ced4; --text: #000000; --faint: #444c55; --grid: #dde1e5;
    --blue: #0b62c4; --orange: #b04a00; --green: #18733a; --red: #c01f2b; --yellow: #8a6100; --grey: #6a747f;
  }
  body { font-size: 12px; }
  section, .cards div { border-radius: 0; }
  .chart, tr, .cards div { break-inside: avoid; }
  .scroll { overflow: visible; }
  details:not([open]), .tip { display: none; }
}
`;
