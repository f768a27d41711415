/** Where documentation stops telling what a thing does and goes into its parameters, examples or history. */
const DETAILS =
  /^\s*(@(param|returns?|throws|see|since|template|var|deprecated|example|author|link)\b|:(param|returns?|type|raises)\b|(args|arguments|parameters|params|returns?|raises|yields|examples?|notes?|usage|see also)\s*:?\s*$|#+ |```|~~~|>>> |-{3,}|={3,}|\$ |iex>)/im;

/** Comments that speak to tools or lawyers. */
const NOT_PROSE =
  /copyright|licen[cs]e|spdx|all rights reserved|eslint|prettier-|nolint|noqa|rubocop|pylint|phpcs|phpstan|ts-ignore|ts-expect|@internal$|istanbul|clang-(format|tidy)|pragma|swiftlint|ktlint|checkstyle|generated|^\s*region\b|^\s*endregion|^(go:|\+build|#!|vim:|-\*-)|sorbet|typed: |\$(OpenBSD|Id|FreeBSD)|@\w+\.(com|org|net)\b/im;

/** Signs that prose has few of and commented-out code has many of. */
const CODE_SIGNS = /[;{}()=<>[\]|&$\\]/g;
const MAX_CODE_SHARE = 0.06;
const MIN_CHARACTERS = 12;
const MAX_CHARACTERS = 320;

/** What a comment says the code does, in a sentence or a few; undefined where it is no prose about code. */
export function proseOf(comment: string): string | undefined {
  if (NOT_PROSE.test(comment)) return undefined;
  const plain = comment.replace(/<\/?[a-zA-Z][^>\n]*>/g, ' ').replace(/\{@\w+ ([^}]*)\}/g, '$1');
  const details = DETAILS.exec(plain);
  const summary = (details ? plain.slice(0, details.index) : plain).trim();
  // The first paragraph; a long one up to the end of a sentence.
  const paragraph = summary.split(/\n\s*\n/, 1)[0]!;
  const cut = paragraph.length > MAX_CHARACTERS ? paragraph.slice(0, MAX_CHARACTERS).replace(/[^.]*$/, '') : paragraph;
  const prose = cut === '' ? paragraph.slice(0, MAX_CHARACTERS) : cut;
  if (prose.length < MIN_CHARACTERS || !/[a-z]{3,}\s+[a-z]{2,}/i.test(prose)) return undefined;
  const signs = prose.match(CODE_SIGNS)?.length ?? 0;
  return signs > prose.length * MAX_CODE_SHARE ? undefined : prose;
}

const CHORES =
  /^(merge|revert|bump|release|update (dep|change|version|translat|lock|readme)|upgrade|prepare|version|typo|fix typo|wip|sync|changelog|chore|ci|docs?|build|style|cosmetic|lint|format|fmt|backport|cherry|publish|\[?bot|auto)|dependabot|renovate|v?\d+\.\d+\.\d+/i;

/** A commit's subject as a sentence about its code; undefined for chores. */
export function subjectOf(subject: string): string | undefined {
  const plain = subject
    .replace(/^(\[[^\]]*\]\s*)+/, '')
    .replace(/\s*\(?(#|GH-|gh-)\d+\)?/g, '')
    .replace(/^[A-Z]{2,}-\d+:?\s*/, '');
  if (CHORES.test(plain)) return undefined;
  const said = plain.replace(/^(feat|fix|refactor|perf|test|core|misc)(\([^)]*\))?!?:\s*/i, '').trim();
  return said.split(/\s+/).length >= 3 ? said : undefined;
}
