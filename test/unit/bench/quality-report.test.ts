import { describe, expect, it } from 'vitest';
import { changedQueries, comparisonReport } from '../../../benchmarks/quality/comparison.js';
import { rankingsOf, type QualityRun, type ScoredQuery } from '../../../benchmarks/quality/quality-run.js';
import { overallScores, qualityReport } from '../../../benchmarks/quality/report.js';

const query = (repository: string, text: string, ndcg10: number): ScoredQuery => ({
  repository,
  language: 'typescript',
  category: 'semantic',
  query: text,
  hits: [['src/basket.ts', 3, 9]],
  tookMs: 2,
  ndcg10,
  mrr10: ndcg10,
  hit1: 0,
  hit5: 1,
});
const run = (...queries: ScoredQuery[]): QualityRun => ({
  date: '2026-01-01T00:00:00.000Z',
  machine: { cpu: 'abacus', cores: 2, memoryBytes: 1, node: 'v20.20.2', os: 'linux' },
  version: '0.1.0',
  settings: {},
  repositories: [
    { name: 'fruit-shop', language: 'typescript', files: 3, chunks: 9, bytes: 900, indexMs: 120, digest: 'ab' },
  ],
  queries,
});

describe('overallScores', () => {
  it('weighs repositories equally in one mean and queries equally in the other', () => {
    const queries = [query('fruit-shop', 'a', 1), query('fruit-shop', 'b', 1), query('market', 'c', 0)];
    const overall = overallScores(queries);
    expect(overall.overRepositories.ndcg10).toBeCloseTo(0.5);
    expect(overall.overQueries.ndcg10).toBeCloseTo(2 / 3);
  });
});

describe('qualityReport', () => {
  it('prints each repository, language and category with its scores', () => {
    const text = qualityReport(run(query('fruit-shop', 'a', 0.25), query('fruit-shop', 'b', 0.75)));
    expect(text).toMatch(/fruit-shop\s+typescript\s+3\s+9\s+120\s+2\s+0\.500/);
    expect(text).toMatch(/semantic\s+2\s+0\.500/);
    expect(text).toContain('p50 2.00 ms');
  });

  it('says so when there are no queries', () => {
    expect(qualityReport(run())).toContain('no queries');
  });
});

describe('changedQueries', () => {
  it('lists what changed, worst loss first, and leaves out what only one run has', () => {
    const before = run(query('fruit-shop', 'a', 0.5), query('fruit-shop', 'b', 1), query('fruit-shop', 'c', 1));
    const after = run(
      query('fruit-shop', 'a', 0.75),
      query('fruit-shop', 'b', 0.2),
      query('fruit-shop', 'c', 1),
      query('fruit-shop', 'd', 1),
    );
    expect(changedQueries(before, after).map((change) => change.query)).toEqual(['b', 'a']);
    expect(comparisonReport(before, after)).toContain('1 queries worse, 1 better, 1 equal');
  });
});

describe('rankingsOf', () => {
  it('keys hits by repository and query', () => {
    expect(rankingsOf(run(query('fruit-shop', 'a', 1)))).toEqual({ 'fruit-shop': { a: [['src/basket.ts', 3, 9]] } });
  });
});
