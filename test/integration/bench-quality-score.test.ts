import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnnotations } from '../../benchmarks/quality/collection.js';
import type { ScoredQuery } from '../../benchmarks/quality/quality-run.js';
import { overallScores, scoreBy } from '../../benchmarks/quality/report.js';
import { scoreQuery, type Rankings } from '../../benchmarks/quality/score.js';

/** Path of a collection's own `score.py`; without it (or without python3) there is nothing to compare with. */
const scorer = process.env['MIND_INDEX_SCORER'];
const canRun = scorer !== undefined && spawnSync('python3', ['--version']).status === 0;

const path = fc.constantFrom('apple.ts', 'pear.ts', 'shop/apple.ts', 'src/shop/apple.ts', 'plum.py', 'fig.rb');
const line = fc.integer({ min: 1, max: 60 });
const target = fc.oneof(path, fc.record({ path, start_line: line, end_line: line }, { requiredKeys: ['path'] }));
const targets = fc.array(target, { maxLength: 4 });
const category = fc.constantFrom('semantic', 'symbol');
const queries = fc.uniqueArray(
  fc.record({ query: fc.string({ minLength: 1 }), category, relevant: targets, secondary: targets }),
  { selector: ({ query }) => query, minLength: 3, maxLength: 12 },
);
const hits = fc.array(fc.tuple(path, line, line), { maxLength: 14 });

/** Both sides print three digits and may round a tie apart. */
const PRINTED_STEP = 0.00101;

describe.skipIf(!canRun)('the scores of a random results file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mind-index-score-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of the program that defines them', () => {
    const sample = fc.array(fc.tuple(queries, fc.infiniteStream(hits), fc.boolean()), { minLength: 3, maxLength: 5 });
    let round = 0;
    fc.assert(
      fc.property(sample, (repositories) => {
        const evalDir = join(folder, String(round++));
        mkdirSync(join(evalDir, 'annotations'), { recursive: true });
        const rankings: Record<string, Record<string, [string, number, number][]>> = {};
        for (const [index, [list, answers, neutral]] of repositories.entries()) {
          const name = `market-${index}`;
          const json = JSON.stringify(neutral ? { queries: list } : list);
          writeFileSync(join(evalDir, 'annotations', `${name}.json`), json);
          rankings[name] = Object.fromEntries(list.map(({ query }) => [query, answers.next().value]));
        }
        const [ours, theirs] = [ourLines(evalDir, rankings), theirLines(evalDir, rankings)];
        expect(ours.map(withoutNumbers)).toEqual(theirs.map(withoutNumbers));
        const expected = theirs.flatMap(numbersIn);
        for (const [index, value] of ours.flatMap(numbersIn).entries()) {
          expect(Math.abs(value - expected[index]!)).toBeLessThan(PRINTED_STEP);
        }
      }),
      { numRuns: 15 },
    );
  });
});

const withoutNumbers = (line: string) => line.replaceAll(/\d+\.\d+/g, '');
const numbersIn = (line: string) => (line.match(/\d+\.\d+/g) ?? []).map(Number);

function ourLines(evalDir: string, rankings: Rankings): string[] {
  const scored = [...readAnnotations(evalDir)].flatMap(([repository, list]) =>
    list.map((judged): ScoredQuery => {
      const found = rankings[repository]?.[judged.query] ?? [];
      const { query, category } = judged;
      return { repository, language: '', category, query, hits: found, tookMs: 0, ...scoreQuery(judged, found) };
    }),
  );
  const { overRepositories, overQueries } = overallScores(scored);
  const line = (label: string, { ndcg10, count }: { ndcg10: number; count: number }) =>
    `${label} ${ndcg10.toFixed(3)} n=${count}`;
  return [
    ...scoreBy(scored, (query) => query.repository).map((group) => line(group.key, group)),
    ...scoreBy(scored, (query) => query.category).map((group) => line(`[${group.key}]`, group)),
    `ndcg@10 mean over repos ${overRepositories.ndcg10.toFixed(3)}, over queries ${overQueries.ndcg10.toFixed(3)}; ` +
      `mrr@10 ${overQueries.mrr10.toFixed(3)}; hit@5 ${overQueries.hit5.toFixed(3)}; ${scored.length} queries`,
  ];
}

function theirLines(evalDir: string, rankings: Rankings): string[] {
  const results = join(evalDir, 'results.json');
  writeFileSync(results, JSON.stringify(rankings));
  const run = spawnSync('python3', [scorer!, join(evalDir, 'annotations'), results], { encoding: 'utf8' });
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((text) => text.trim().replaceAll(/\s+/g, ' '));
}
