import { quantile } from '../../src/bench/statistics.js';
import { textTable } from '../../src/bench/text-table.js';
import type { QualityRun, ScoredQuery } from './quality-run.js';
import { meanScore, type QueryScore } from './score.js';

/** Scores of the queries that share a key. */
export interface ScoreGroup extends QueryScore {
  readonly key: string;
  readonly count: number;
}

/** Groups queries by a key, in the order of keys, and takes the means. */
export function scoreBy(queries: readonly ScoredQuery[], keyOf: (query: ScoredQuery) => string): ScoreGroup[] {
  const groups = new Map<string, ScoredQuery[]>();
  for (const query of queries) groups.set(keyOf(query), [...(groups.get(keyOf(query)) ?? []), query]);
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, members]) => ({ key, count: members.length, ...meanScore(members) }));
}

/** Means over repositories (each weighs the same) and over queries. */
export function overallScores(queries: readonly ScoredQuery[]): {
  overRepositories: QueryScore;
  overQueries: QueryScore;
} {
  return {
    overRepositories: meanScore(scoreBy(queries, (query) => query.repository)),
    overQueries: meanScore(queries),
  };
}

/** The tables people read: by repository, language and category, overall, latency. */
export function qualityReport(run: QualityRun): string {
  const overall = overallScores(run.queries);
  const means = textTable(
    ['<overall', ...SCORE_HEADINGS],
    [
      ['mean over repositories', ...scoreCells(overall.overRepositories)],
      ['mean over queries', ...scoreCells(overall.overQueries)],
    ],
  );
  return [
    repositoryTable(run),
    groupTable(
      'language',
      scoreBy(run.queries, (query) => query.language),
    ),
    groupTable(
      'category',
      scoreBy(run.queries, (query) => query.category),
    ),
    means,
    latencyLine(run.queries),
  ].join('\n\n');
}

const SCORE_HEADINGS = ['NDCG@10', 'MRR@10', 'hit@1', 'hit@5'];

function scoreCells(score: QueryScore): string[] {
  return [score.ndcg10, score.mrr10, score.hit1, score.hit5].map((value) => value.toFixed(3));
}

function repositoryTable(run: QualityRun): string {
  const indexed = new Map(run.repositories.map((repository) => [repository.name, repository]));
  const rows = scoreBy(run.queries, (query) => query.repository).map((group) => {
    const repository = indexed.get(group.key);
    const facts = repository
      ? [repository.language, String(repository.files), String(repository.chunks), repository.indexMs.toFixed(0)]
      : ['', '', '', ''];
    return [group.key, ...facts, String(group.count), ...scoreCells(group)];
  });
  return textTable(['<repository', '<language', 'files', 'chunks', 'index ms', 'queries', ...SCORE_HEADINGS], rows);
}

function groupTable(name: string, groups: readonly ScoreGroup[]): string {
  const rows = groups.map((group) => [group.key, String(group.count), ...scoreCells(group)]);
  return textTable([`<${name}`, 'queries', ...SCORE_HEADINGS], rows);
}

function latencyLine(queries: readonly ScoredQuery[]): string {
  if (queries.length === 0) return 'no queries';
  const warm = queries.filter((query, index) => queries[index - 1]?.repository === query.repository);
  const times = (warm.length > 0 ? warm : queries).map((query) => query.tookMs);
  const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
  return `${queries.length} queries; latency in process without the first of each repository: p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`;
}
