import { timeAxis, type Axis } from './axis.js';
import { html, markup, type Html } from './html.js';

/** The tones of a chart; the style sheet has their colours for light and dark. */
export type Tone = 'blue' | 'orange' | 'green' | 'red' | 'yellow' | 'grey';

/** One line of a chart; its values belong to the times of the chart. */
export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** `step` holds each value until the next time, `area` is filled down to 0. */
  readonly shape: 'line' | 'step' | 'area' | 'step-area';
  readonly values: readonly (number | undefined)[];
}

/** A level that lines are read against. */
export interface Level {
  readonly name: string;
  readonly tone: Tone;
  readonly value: number;
  readonly isDashed: boolean;
}

/** A point that stands out, with what it says. */
export interface Mark {
  readonly atMs: number;
  readonly value: number;
  readonly tone: Tone;
  /** What all marks of this tone are, for the legend. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of time that stands out. */
export interface Band {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Something over time. Times are milliseconds from 0, rising. */
export interface TimeChart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart says, in a sentence or two: for everybody, and for those who cannot see it the chart itself. */
  readonly description: string;
  readonly timesMs: readonly number[];
  readonly axis: Axis;
  readonly series: readonly Series[];
  readonly levels?: readonly Level[];
  readonly marks?: readonly Mark[];
  readonly bands?: readonly Band[];
  /** What the bands mean. */
  readonly bandName?: string;
}

/** Sizes in pixels. The plot is as wide as there is room, so what lies in it is placed in percent. */
const TOP = 10;
const PLOT_HEIGHT = 180;
const BOTTOM = 26;
const AXIS_WIDTH = 80;
const HEIGHT = TOP + PLOT_HEIGHT + BOTTOM;

/** Units of the box that lines are drawn in; it is stretched to the plot. */
const BOX_WIDTH = 1000;

/** A tick nearer than this to an end of the plot has its label inside. */
const EDGE_PERCENT = 4;

/** A chart with its heading, sentence and legend. */
export function timeChart(chart: TimeChart): Html {
  const { id, title, description, timesMs, axis } = chart;
  const endMs = timesMs.at(-1) ?? 0;
  const shown = (chart.levels ?? []).filter(({ value }) => value <= axis.end);
  return html`<figure class="chart" aria-labelledby="${id}-title" aria-describedby="${id}-text">
    <figcaption>
      <h3 id="${id}-title">${title}</h3>
      <p id="${id}-text">${description}</p>
    </figcaption>
    <div class="frame">
      <svg class="axis" width="${AXIS_WIDTH}" height="${HEIGHT}" aria-hidden="true">
        ${axis.ticks.map(
          ({ value, label }) =>
            html`<text x="${AXIS_WIDTH - 8}" y="${round(yOf(value, axis) + 4)}" text-anchor="end">${label}</text>`,
        )}
      </svg>
      <svg class="plot" width="100%" height="${HEIGHT}" role="img" tabindex="0" aria-labelledby="${id}-title">
        ${axis.ticks.map(({ value }) => horizontal(yOf(value, axis), 'grid'))}
        <svg
          viewBox="0 0 ${BOX_WIDTH} ${PLOT_HEIGHT}"
          preserveAspectRatio="none"
          y="${TOP}"
          width="100%"
          height="${PLOT_HEIGHT}"
        >
          ${(chart.bands ?? []).map((band) => bandRect(band, endMs))}
          ${chart.series.map((series) => seriesPath(series, timesMs, endMs, axis))}
        </svg>
        ${shown.map(({ value, tone, isDashed }) =>
          horizontal(yOf(value, axis), `level ${tone}${isDashed ? ' dashed' : ''}`),
        )}
        ${(chart.marks ?? []).map((mark) => markCircle(mark, endMs, axis))} ${timeTicks(endMs)}
        <line class="cursor" x1="0" x2="0" y1="${TOP}" y2="${TOP + PLOT_HEIGHT}" />
      </svg>
      <div class="tip" role="status" hidden></div>
    </div>
    ${legend(chart, shown)}
  </figure>`;
}

function timeTicks(endMs: number): Html[] {
  return timeAxis(endMs).ticks.map(({ value, label }, at) => {
    const percent = percentOf(value, endMs);
    const anchor = percent < EDGE_PERCENT ? 'start' : percent > 100 - EDGE_PERCENT ? 'end' : 'middle';
    const isSecond = at % 2 === 1 ? ' second' : '';
    return html`<text class="time${isSecond}" x="${percent}%" y="${HEIGHT - 8}" text-anchor="${anchor}"
      >${label}</text
    >`;
  });
}

function legend({ series, bands = [], marks = [], bandName }: TimeChart, levels: readonly Level[]): Html {
  return html`<ul class="legend">
    ${series.map(({ name, tone, shape }) => legendEntry(name, tone, shape.endsWith('area') ? 'area' : 'line'))}
    ${levels.map(({ name, tone, isDashed }) => legendEntry(name, tone, isDashed ? 'dashed' : 'line'))}
    ${[...new Map(marks.map(({ name, tone }) => [name, tone]))].map(([name, tone]) => legendEntry(name, tone, 'mark'))}
    ${bands.length > 0 && bandName ? legendEntry(bandName, 'red', 'band') : undefined}
  </ul>`;
}

/** An entry of a legend with a picture of what it names. */
export function legendEntry(name: string, tone: Tone, kind: 'line' | 'dashed' | 'area' | 'mark' | 'band'): Html {
  const picture = {
    line: html`<line class="level ${tone}" x1="0" x2="18" y1="6" y2="6" />`,
    dashed: html`<line class="level ${tone} dashed" x1="0" x2="18" y1="6" y2="6" />`,
    area: html`<rect class="fill ${tone}" width="18" height="12" rx="2" />`,
    mark: html`<circle class="mark ${tone}" cx="9" cy="6" r="4" />`,
    band: html`<rect class="band" width="18" height="12" />`,
  }[kind];
  return html`<li><svg width="18" height="12" aria-hidden="true">${picture}</svg>${name}</li>`;
}

function horizontal(y: number, className: string): Html {
  return html`<line class="${className}" x1="0" x2="100%" y1="${round(y)}" y2="${round(y)}" />`;
}

function bandRect({ fromMs, toMs }: Band, endMs: number): Html {
  const x = xOf(fromMs, endMs);
  return html`<rect class="band" x="${x}" y="0" width="${round(xOf(toMs, endMs) - x)}" height="${PLOT_HEIGHT}" />`;
}

function markCircle({ atMs, value, tone, text }: Mark, endMs: number, axis: Axis): Html {
  return html`<circle class="mark ${tone}" cx="${percentOf(atMs, endMs)}%" cy="${round(yOf(value, axis))}" r="4">
    <title>${text}</title>
  </circle>`;
}

function seriesPath({ shape, tone, values }: Series, timesMs: readonly number[], endMs: number, axis: Axis): Html {
  const places = values.flatMap((value, at) =>
    value === undefined ? [] : [{ x: xOf(timesMs[at]!, endMs), y: round(yOf(value, axis) - TOP) }],
  );
  if (places.length === 0) return html``;
  // One look alone, or all at one moment: a line over the whole width, or nothing would be seen.
  if (places[0]!.x === places.at(-1)!.x) places.push({ x: BOX_WIDTH, y: places.at(-1)!.y });
  const isStep = shape.startsWith('step');
  const line = places.map(({ x, y }, at) => (at === 0 ? `M${x} ${y}` : isStep ? `H${x}V${y}` : `L${x} ${y}`)).join('');
  const filled = html`<path class="fill ${tone}" d="${line}V${PLOT_HEIGHT}H${places[0]!.x}Z" />`;
  return html`${shape.endsWith('area') ? filled : markup('')}<path class="line ${tone}" d="${line}" />`;
}

function xOf(ms: number, endMs: number): number {
  return endMs <= 0 ? 0 : round((ms / endMs) * BOX_WIDTH);
}

function yOf(value: number, axis: Axis): number {
  return TOP + PLOT_HEIGHT * (1 - Math.min(1, Math.max(0, value / axis.end)));
}

/** Where a time lies, in percent of the plot. */
export function percentOf(ms: number, endMs: number): number {
  return endMs <= 0 ? 0 : Math.round((ms / endMs) * 10_000) / 100;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
