import type { StaticEmbedder } from '../embedding/static-embedder.js';
import { errors } from '../shared/errors.js';
import { languageOf } from '../shared/languages.js';
import type { StoreReader } from '../storage/store.js';
import { chunkFilterOf } from './filter.js';
import { checkFreshness, type IndexedText } from './indexed-text.js';
import { LexicalRetriever, type TermLookup } from './lexical.js';
import { PathTermCache } from './path-terms.js';
import { parseQuery, type Query } from './query.js';
import { rank, type RankedChunk } from './ranking.js';
import { hitJson, jsonCharacters } from './search-json.js';
import type { SearchHit, SearchOptions, SearchResult } from './search-result.js';
import { SegmentViews } from './segment-view.js';
import { SnippetCutter, type SnippetTerms } from './snippet.js';
import { fitTokens } from './token-budget.js';
import { VectorRetriever } from './vectors.js';

/** Chunks that each retriever brings in; ranking needs more than are shown. */
const LEXICAL_CANDIDATES = 120;
/** So many times more are asked for where candidates were cut and the hits are fewer than wanted. */
const MORE_CANDIDATES = 4;
const VECTOR_CANDIDATES = 20;
const LEXICAL_WEIGHT = 1;
/** Vectors of a hashed table say little that terms do not: they break ties and find near misses. */
const VECTOR_WEIGHT = 0.15;

const NOTICE_INTERVAL_MS = 1000;

interface Retrievers {
  readonly generation: number;
  readonly segments: SegmentViews;
  readonly lexical: LexicalRetriever;
  readonly embedder: StaticEmbedder | undefined;
  readonly vectors: VectorRetriever | undefined;
}

/** Answers queries from a store; always from the generation published last. */
export class SearchIndex {
  private retrievers: Retrievers | undefined;
  private noticed: { readonly atMs: number; readonly notices: SearchResult['notices'] } = {
    atMs: -Infinity,
    notices: [],
  };
  private readonly pathTerms = new PathTermCache();
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
    const query = parseQuery(text);
    if (query.tokens.length === 0) throw errors.queryEmpty(text);
    const found = this.store.snapshot(() => this.hitsOf(query, options));
    const { maxTokens, charactersOf = (hit) => jsonCharacters(hitJson(hit)) } = options;
    const answer = maxTokens === undefined ? { hits: found } : fitTokens(found, maxTokens, charactersOf);
    return { query: text, tookMs: performance.now() - startedAt, ...answer, notices: this.noticesFor(answer.hits) };
  }

  close(): void {
    this.store.close();
  }

  private hitsOf(query: Query, options: SearchOptions): SearchHit[] {
    const retrievers = this.refreshed();
    const lookup = retrievers.lexical.lookup(query.terms, query.emphasis);
    const terms = { terms: query.terms, weights: lookup.weights };
    return this.ranked(query, lookup, retrievers, options).map((chunk) => this.hit(chunk, terms, options));
  }

  private ranked(
    query: Query,
    lookup: TermLookup,
    { segments, lexical, embedder, vectors }: Retrievers,
    options: SearchOptions,
  ): RankedChunk[] {
    const filter = chunkFilterOf(segments, options);
    const vector = embedder?.embedTerms({ terms: query.terms, weights: lookup.weights });
    const near = vectors && vector ? vectors.search(vector, VECTOR_CANDIDATES, filter) : [];
    const limits = { limit: options.limit, hitsPerFile: options.hitsPerFile ?? this.limits.hitsPerFile };
    // A few files with many chunks may take the places of others: then the list is shorter than it could be.
    for (let candidates = LEXICAL_CANDIDATES; ; candidates *= MORE_CANDIDATES) {
      const evidence = lexical.search(lookup, candidates, filter);
      const lists = [
        { chunks: evidence.chunks, weight: LEXICAL_WEIGHT },
        ...(vectors ? [{ chunks: near, weight: VECTOR_WEIGHT }] : []),
      ];
      const ranked = rank(segments, query, evidence, lists, this.pathTerms, limits);
      if (ranked.length >= options.limit || evidence.chunks.length < candidates) return ranked;
    }
  }

  private hit({ view, chunk, path, score }: RankedChunk, terms: SnippetTerms, options: SearchOptions): SearchHit {
    const { reader } = view;
    const { parent, names } = reader.names(chunk);
    const symbol = names[0] ?? '';
    const lines = { startLine: reader.startLine(chunk), endLine: reader.endLine(chunk) };
    const source = { text: this.texts.read(path) ?? '', ...lines, symbol, comments: languageOf(path)?.comments };
    const snippet = this.snippets.cut(source, terms, options.contextLines);
    return {
      path,
      ...lines,
      kind: reader.kind(chunk),
      ...{ symbol, parent, score },
      fresh: checkFreshness(this.texts.root, this.store.file(path)),
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
