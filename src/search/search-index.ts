import type { StaticEmbedder } from '../embedding/static-embedder.js';
import { errors } from '../shared/errors.js';
import { languageOf } from '../shared/languages.js';
import type { StoreReader } from '../storage/store.js';
import { weighCandidates, type Evidence, type QueryCandidates, type WeighedCandidate } from './candidates.js';
import { explanation } from './explanation.js';
import { aliveChunks, chunkFilterOf } from './filter.js';
import { checkFreshness, type IndexedText } from './indexed-text.js';
import { LexicalRetriever, type ChunkFilter, type LexicalLimits, type TermLookup } from './lexical.js';
import { PathFactCache } from './path-facts.js';
import { phraseShare, wordsOf } from './phrase.js';
import { isMarkedName, parseQuery, type Query } from './query.js';
import { rank, type Ranked } from './ranking.js';
import { hitJson, jsonCharacters } from './search-json.js';
import type { SearchHit, SearchOptions, SearchResult } from './search-result.js';
import { SegmentViews } from './segment-view.js';
import { weightsFor } from './signals.js';
import { SnippetCutter, type SnippetTerms } from './snippet.js';
import { lookUp, typedTerms, weighQuery } from './term-weights.js';
import { fitTokens } from './token-budget.js';
import { VectorRetriever } from './vectors.js';

/** What each retriever brings in; ranking needs more than is shown. */
const LEXICAL_LIMITS: LexicalLimits = { chunks: 80, files: 30 };
const NEAREST_CHUNKS = 24;
/** So many times more are asked for where candidates were cut and the hits are fewer than wanted. */
const MORE_CANDIDATES = 4;

/** Texts that are read for the words of one message; ordinary files come to a few million. */
const MAX_PHRASE_CHARACTERS = 64 * 1024 * 1024;

const NOTICE_INTERVAL_MS = 1000;

interface Retrievers {
  readonly generation: number;
  readonly segments: SegmentViews;
  readonly lexical: LexicalRetriever;
  readonly embedder: StaticEmbedder | undefined;
  readonly vectors: VectorRetriever | undefined;
}

/** A file that has hits: its text as far as it is known, and how it relates to what was indexed. */
interface HitFile {
  readonly text: string;
  readonly fresh: SearchHit['fresh'];
}

/** Answers queries from a store; always from the generation published last. */
export class SearchIndex {
  private retrievers: Retrievers | undefined;
  private noticed: { readonly atMs: number; readonly notices: SearchResult['notices'] } = {
    atMs: -Infinity,
    notices: [],
  };
  private readonly pathFacts = new PathFactCache();
  private readonly snippets = new SnippetCutter();

  constructor(
    private readonly store: StoreReader,
    private readonly texts: IndexedText,
    /** The embedder of an identity, where this program has it. */
    private readonly embedderOf: (identity: string) => StaticEmbedder | undefined,
    private readonly limits: { readonly hitsPerFile: number },
    private readonly notices: () => SearchResult['notices'],
  ) {}

  /** Throws `query-empty` for a query without a letter or digit. */
  search(text: string, options: SearchOptions): SearchResult {
    const startedAt = performance.now();
    const query = parsed(text);
    const found = this.store.snapshot(() => this.hitsOf(query, options));
    const { maxTokens, charactersOf = (hit) => jsonCharacters(hitJson(hit)) } = options;
    const answer = maxTokens === undefined ? { hits: found } : fitTokens(found, maxTokens, charactersOf);
    return { query: text, tookMs: performance.now() - startedAt, ...answer, notices: this.noticesFor(answer.hits) };
  }

  /** Every candidate with the values of its signals, for whoever weighs them anew. Throws as `search` does. */
  candidates(text: string): QueryCandidates {
    const query = parsed(text);
    return this.store.snapshot(() => {
      const retrievers = this.refreshed();
      const lookup = lookUp(query, retrievers.lexical);
      const gather = this.gather(query, lookup, retrievers, aliveChunks(retrievers.segments));
      return { kind: query.kind, candidates: gather(1).candidates };
    });
  }

  close(): void {
    this.store.close();
  }

  private hitsOf(query: Query, options: SearchOptions): SearchHit[] {
    const retrievers = this.refreshed();
    const lookup = lookUp(query, retrievers.lexical);
    const weights = weightsFor(query.kind);
    const files = new Map<string, HitFile>();
    return this.ranked(query, lookup, weights, retrievers, options).map((chunk) => {
      let file = files.get(chunk.path);
      if (file === undefined) files.set(chunk.path, (file = this.hitFile(chunk.path)));
      const hit = this.hit(chunk, file, lookup, options);
      return options.explain === true ? { ...hit, signals: explanation(chunk, weights) } : hit;
    });
  }

