import { SIGNALS } from '../../src/search/signals.js';
import type { Factors } from './weighing.js';

/** A part of ranking that is left out, or left alone, by factors of 0. */
export interface Ablation {
  readonly name: string;
  readonly factors: Factors;
}

const LEXICAL = /^terms in/;
const MEANING = /^meaning of/;

/** The whole table, its parts alone, and the whole without each of its parts. */
export const ABLATIONS: readonly Ablation[] = [
  { name: 'everything', factors: keep(() => true) },
  { name: 'terms only (BM25F of chunk and file)', factors: keep((name) => LEXICAL.test(name)) },
  { name: 'vectors only (cosine of chunk and file)', factors: keep((name) => MEANING.test(name)) },
  { name: 'terms and vectors, no other signal', factors: keep((name) => LEXICAL.test(name) || MEANING.test(name)) },
  { name: 'without vectors', factors: keep((name) => !MEANING.test(name)) },
  ...SIGNALS.map(({ name: left }) => ({ name: `without: ${left}`, factors: keep((name) => name !== left) })),
];

function keep(isKept: (name: string) => boolean): Factors {
  return SIGNALS.map(({ name }) => (isKept(name) ? 1 : 0));
}
