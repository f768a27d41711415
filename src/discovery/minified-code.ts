import type { Language } from '../shared/languages.js';

/** People do not write longer lines of code. */
const LONG_LINE = 500;
/** Small files stay, whatever they look like. */
const MIN_CHARACTERS = 2048;
/** Minified when more than this share of the text stands in long lines. */
const MAX_LONG_SHARE = 0.5;

/** What minifiers write. Long lines elsewhere are tables, templates or test data that somebody typed or may look for. */
const MINIFIED_LANGUAGES: ReadonlySet<string> = new Set(['javascript', 'css']);

/** Whether code was squeezed into long lines by a tool. */
export function isMinified(text: string, language: Language | undefined): boolean {
  if (language === undefined || !MINIFIED_LANGUAGES.has(language.id) || text.length < MIN_CHARACTERS) return false;
  return charactersInLongLines(text) > text.length * MAX_LONG_SHARE;
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