  private ranked(
    query: Query,
    lookup: TermLookup,
    weights: Float64Array,
    retrievers: Retrievers,
    options: SearchOptions,
  ): Ranked<WeighedCandidate>[] {
    const limits = { limit: options.limit, hitsPerFile: options.hitsPerFile ?? this.limits.hitsPerFile };
    const gather = this.gather(query, lookup, retrievers, chunkFilterOf(retrievers.segments, options));
    // A few files with many chunks may take the places of others: then the list is shorter than it could be.
    // The words of a message are common ones, often: what says them in a row may be far down the list.
    for (let more = query.kind === 'message' ? MORE_CANDIDATES : 1; ; more *= MORE_CANDIDATES) {
      const { candidates, isAll } = gather(more);
      const ranked = rank(candidates, weights, limits);
      if (ranked.length >= options.limit || isAll) return ranked;
    }
  }

  /** What gathers candidates, as many times the usual number as it is told; `isAll` when no chunk was cut off. */
  private gather(
    query: Query,
    lookup: TermLookup,
    { segments, lexical, embedder, vectors }: Retrievers,
    filter: ChunkFilter | undefined,
  ): (times: number) => { readonly candidates: WeighedCandidate[]; readonly isAll: boolean } {
    const weighed = weighQuery(query, lookup);
    const vector = embedder?.embedTerms(typedTerms(query, lookup, embedder));
    const near = vectors && vector ? vectors.search(vector, isMarkedName(query) ? 0 : NEAREST_CHUNKS, filter) : [];
    const similarities: Evidence['similarities'] =
      vectors && vector && ((view, file) => vectors.similarities(view, file));
    const phraseOf = query.kind === 'message' ? this.phraseReader(query) : undefined;
    return (times) => {
      const limits = { chunks: LEXICAL_LIMITS.chunks * times, files: LEXICAL_LIMITS.files * times };
      const evidence = { lexical: lexical.search(lookup, limits, filter), near, similarities, phraseOf };
      const candidates = weighCandidates(segments, weighed, evidence, this.pathFacts);
      return { candidates, isAll: evidence.lexical.chunks.length < limits.chunks };
    };
  }

  private phraseReader({ text }: Query): NonNullable<Evidence['phraseOf']> {
    const message = wordsOf(text);
    let charactersLeft = MAX_PHRASE_CHARACTERS;
    const lines = new Map<string, readonly string[]>();
    return ({ view: { reader }, chunk }, path) => {
      let ofFile = lines.get(path);
      if (ofFile === undefined) {
        const read = charactersLeft > 0 ? (this.texts.read(path) ?? '') : '';
        charactersLeft -= read.length;
        lines.set(path, (ofFile = read.split('\n')));
      }
      return phraseShare(message, wordsOf(ofFile.slice(reader.startLine(chunk) - 1, reader.endLine(chunk)).join('\n')));
    };
  }

  /** What all hits of a file share; read once for all of them. */
  private hitFile(path: string): HitFile {
    return { text: this.texts.read(path) ?? '', fresh: checkFreshness(this.texts.root, this.store.file(path)) };
  }

  private hit(
    { view, chunk, path, score }: Ranked<WeighedCandidate>,
    { text, fresh }: HitFile,
    terms: SnippetTerms,
    options: SearchOptions,
  ): SearchHit {
    const { reader } = view;
    const { parent, names } = reader.names(chunk);
    const symbol = names[0] ?? '';
    const lines = { startLine: reader.startLine(chunk), endLine: reader.endLine(chunk) };
    const source = { text, ...lines, symbol, comments: languageOf(path)?.comments };
    const snippet = this.snippets.cut(source, terms, options.contextLines);
    return {
      path,
      ...lines,
      kind: reader.kind(chunk),
      ...{ symbol, parent, score },
      fresh,
      snippet: snippet.text,
      snippetLine: snippet.line,
      bestLine: snippet.bestLine,
      matchLines: snippet.matchLines,
    };
  }

  private refreshed(): Retrievers {
    const generation = this.store.generation();
    if (this.retrievers?.generation === generation) return this.retrievers;
    const segments = new SegmentViews(this.store, this.retrievers?.segments);
    const { fingerprint, embedder: identity } = this.store.settings();
    const known = this.retrievers?.embedder;
    const embedder = known?.identity === identity ? known : this.embedderOf(identity);
    this.retrievers = {
      generation,
      segments,
      lexical: new LexicalRetriever(segments),
      embedder,
      vectors: embedder && new VectorRetriever(segments, embedder.dimensions, fingerprint),
    };
    return this.retrievers;
  }

  /** The state of the index costs a look at its database: often enough once a second. */
  private currentNotices(): SearchResult['notices'] {
    if (performance.now() - this.noticed.atMs > NOTICE_INTERVAL_MS) {
      this.noticed = { atMs: performance.now(), notices: this.notices() };
    }
    return this.noticed.notices;
  }

  private noticesFor(hits: readonly SearchHit[]): SearchResult['notices'] {
    const outdated = hits.filter(({ fresh }) => fresh !== 'fresh').length;
    const notices = this.currentNotices();
    if (outdated === 0) return notices;
    const message = `${outdated} of ${hits.length} hits are from files that changed since they were indexed`;
    return [...notices, { message, hint: 'run `mind-index` to bring the index up to date' }];
  }
}

function parsed(text: string): Query {
  const query = parseQuery(text);
  if (query.tokens.length === 0) throw errors.queryEmpty(text);
  return query;
}
