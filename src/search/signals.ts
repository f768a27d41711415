import type { ChunkKind } from '../shared/model.js';
import { isDocumentPath, isExamplePath, isTestPath } from './path-class.js';
import { fileStem, type PathTerms } from './path-terms.js';
import type { Query } from './query.js';

/** A chunk that may answer the query, with all that ranking looks at. */
export interface Candidate {
  /** Score after fusion, 0..1. */
  readonly fused: number;
  /** Lexical score relative to the best one, 0..1. */
  readonly lexical: number;
  /** Lexical score of the whole file relative to the best file's, 0..1. */
  readonly fileLexical: number;
  readonly path: string;
  readonly pathTerms: PathTerms;
  readonly kind: ChunkKind;
  readonly parent: string;
  readonly names: readonly string[];
}

/** One reason to rank a chunk higher or lower: the score is multiplied by 1 + weight x value. */
export interface Signal {
  readonly name: string;
  readonly weight: number;
  /** How far the reason applies, 0..1. */
  readonly value: (candidate: Candidate, query: Query) => number;
}

const ASKS_FOR_TESTS = /\b(?:tests?|specs?|fixtures?|mocks?)\b/i;

/** The one place where weights stand: each is a principle that holds for any repository, not a fit to one. */
export const SIGNALS: readonly Signal[] = [
  { name: 'defines the name asked for', weight: 2.5, value: (candidate, query) => definesSymbol(candidate, query) },
  {
    name: 'defines a name in the query',
    weight: 1,
    value: (candidate, query) => (query.symbol ? 0 : definesTokens(candidate, query)),
  },
  {
    name: 'file is named like the query',
    weight: 2,
    value: (candidate, query) => stemMatch(candidate.pathTerms, query),
  },
  { name: 'the whole file answers', weight: 2.5, value: (candidate) => candidate.fileLexical },
  { name: 'lexical score', weight: 0.8, value: (candidate) => candidate.lexical },
  {
    name: 'is a test',
    weight: -0.6,
    value: ({ path }, query) => (isTestPath(path) && !ASKS_FOR_TESTS.test(query.text) ? 1 : 0),
  },
  { name: 'is an example or vendored', weight: -0.4, value: ({ path }) => (isExamplePath(path) ? 1 : 0) },
  { name: 'is a document or data', weight: -0.4, value: ({ path }) => (isDocumentPath(path) ? 1 : 0) },
];

/** The final score of a candidate. */
export function scoreOf(candidate: Candidate, query: Query): number {
  return SIGNALS.reduce((score, { weight, value }) => score * (1 + weight * value(candidate, query)), candidate.fused);
}

/** 1 for the exact name, 0.7 when only the case differs, and somewhat less for types and functions inside others. */
function definesSymbol({ names, path }: Candidate, { symbol }: Query): number {
  if (symbol === undefined) return 0;
  if (names.includes(symbol)) return names[0] === symbol ? 1 : 0.8;
  const folded = symbol.toLowerCase();
  if (names.some((name) => name.toLowerCase() === folded)) return 0.6;
  return fileStem(path).toLowerCase() === folded ? 0.5 : 0;
}

/** Share of the query's identifiers that the chunk defines; words of prose count only when they are whole names. */
function definesTokens({ names }: Candidate, { tokens }: Query): number {
  const folded = new Set(names.map((name) => name.toLowerCase()));
  const defined = tokens.filter((token) => token.length > 2 && folded.has(token.toLowerCase()));
  return Math.min(1, (2 * defined.length) / Math.max(1, tokens.length));
}

/** How well the file's name (and a little its directory) is said by the query: the share of its terms the query holds. */
function stemMatch({ stem, directory }: PathTerms, { terms }: Query): number {
  const share = (parts: readonly string[]) =>
    parts.length === 0 ? 0 : parts.filter((part) => terms.includes(part)).length / parts.length;
  return Math.min(1, share(stem) + 0.3 * share(directory));
}
