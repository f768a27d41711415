import type { ChunkKind } from '../shared/model.js';

/** How a hit's file relates to what was indexed. */
export type Freshness = 'fresh' | 'stale' | 'gone';

/** One chunk that answers a query. Lines are 1-based and inclusive. */
export interface SearchHit {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: ChunkKind;
  readonly symbol: string;
  readonly parent: string;
  /** Higher is better; comparable within one query only. */
  readonly score: number;
  readonly fresh: Freshness;
  /** The lines of the chunk that matter most, with their original indentation. */
  readonly snippet: string;
  /** Line number of the snippet's first line. */
  readonly snippetLine: number;
  /** Line numbers inside the snippet that hold a query term. */
  readonly matchLines: readonly number[];
}

/** What `search` answers. */
export interface SearchResult {
  readonly query: string;
  readonly tookMs: number;
  readonly hits: readonly SearchHit[];
  /** What the user should know before trusting the answer, such as a half-built or outdated index. */
  readonly notices: readonly { readonly message: string; readonly hint: string }[];
}

/** Filters and limits of one query. */
export interface SearchOptions {
  readonly limit: number;
  /** Glob patterns; a hit's path must match one when there are any. */
  readonly paths: readonly string[];
  /** Language ids; a hit's file must be of one when there are any. */
  readonly languages: readonly string[];
  /** Lines of context around the best lines of a hit. */
  readonly contextLines: number;
}
