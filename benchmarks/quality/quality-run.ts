import type { Machine } from '../../src/bench/machine.js';
import type { Settings } from './product.js';
import type { QueryScore, RankedSpan, Rankings } from './score.js';

/** One judged query with what was found for it. */
export interface ScoredQuery extends QueryScore {
  readonly repository: string;
  readonly language: string;
  readonly category: string;
  readonly query: string;
  readonly hits: readonly RankedSpan[];
  /** Wall time of the query in process; the first query of a repository finds cold caches. */
  readonly tookMs: number;
}

/** How indexing one repository went. */
export interface IndexedRepository {
  readonly name: string;
  readonly language: string;
  readonly files: number;
  readonly chunks: number;
  readonly bytes: number;
  /** From the start of the process to its end. */
  readonly indexMs: number;
  readonly digest: string;
}

/** One run of the harness, as `--json` keeps it. */
export interface QualityRun {
  readonly date: string;
  readonly machine: Machine;
  readonly version: string;
  /** Settings that were not left at their defaults. */
  readonly settings: Settings;
  readonly repositories: readonly IndexedRepository[];
  readonly queries: readonly ScoredQuery[];
}

/** The results file of a run, in the format that scoring programs share. */
export function rankingsOf(run: QualityRun): Rankings {
  const rankings: Record<string, Record<string, readonly RankedSpan[]>> = {};
  for (const { repository, query, hits } of run.queries) (rankings[repository] ??= {})[query] = hits;
  return rankings;
}
