import type { Config } from './config/config.js';
import type { EventBus, RunSummary } from './shared/events.js';
import type { FailedFile } from './shared/model.js';
import type { IndexState } from './storage/store.js';
import type { SearchOptions, SearchResult } from './search/search-result.js';

/** What `status` tells. */
export interface IndexStatus {
  readonly root: string;
  readonly indexDir: string;
  readonly state: IndexState;
  readonly files: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly indexBytes: number;
  readonly segments: number;
  readonly generation: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: readonly FailedFile[];
  readonly digest: string;
  readonly embedder: string;
  /** Languages that are split by lines because no grammar installs cleanly for them. */
  readonly lineWindowLanguages: readonly string[];
  readonly lastRun: RunSummary | undefined;
  /** Files of the tree that differ from the index; undefined where that was not looked at. */
  readonly behind: { readonly added: number; readonly changed: number; readonly removed: number } | undefined;
}

/** What `verify` found; `ok` when there is no problem. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly files: number;
  readonly chunks: number;
  readonly digestStored: string;
  readonly digestRecomputed: string;
  readonly problems: readonly string[];
}

/** An open index for many queries; close it. */
export interface SearchIndex {
  search(query: string, options: SearchOptions): SearchResult;
  close(): void;
}

/** Brings the index up to date with the tree. An aborted signal ends the run cleanly with outcome `interrupted`. */
export declare function runIndex(config: Config, bus: EventBus, signal: AbortSignal): Promise<RunSummary>;
export declare function openIndex(config: Config): Promise<SearchIndex>;
export declare function readStatus(config: Config, options: { readonly compareWithTree: boolean }): Promise<IndexStatus>;
export declare function verifyIndex(config: Config, options: { readonly source: boolean }): Promise<VerifyReport>;
/** Deletes the index; returns the number of bytes freed (0 when there was none). */
export declare function cleanIndex(config: Config): Promise<number>;
