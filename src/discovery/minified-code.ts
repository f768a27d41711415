import type { Language } from '../shared/languages.js';

/** People do not write longer lines of code. */
const LONG_LINE = 500;
/** Small files stay, whatever they look like. */
const MIN_CHARACTERS = 2048;
/** Minified when more than this share of the text stands in long lines. */
const MAX_LONG_SHARE = 0.5;

/** Markup that tools write in one line; other markup (HTML, templates) holds prose, which may have long lines. */
const STYLESHEETS: ReadonlySet<string> = new Set(['css', 'scss', 'less']);
/** Code whose long lines are data or prose: dumps, generated grammars, notebooks' relatives. */
const LONG_LINED: ReadonlySet<string> = new Set(['sql']);

/** Whether code was squeezed into long lines by a tool. Data and prose have a right to long lines. */
export function isMinified(text: string, language: Language | undefined): boolean {
  if (language === undefined || text.length < MIN_CHARACTERS) return false;
  const applies = language.family === 'code' ? !LONG_LINED.has(language.id) : STYLESHEETS.has(language.id);
  return applies && charactersInLongLines(text) > text.length * MAX_LONG_SHARE;
}

/** Jumps from line end to line end in strides of a long line, so that ordinary code costs a few steps per kilobyte. */
function charactersInLongLines(text: string): number {
  let sum = 0;
  for (let start = 0; text.length - start > LONG_LINE;) {
    const last = text.lastIndexOf('\n', start + LONG_LINE);
    if (last >= start) {
      start = last + 1;
      continue;
    }
    const end = text.indexOf('\n', start + LONG_LINE);
    const next = end < 0 ? text.length : end + 1;
    sum += next - start;
    start = next;
  }
  return sum;
}
