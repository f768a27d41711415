import { textTable } from '../../src/bench/text-table.js';
import type { QualityRun, ScoredQuery } from './quality-run.js';
import { overallScores } from './report.js';

/** A query whose NDCG@10 differs between two runs. */
export interface QueryChange {
  readonly repository: string;
  readonly category: string;
  readonly query: string;
  readonly before: number;
  readonly after: number;
  /** Best hits of both runs, as `path:line`. */
  readonly topBefore: string;
  readonly topAfter: string;
}

/** Differences below this are rounding. */
const EPSILON = 1e-9;

/** Queries of both runs whose score changed, worst loss first. */
export function changedQueries(before: QualityRun, after: QualityRun): QueryChange[] {
  const old = new Map(before.queries.map((query) => [keyOf(query), query]));
  return after.queries
    .flatMap((now) => {
      const then = old.get(keyOf(now));
      if (then === undefined || Math.abs(then.ndcg10 - now.ndcg10) < EPSILON) return [];
      const { repository, category, query } = now;
      const scores = { before: then.ndcg10, after: now.ndcg10 };
      return [{ repository, category, query, ...scores, topBefore: topHit(then), topAfter: topHit(now) }];
    })
    .sort((left, right) => left.after - left.before - (right.after - right.before));
}

/** Every changed query with its scores and best hits, then the change of the means over the queries both runs have. */
export function comparisonReport(before: QualityRun, after: QualityRun): string {
  const changes = changedQueries(before, after);
  const rows = changes.map((change) => [
    signed(change.after - change.before),
    change.before.toFixed(3),
    change.after.toFixed(3),
    change.repository,
    change.category,
    change.query,
    change.topBefore === change.topAfter ? change.topAfter : `${change.topBefore} -> ${change.topAfter}`,
  ]);
  const table = textTable(['change', 'before', 'after', '<repository', '<category', '<query', '<best hit'], rows);
  const [oldShared, newShared] = [shared(before, after), shared(after, before)];
  const [old, now] = [overallScores(oldShared), overallScores(newShared)];
  const worse = changes.filter((change) => change.after < change.before).length;
  return [
    table,
    `${worse} queries worse, ${changes.length - worse} better, ${newShared.length - changes.length} equal; NDCG@10 over repositories ` +
      `${signed(now.overRepositories.ndcg10 - old.overRepositories.ndcg10)}, over queries ${signed(now.overQueries.ndcg10 - old.overQueries.ndcg10)}`,
  ].join('\n\n');
}

function shared(run: QualityRun, other: QualityRun): ScoredQuery[] {
  const keys = new Set(other.queries.map(keyOf));
  return run.queries.filter((query) => keys.has(keyOf(query)));
}

function keyOf({ repository, category, query }: ScoredQuery): string {
  return JSON.stringify([repository, category, query]);
}

function topHit({ hits: [best] }: ScoredQuery): string {
  return best === undefined ? '(nothing)' : `${best[0]}:${best[1]}`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}
