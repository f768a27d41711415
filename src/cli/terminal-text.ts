export { escapeControls, escapeInJson } from '../shared/control-characters.js';

/** Ranges that take two columns: East Asian wide and full width (Unicode Standard Annex 11), and emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

const COMBINING = /^[\p{Mn}\p{Me}\u200b-\u200d\ufe0f]$/u;

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** Columns that `text` takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** `text` cut to at most `columns` columns, with `…` where something was cut. Reads no further than it must. */
export function fitWidth(text: string, columns: number): string {
  let width = 0;
  let at = 0;
  let fitsWithMark = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) return columns < 1 ? '' : `${text.slice(0, fitsWithMark)}…`;
    at += character.length;
    if (width <= columns - 1) fitsWithMark = at;
  }
  return text;
}

/** `path` cut in its middle to at most `columns` columns, its end with the file name last to go: `src/com…/locker.go`. */
export function fitPath(path: string, columns: number): string {
  if (displayWidth(path) <= columns) return path;
  if (columns < 1) return '';
  const room = columns - 1;
  const name = displayWidth(path.slice(path.lastIndexOf('/')));
  const end = lastColumns(path, Math.min(room, Math.max(name, Math.ceil(room * 0.6))));
  return `${fitWidth(path, columns - displayWidth(end)).replace(/…$/, '')}…${end}`;
}

/** As much of the end of `text` as fits into `columns` columns. */
function lastColumns(text: string, columns: number): string {
  let width = 0;
  let end = '';
  for (const character of [...text].reverse()) {
    width += characterWidth(character);
    if (width > columns) break;
    end = character + end;
  }
  return end;
}

/** Tabs as spaces up to the next multiple of `size`, counted from the start of `line`. */
export function expandTabs(line: string, size = 4): string {
  if (!line.includes('\t')) return line;
  let expanded = '';
  for (const part of line.split(/(\t)/)) {
    expanded += part === '\t' ? ' '.repeat(size - (displayWidth(expanded) % size)) : part;
  }
  return expanded;
}
