import { html, type Html } from './html.js';
import { legendEntry, type Tone } from './time-chart.js';

/** A part of a bar. */
export interface BarPart {
  readonly name: string;
  readonly tone: Tone;
  readonly value: number;
}

/** One row: its label, its bar, and figures in words beside it. */
export interface BarRow {
  readonly label: string;
  readonly parts: readonly BarPart[];
  /** Where values spread from and to, as a whisker. */
  readonly spread?: { readonly from: number; readonly to: number };
  /** A value to compare with, as a stroke. */
  readonly target?: number;
  readonly cells: readonly string[];
}

/** Bars with their figures: a table, so that those who cannot see the bars miss nothing. */
export interface BarTable {
  readonly caption: string;
  readonly label: string;
  /** Headings of the cells. */
  readonly headings: readonly string[];
  readonly rows: readonly BarRow[];
  /** The value at the full length of a bar; the sum of its own parts where absent. */
  readonly full?: number;
  /** What whiskers and strokes mean. */
  readonly targetName?: string;
}

const BAR_HEIGHT = 18;

/** A table of bars. */
export function barTable({ caption, label, headings, rows, full, targetName }: BarTable): Html {
  const names = new Map(rows.flatMap(({ parts }) => parts.map(({ name, tone }) => [name, tone] as const)));
  return html`<p class="note">${caption}</p>
    <div class="scroll">
      <table class="bars" aria-label="${caption}">
        <thead>
          <tr>
            <th scope="col">${label}</th>
            <th scope="col" class="bar"><span class="unseen">bar</span></th>
            ${headings.map((heading) => html`<th scope="col" class="number">${heading}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => barRow(row, full))}
        </tbody>
      </table>
    </div>
    ${
      names.size > 1 || targetName
        ? html`<ul class="legend">
            ${[...names].map(([name, tone]) => legendEntry(name, tone, 'area'))}
            ${targetName ? legendEntry(targetName, 'red', 'line') : undefined}
          </ul>`
        : undefined
    }`;
}

function barRow({ label, parts, spread, target, cells }: BarRow, full: number | undefined): Html {
  const whole = full ?? parts.reduce((sum, { value }) => sum + value, 0);
  const percent = (value: number) => (whole > 0 ? Math.round(Math.min(1, value / whole) * 10_000) / 100 : 0);
  let before = 0;
  const rects = parts.map(({ tone, value }) => {
    const x = percent(before);
    before += value;
    return html`<rect class="fill ${tone}" x="${x}%" y="2" width="${percent(value)}%" height="${BAR_HEIGHT - 4}" />`;
  });
  return html`<tr>
    <th scope="row">${label}</th>
    <td class="bar">
      <svg width="100%" height="${BAR_HEIGHT}" aria-hidden="true">
        <rect class="rail" x="0" y="2" width="100%" height="${BAR_HEIGHT - 4}" />
        ${rects} ${spread && whisker(percent(spread.from), percent(spread.to))}
        ${
          target === undefined
            ? undefined
            : html`<line
                class="level red"
                x1="${percent(target)}%"
                x2="${percent(target)}%"
                y1="0"
                y2="${BAR_HEIGHT}"
              />`
        }
      </svg>
    </td>
    ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
  </tr>`;
}

function whisker(from: number, to: number): Html {
  const y = BAR_HEIGHT / 2;
  return html`<g class="whisker">
    <line x1="${from}%" x2="${to}%" y1="${y}" y2="${y}" /><line
      x1="${from}%"
      x2="${from}%"
      y1="${y - 4}"
      y2="${y + 4}"
    />
    <line x1="${to}%" x2="${to}%" y1="${y - 4}" y2="${y + 4}" />
  </g>`;
}
