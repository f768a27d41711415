import type { ChunkKind } from '../shared/model.js';
import type { PathFacts } from './path-facts.js';
import type { AskedName, Query, QueryKind } from './query.js';

/** A chunk that may answer the query, with all that ranking looks at. Shares are 0..1. */
export interface Candidate {
  /** Lexical score relative to the best candidate's. */
  readonly lexical: number;
  /** Lexical score of the whole file relative to the best file's. */
  readonly fileLexical: number;
  /** Cosine of the chunk's vector and the query's relative to the best candidate's; 0 without vectors. */
  readonly similarity: number;
  /** Mean of the three best cosines in the file, missing ones as 0, relative to the best file's. */
  readonly fileSimilarity: number;
  /** Share of the message that the chunk says word by word; 0 for queries that are none. */
  readonly phrase: number;
  readonly file: PathFacts;
  readonly kind: ChunkKind;
  readonly parent: string;
  readonly names: readonly string[];
}

/** A query with what the index knows of its terms. */
export interface WeighedQuery extends Query {
  /** Weight of each term that occurs in the index: its inverse document frequency times its emphasis. */
  readonly weights: ReadonlyMap<string, number>;
  /** Sum of the weights of the typed terms. */
  readonly totalWeight: number;
  readonly foldedTokens: readonly string[];
}

/** One reason to rank a chunk higher or lower. */
export interface Signal {
  readonly name: string;
  /** `evidence` adds weight x value; a `prior` multiplies the sum of all evidence by 1 + weight x value. */
  readonly role: 'evidence' | 'prior';
  readonly weight: number;
  /** Weights for kinds of queries where another one is right. */
  readonly weightFor?: Partial<Record<QueryKind, number>>;
  /** How far the reason applies, 0..1. */
  readonly value: (candidate: Candidate, query: WeighedQuery) => number;
}

/** The one place where weights stand: each is a principle that holds for any repository, not a fit to one. */
export const SIGNALS: readonly Signal[] = [
  { name: 'terms in the chunk', role: 'evidence', weight: 0.75, value: ({ lexical }) => lexical },
  { name: 'terms in the file', role: 'evidence', weight: 1.2, value: ({ fileLexical }) => fileLexical },
  { name: 'meaning of the chunk', role: 'evidence', weight: 0.3, value: ({ similarity }) => similarity },
  {
    name: 'meaning of the file',
    role: 'evidence',
    weight: 0.75,
    weightFor: { name: 0.2 },
    value: ({ fileSimilarity }) => fileSimilarity,
  },
  {
    name: 'says the message word by word',
    role: 'evidence',
    weight: 0,
    weightFor: { message: 3 },
    value: ({ phrase }) => phrase,
  },
  {
    name: 'defines the name asked for',
    role: 'evidence',
    weight: 0.5,
    weightFor: { name: 3 },
    value: definesAskedName,
  },
  { name: 'defines words of the query', role: 'evidence', weight: 0.25, weightFor: { name: 0 }, value: definesWords },
  {
    name: 'file is named by the query',
    role: 'evidence',
    weight: 1,
    weightFor: { message: 0.3 },
    value: ({ file }, query) => saidShare(file.stem, query),
  },
  {
    name: 'query is said by the file name',
    role: 'evidence',
    weight: 0.3,
    value: ({ file }, query) => coverage(file.stem, query),
  },
  {
    name: 'directory is named by the query',
    role: 'evidence',
    weight: 0.15,
    value: ({ file }, query) => saidShare(file.directory, query),
  },
  {
    name: 'is the path asked for',
    role: 'evidence',
    weight: 0,
    weightFor: { path: 3 },
    value: ({ file }, { text }) => pathMatch(file.path, text),
  },
  {
    name: 'is a test',
    role: 'prior',
    weight: -0.6,
    value: ({ file }, { text }) => (file.isTest && !ASKS_FOR_TESTS.test(text) ? 1 : 0),
  },
  {
    name: 'is an example or vendored',
    role: 'prior',
    weight: -0.4,
    value: ({ file }, { text }) => (file.isExample && !ASKS_FOR_EXAMPLES.test(text) ? 1 : 0),
  },
  {
    name: 'only passes on',
    role: 'prior',
    weight: -0.3,
    value: ({ file, names }) => (file.isEntry && names.length === 0 ? 1 : 0),
  },
  { name: 'is a document', role: 'prior', weight: -0.5, value: ({ file }) => (file.isDocument ? 1 : 0) },
  { name: 'is data', role: 'prior', weight: -0.6, value: ({ file }) => (file.isData ? 1 : 0) },
  { name: 'only declares', role: 'prior', weight: -0.3, value: ({ file }) => (file.isDeclaration ? 1 : 0) },
];

