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
  /** The lines of the chunk that matter most, with their original indentation; empty where a budget left no room. */
  readonly snippet: string;
  /** Line number of the snippet's first line. */
  readonly snippetLine: number;
  /** Number of the line in the snippet that says most of the query: where an editor should go. */
  readonly bestLine: number;
  /** Line numbers inside the snippet that hold a query term. */
  readonly matchLines: readonly number[];
  /** Why the hit is where it is; present where `explain` was asked for. */
  readonly signals?: readonly HitSignal[];
}

/** One reason for the score of a hit: the score is the sum of all evidence times every prior. */
export interface HitSignal {
  readonly name: string;
  readonly role: 'evidence' | 'prior';
  /** How far the reason applies, 0..1. */
  readonly value: number;
  /** What it adds to the score (evidence), or what it multiplies the score by (prior). */
  readonly effect: number;
}

/** What a budget left out of an answer. */
export interface Truncation {
  /** Hits that would have followed the last one. */
  readonly hitsLeftOut: number;
  /** Lines by which the snippets of the hits are shorter. */
  readonly linesLeftOut: number;
}

/** What `search` answers. */
export interface SearchResult {
  readonly query: string;
  readonly tookMs: number;
  readonly hits: readonly SearchHit[];
  /** Present where `maxTokens` left something out. */
  readonly truncated?: Truncation;
  /** What the user should know before trusting the answer, such as a half-built or outdated index. */
  readonly notices: readonly { readonly message: string; readonly hint: string }[];
}

/** What to do with the files that `isTestPath` takes for tests; when included, they rank lower. */
export const TEST_CHOICES = ['include', 'exclude', 'only'] as const;

export type TestChoice = (typeof TEST_CHOICES)[number];

/** Filters and limits of one query. A hit must pass every filter. */
export interface SearchOptions {
  /** How many hits are wanted at most. */
  readonly limit: number;
  /** Glob patterns; a hit's path must match one when there are any. */
  readonly paths: readonly string[];
  /** Language ids; a hit's file must be of one when there are any. */
  readonly languages: readonly string[];
  /** A hit must be of one of these when there are any. */
  readonly kinds?: readonly ChunkKind[];
  /** `include` where absent. */
  readonly tests?: TestChoice;
  /** Lines of context around the best lines of a hit. */
  readonly contextLines: number;
  /** At most so many hits of one file; where absent, what the setting says. 1 makes a list of files. */
  readonly hitsPerFile?: number;
  /**
   * At most so many tokens for all hits together, estimated as characters / 4: snippets are shortened, then the last hits
   * left out. The first hit always stays.
   */
  readonly maxTokens?: number;
  /** Give every hit the signals that made its score. */
  readonly explain?: boolean;
  /** Characters that a hit takes where it is printed, for `maxTokens`; by default those of its JSON. */
  readonly charactersOf?: (hit: SearchHit) => number;
}
