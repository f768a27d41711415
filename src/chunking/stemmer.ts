/**
 * A light stemmer for words of code: joins the inflections in which programmers name one thing
 * (`parse`, `parser`, `parsing`, `parsed`; `validate`, `validation`), and keeps the rest apart.
 *
 * The rules are a shortened form of Porter's algorithm (M. F. Porter, "An algorithm for suffix stripping", 1980):
 * plural, then endings and silent `e` one after the other until none applies, so that `filtering` ends where `filter`
 * does. Endings are cut only when at least `MIN_STEM` letters with a vowel remain.
 */
const MIN_STEM = 3;
const VOWEL = /[aeiouy]/;

/** Endings in the order they are tried, longest first; the first that applies is replaced. */
const ENDINGS: readonly (readonly [ending: string, replacement: string, minStem: number])[] = [
  ['ification', 'ify', 3],
  ['ization', 'iz', 3],
  ['ation', '', 4],
  ['ating', '', 4],
  ['ator', '', 4],
  ['ated', '', 4],
  ['ment', '', 4],
  ['ness', '', 4],
  ['able', '', 4],
  ['ible', '', 4],
  ['ate', '', 4],
  ['ing', '', 3],
  ['ion', '', 4],
  ['ied', 'y', 3],
  ['ier', 'y', 3],
  ['tor', 't', 3],
  ['sor', 's', 3],
  ['ed', '', 3],
  ['er', '', 4],
  ['ly', '', 4],
];

/** The same by their last letter: most words have none of them. */
const ENDINGS_BY_LAST = new Map<number, typeof ENDINGS>(
  ENDINGS.map(([ending]) => ending.charCodeAt(ending.length - 1)).map((last) => [
    last,
    ENDINGS.filter(([ending]) => ending.charCodeAt(ending.length - 1) === last),
  ]),
);

/** The stem of a lower-case word; words of other scripts, short words and numbers come back as they are. */
export function stem(word: string): string {
  if (word.length < 4 || !isLowerAscii(word)) return word;
  let base = withoutPlural(word);
  for (let longer = ''; base !== longer;) {
    longer = base;
    base = withoutSilentE(withoutEnding(base));
  }
  return base;
}

function withoutEnding(word: string): string {
  for (const [ending, replacement, minStem] of ENDINGS_BY_LAST.get(word.charCodeAt(word.length - 1)) ?? []) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    if (rest.length >= minStem && VOWEL.test(rest)) return undouble(rest + replacement);
  }
  return word;
}

function withoutSilentE(word: string): string {
  return word.length > MIN_STEM && word.endsWith('e') ? word.slice(0, -1) : word;
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s')) return word;
  if (word.endsWith('ies') && word.length > 4) return word.slice(0, -3) + 'y';
  if (word.length > 4 && /(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return /(?:ss|us|is)$/.test(word) ? word : word.slice(0, -1);
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