const ASKS_FOR_TESTS = /\b(?:tests?|specs?|fixtures?|mocks?)\b/i;
const ASKS_FOR_EXAMPLES = /\b(?:examples?|samples?|demos?|benchmarks?)\b/i;

/** The weights that count for a kind of query, in the order of `SIGNALS`. */
export function weightsFor(kind: QueryKind): Float64Array {
  return Float64Array.from(SIGNALS, ({ weight, weightFor }) => weightFor?.[kind] ?? weight);
}

/** The values of the signals for a candidate, in the order of `SIGNALS`; 0 for those without a weight. */
export function signalValues(candidate: Candidate, query: WeighedQuery, weights: Float64Array): Float64Array {
  const values = new Float64Array(SIGNALS.length);
  for (let i = 0; i < values.length; i++) if (weights[i] !== 0) values[i] = SIGNALS[i]!.value(candidate, query);
  return values;
}

/** The score of a candidate: the sum of its evidence, times every prior. Never below 0. */
export function scoreOf(values: Float64Array, weights: Float64Array): number {
  let evidence = 0;
  let prior = 1;
  for (let i = 0; i < SIGNALS.length; i++) {
    if (SIGNALS[i]!.role === 'evidence') evidence += weights[i]! * values[i]!;
    else prior *= 1 + weights[i]! * values[i]!;
  }
  return evidence * prior;
}

/** How well a chunk of a kind answers a name that it defines; 1 where none is given. */
const ANSWER_BY_KIND: Partial<Record<ChunkKind, number>> = {
  constant: 0.8,
  constructor: 0.7,
  field: 0.7,
  section: 0.5,
  test: 0.5,
  text: 0.5,
};

function definesAskedName(candidate: Candidate, { names }: WeighedQuery): number {
  return names.reduce((best, asked) => Math.max(best, definesName(candidate, asked)), 0);
}

/**
 * 1 for the exact name as the chunk's first, less by its kind, for a name further on, when only the case differs, and
 * when only the file has the name; a qualifier that is not the parent's costs a share.
 */
function definesName({ names, file, kind, parent }: Candidate, { name, qualifier }: AskedName): number {
  const folded = name.toLowerCase();
  let value = 0;
  if (names.includes(name)) value = names[0] === name ? (ANSWER_BY_KIND[kind] ?? 1) : 0.8;
  else if (names.some((each) => each.length === name.length && each.toLowerCase() === folded)) value = 0.6;
  else if (file.foldedStem === folded) value = 0.5;
  if (value === 0 || qualifier === '') return value;
  return parent.toLowerCase().includes(qualifier.toLowerCase()) ? value : 0.7 * value;
}

/** Twice the share of the query's words that are whole names which the chunk defines, at most 1. */
function definesWords({ names }: Candidate, { foldedTokens }: WeighedQuery): number {
  const defined = new Set<string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    if (folded.length > 2 && foldedTokens.includes(folded)) defined.add(folded);
  }
  return Math.min(1, (2 * defined.size) / Math.max(1, foldedTokens.length));
}

/** The share of a name's terms that the query says. */
function saidShare(parts: readonly string[], { weights }: WeighedQuery): number {
  let said = 0;
  for (const part of parts) if (weights.has(part)) said++;
  return parts.length === 0 ? 0 : said / parts.length;
}

/** The share of the query, by weight of its terms, that a name says. */
function coverage(parts: readonly string[], { weights, totalWeight }: WeighedQuery): number {
  let said = 0;
  for (const part of parts) said += weights.get(part) ?? 0;
  return totalWeight === 0 ? 0 : Math.min(1, said / totalWeight);
}

/** 1 when the path ends with what was asked for, 0.5 when it holds it; whole components only. */
function pathMatch(path: string, text: string): number {
  const [whole, part] = [`/${path.toLowerCase()}`, `/${text.toLowerCase().replace(/^[./]+/, '')}`];
  if (whole.endsWith(part)) return 1;
  return whole.includes(`${part}/`) || whole.includes(`${part}.`) ? 0.5 : 0;
}
