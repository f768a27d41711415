import type { StaticEmbedder } from '../embedding/static-embedder.js';
import { errors } from '../shared/errors.js';
import type { StoreReader } from '../storage/store.js';
import { filterOf } from './filter.js';
import { checkFreshness, type IndexedText } from './indexed-text.js';
import { LexicalRetriever, type FileFilter } from './lexical.js';
import { PathTermCache } from './path-terms.js';
import { parseQuery, type Query } from './query.js';
import { rank, type RankedChunk } from './ranking.js';
import type { SearchHit, SearchOptions, SearchResult } from './search-result.js';
import { isAlive, SegmentViews } from './segment-view.js';
import { SnippetCutter } from './snippet.js';
import { VectorRetriever } from './vectors.js';

/** Chunks that each retriever brings in per wanted hit; ranking needs more than are shown. */
const LEXICAL_CANDIDATES = 120;
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
    const hits = this.store.snapshot(() => this.hitsOf(query, options));
    return { query: text, tookMs: performance.now() - startedAt, hits, notices: this.noticesFor(hits) };
  }

  close(): void {
    this.store.close();
  }

  private hitsOf(query: Query, options: SearchOptions): SearchHit[] {
    const { segments, lexical, embedder, vectors } = this.refreshed();
    const filter = fileFilter(segments, options);
    const lookup = lexical.lookup(query.terms, query.emphasis);
    const evidence = lexical.search(lookup, LEXICAL_CANDIDATES, filter);
    const lists = [{ chunks: evidence.chunks, weight: LEXICAL_WEIGHT }];
    if (vectors !== undefined && embedder !== undefined) {
      const vector = embedder.embedTerms({ terms: query.terms, weights: lookup.weights });
      lists.push({ chunks: vectors.search(vector, VECTOR_CANDIDATES, filter), weight: VECTOR_WEIGHT });
    }
    const limits = { limit: options.limit, hitsPerFile: this.limits.hitsPerFile };
    return rank(segments, query, evidence, lists, this.pathTerms, limits).map((chunk) =>
      this.hit(chunk, query, options),
    );
  }

  private hit({ view, chunk, path, score }: RankedChunk, { terms }: Query, options: SearchOptions): SearchHit {
    const { reader } = view;
    const startLine = reader.startLine(chunk);
    const endLine = reader.endLine(chunk);
    const { parent, names } = reader.names(chunk);
    const snippet = this.snippets.cut(this.texts.read(path) ?? '', startLine, endLine, terms, options.contextLines);
    return {
      path,
      startLine,
      endLine,
      kind: reader.kind(chunk),
      symbol: names[0] ?? '',
      parent,
      score,
      fresh: checkFreshness(this.texts.root, this.store.file(path)),
      snippet: snippet.text,
      snippetLine: snippet.line,
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

/** Undefined when every file of every segment may answer: then none needs to be asked for. */
function fileFilter({ views }: SegmentViews, options: SearchOptions): FileFilter | undefined {
  const accepts = filterOf(options);
  if (accepts === undefined && views.every(({ dead }) => dead.size === 0)) return undefined;
  return (view, file) => isAlive(view, file) && (accepts?.(view.reader.path(file)) ?? true);
}
