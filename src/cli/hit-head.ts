import type { SearchHit } from '../search/search-result.js';
import { makeColors, type Colors } from './colors.js';
import { displayWidth, escapeControls, fitPath, fitWidth } from './terminal-text.js';

/** How hits are laid out. */
export interface HitLayout {
  readonly colors: Colors;
  readonly columns: number;
  /** True on a terminal: head lines then fit the columns, and file names and source lose their power over it. */
  readonly isTerminal: boolean;
}

/** What follows the place of a hit; each may be empty. */
interface Details {
  /** What is defined, such as `Basket.applyCoupon`. */
  readonly name: string;
  readonly kind: string;
  readonly score: string;
  readonly state: string;
  /** Why the state is what it is. */
  readonly why: string;
}

/** Columns that a path and a name keep at least, unless they are shorter, while something less telling can go. */
const MIN_COLUMNS = 16;
/** Up to so many columns of a file name stay whole in the same way. */
const MAX_FILE_NAME_COLUMNS = 32;
/** The share of the room that a long name may take from a long path. */
const NAME_SHARE = 0.4;

const PLAIN = makeColors(false);

/**
 * The head line of a hit: `path:start-end  symbol (kind)  score  stale (why)`. On a terminal it fits the columns: the
 * reason goes first, then path and name are shortened, then score, name, kind and state go. The line numbers always stay.
 */
export function hitHead(hit: SearchHit, { colors, columns, isTerminal }: HitLayout): string {
  const path = isTerminal ? escapeControls(hit.path) : hit.path;
  const lines = `:${hit.startLine}-${hit.endLine}`;
  const name = escapeControls([hit.parent, hit.symbol].filter(Boolean).join('.'));
  const full = { name, kind: hit.kind, score: hit.score.toFixed(3), ...STATES[hit.fresh] };
  if (!isTerminal || displayWidth(headOf(path + lines, full, PLAIN)) <= columns)
    return headOf(path + lines, full, colors);
  for (const details of briefer(full)) {
    const fitted = fit(path, lines, details, columns);
    if (fitted) return headOf(fitted.path + lines, { ...details, name: fitted.name }, colors);
  }
  return colors.path(fitPath(path, columns - lines.length) + lines);
}

const STATES: Readonly<Record<SearchHit['fresh'], Pick<Details, 'state' | 'why'>>> = {
  fresh: { state: '', why: '' },
  stale: { state: 'stale', why: ' (changed since it was indexed)' },
  gone: { state: 'gone', why: ' (deleted since it was indexed)' },
};

/** The same with less and less. */
function briefer(full: Details): Details[] {
  const without = { ...full, why: '' };
  const nameless = { ...without, score: '', name: '' };
  return [without, { ...without, score: '' }, nameless, { ...nameless, kind: '' }];
}

function headOf(place: string, { name, kind, score, state, why }: Details, colors: Colors): string {
  const what = name ? `${colors.symbol(name)} (${kind})` : kind;
  const parts = [
    colors.path(place),
    what,
    score && colors.faint(score),
    state && colors.warning(state) + colors.faint(why),
  ];
  return parts.filter(Boolean).join('  ');
}

/** Path and name as they share the room that the rest leaves; undefined where it is too little for them. */
function fit(
  path: string,
  lines: string,
  details: Details,
  columns: number,
): { readonly path: string; readonly name: string } | undefined {
  const [pathWidth, nameWidth] = [displayWidth(path), displayWidth(details.name)];
  const room = columns - displayWidth(headOf(lines, details, PLAIN)) + nameWidth;
  const fileName = displayWidth(path.slice(path.lastIndexOf('/'))) + 1;
  const pathLeast = Math.min(pathWidth, Math.max(MIN_COLUMNS, Math.min(fileName, MAX_FILE_NAME_COLUMNS)));
  const nameMost = Math.max(room - pathWidth, Math.min(Math.floor(room * NAME_SHARE), room - pathLeast));
  const nameRoom = Math.max(0, Math.min(nameWidth, nameMost));
  if (nameRoom < Math.min(nameWidth, MIN_COLUMNS) || room - nameRoom < pathLeast) return undefined;
  return { path: fitPath(path, room - nameRoom), name: fitWidth(details.name, nameRoom) };
}
