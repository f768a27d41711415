/**
 * A light stemmer for words of code: joins the inflections in which programmers name one thing
 * (`parse`, `parser`, `parsing`, `parsed`; `validate`, `validation`), and keeps the rest apart.
 *
 * The rules are a shortened form of Porter's algorithm (M. F. Porter, "An algorithm for suffix stripping", 1980):
 * plural, then one derivational or inflectional ending, then a silent `e`. Endings are cut only when at least
 * `MIN_STEM` letters with a vowel remain.
 */
const MIN_STEM = 3;
const VOWEL = /[aeiouy]/;

/** Endings in the order they are tried, longest first; the first that applies is replaced. */
const ENDINGS: readonly (readonly [ending: string, replacement: string, minStem: number])[] = [
  ['ization', 'iz', 3],
  ['ication', 'y', 3],
  ['ations', '', 4],
  ['ation', '', 4],
  ['ators', '', 4],
  ['ator', '', 4],
  ['ating', '', 4],
  ['ated', '', 4],
  ['ment', '', 4],
  ['ness', '', 4],
  ['able', '', 4],
  ['ible', '', 4],
  ['ate', '', 4],
  ['ing', '', 3],
  ['ion', '', 4],
  ['ied', 'y', 3],
  ['ers', '', 4],
  ['ors', '', 4],
  ['ed', '', 3],
  ['er', '', 4],
  ['or', '', 4],
  ['ly', '', 4],
];

/** The stem of a lower-case word; words of other scripts, short words and numbers come back as they are. */
export function stem(word: string): string {
  if (word.length < 4 || !isLowerAscii(word)) return word;
  let base = withoutPlural(word);
  for (const [ending, replacement, minStem] of ENDINGS) {
    if (!base.endsWith(ending)) continue;
    const rest = base.slice(0, base.length - ending.length);
    if (rest.length < Math.max(minStem, MIN_STEM) || !VOWEL.test(rest)) continue;
    base = undouble(rest + replacement);
    break;
  }
  return base.length > MIN_STEM && base.endsWith('e') ? base.slice(0, -1) : base;
}

function withoutPlural(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return word.slice(0, -3) + 'y';
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}

/** `mapp` (from `mapping`) becomes `map`; `ll`, `ss` and `zz` stay, as in `call`, `pass` and `buzz`. */
function undouble(word: string): string {
  const last = word.at(-1);
  return word.length > MIN_STEM && last === word.at(-2) && !'lszaeiou'.includes(last!) ? word.slice(0, -1) : word;
}

function isLowerAscii(word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code < 97 || code > 122) return false;
  }
  return true;
}
