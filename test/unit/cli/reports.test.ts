import { describe, expect, test } from 'vitest';
import type { IndexStatus, VerifyReport } from '../../../src/app/inspection.js';
import { makeColors } from '../../../src/cli/colors.js';
import { exitCodeOf } from '../../../src/cli/index-command.js';
import { languageIds } from '../../../src/cli/language-filter.js';
import { markMatches, wordPattern } from '../../../src/cli/match-highlight.js';
import { runLine, runReport } from '../../../src/cli/run-report.js';
import { checkQuery } from '../../../src/cli/search-command.js';
import { hitText, nothingFound } from '../../../src/cli/search-report.js';
import { explainState, statusReport } from '../../../src/cli/status-report.js';
import { verifyText } from '../../../src/cli/verify-command.js';
import { chosenWord } from '../../../src/cli/word-choice.js';
import { searchJson } from '../../../src/search/search-json.js';
import type { SearchHit } from '../../../src/search/search-result.js';
import type { RunSummary, ScaleEvent } from '../../../src/shared/events.js';

const colors = makeColors(false);
const style = { colors, verbose: false, cwd: '/shop' };
const MIB = 2 ** 20;

const shrink: ScaleEvent = {
  atMs: 1200,
  rssBytes: 480 * MIB,
  limitBytes: 512 * MIB,
  pressureShort: 0.94,
  pressureLong: 0.92,
  from: 4,
  to: 2,
  backlog: 40,
  decision: 'down',
  reason: 'pressure 0.92 is above 0.9',
};

const summary: RunSummary = {
  root: '/shop',
  outcome: 'complete',
  strategy: { kind: 'threads', workers: 4 },
  files: 1200,
  chunks: 9000,
  bytes: 10 * MIB,
  work: { added: 1190, changed: 9, removed: 1, unchanged: 1, restamped: 0, rehashed: 2, bytes: 10 * MIB },
  skipped: { binary: 3, 'too-large': 12, vanished: 0 },
  failed: Array.from({ length: 7 }, (_, at) => ({ path: `src/rotten-${at}.ts`, message: 'thread died' })),
  scope: { include: [], exclude: [], maxFileBytes: MIB },
  durationMs: 2000,
  discoveryMs: 90,
  filesPerSecond: 600,
  workers: { initial: 4, min: 2, max: 4, final: 2 },
  threads: { started: 5, recycled: 0, lost: ['thread 3: out of memory'] },
  scaleEvents: [shrink],
  stages: [],
  partsMs: {},
  peakRssBytes: 300 * MIB,
  digest: 'ab'.repeat(32),
  indexBytes: 7 * MIB,
  embedder: 'builtin',
};

const hit: SearchHit = {
  path: 'src/basket.ts',
  startLine: 8,
  endLine: 20,
  kind: 'method',
  symbol: 'applyCoupon',
  parent: 'Basket',
  score: 1.2345,
  fresh: 'fresh',
  snippet: '\tapplyCoupon(coupon: Coupon) {\n\t\treturn 0;',
  snippetLine: 9,
  bestLine: 9,
  matchLines: [9],
};

describe('the summary of a run', () => {
  test('says what was done, what was left out and why, what it took, and what to do next', () => {
    expect(runReport(summary, '1,200 files', style)).toMatchInlineSnapshot(`
      "Indexed \`/shop\` in 2.0 s: 1,200 files, 9,000 chunks, 10.0 MiB
        files       1,190 added, 9 changed, 1 removed, 1 unchanged, 2 touched but equal
        skipped         12 too-large (larger than \`maxFileBytes\`)
                         3 binary (no text)
        failed      src/rotten-0.ts: thread died
                    src/rotten-1.ts: thread died
                    src/rotten-2.ts: thread died
                    src/rotten-3.ts: thread died
                    src/rotten-4.ts: thread died
                    and 2 more; see \`mind-index status --failed\`
        speed       600 files/s, 5.0 MiB/s
        work        threads, began with 4 workers (1,200 files)
        memory      peak 300 MiB
        scaling     1 step, 2 to 4 workers
                    at 1.2 s 4 to 2 workers: pressure 0.92 is above 0.9
        thread lost thread 3: out of memory
        index       7.0 MiB (0.70 of the source), embedder builtin, digest abababababab

      Try: mind-index search "…""
    `);
  });

  test('of an interrupted run says how to go on', () => {
    const report = runReport({ ...summary, outcome: 'interrupted' }, '', style);
    expect(report).toMatch(/^Interrupted after 2\.0 s; the index holds 1,200 files/);
    expect(report).toContain('run again to continue');
  });

  test('in one line names the failures', () => {
    expect(runLine(summary)).toBe(
      'Indexed 1,200 files, 9,000 chunks (1,190 added, 9 changed, 1 removed, 7 failed) in 2.0 s',
    );
  });

  test('decides the exit code', () => {
    expect(exitCodeOf(summary, { strict: false })).toBe(0);
    expect(exitCodeOf(summary, { strict: true })).toBe(3);
    expect(exitCodeOf({ ...summary, failed: [] }, { strict: true })).toBe(0);
    expect(exitCodeOf({ ...summary, outcome: 'interrupted' }, { strict: true })).toBe(130);
  });
});

describe('a hit', () => {
  const layout = { colors, columns: 80, isTerminal: true };

  test('shows where it is, what it is, and its lines with the matching ones marked', () => {
    expect(hitText(hit, 'coupon', layout)).toBe(
      [
        'src/basket.ts:8-20  Basket.applyCoupon (method)  1.234',
        '  > 9     applyCoupon(coupon: Coupon) {',
        '   10         return 0;',
      ].join('\n'),
    );
  });

  test('fits the terminal and has no power over it', () => {
    const nasty = { ...hit, path: 'new\nline.ts', snippet: `\x1b[2J${'日本'.repeat(60)}`, fresh: 'stale' as const };
    const lines = hitText(nasty, 'coupon', { ...layout, columns: 40 }).split('\n');
    expect(lines[0]).toBe('new\\nline.ts:8-20  method  stale');
    expect(lines[1]).toMatch(/^ {2}>9 \\x1b\[2J(日本)+日?…$/);
  });

  test('in JSON has exactly the promised fields', () => {
    const result = { query: 'q', tookMs: 1, hits: [hit], notices: [] };
    const { hits } = searchJson(result, 'hits') as { hits: object[] };
    expect(Object.keys(hits[0]!)).toEqual([
      'path',
      'startLine',
      'endLine',
      'kind',
      'symbol',
      'score',
      'fresh',
      'snippet',
    ]);
    const truncated = { hitsLeftOut: 2, linesLeftOut: 7 };
    expect(searchJson({ ...result, truncated }, 'files')).toEqual({
      query: 'q',
      tookMs: 1,
      files: [{ path: 'src/basket.ts', score: 1.2345, startLine: 8, endLine: 20, fresh: 'fresh' }],
      truncated,
      notices: [],
    });
  });
});

describe('matches', () => {
  const mark = (text: string) => `[${text}]`;

  test('are the words of the query, whole or as parts of identifiers, in any case', () => {
    const pattern = wordPattern('applyCoupon to_price x');
    expect(markMatches('applyCoupon(APPLY, price, x)', pattern, mark)).toBe('[applyCoupon]([APPLY], [price], x)');
  });

  test('are none where the query has no word worth marking', () => {
    expect(wordPattern('x + (')).toBeUndefined();
    expect(markMatches('x', undefined, mark)).toBe('x');
  });

  test('take the letters of a query literally', () => {
    expect(markMatches('a.b $total', wordPattern('$total a.b'), mark)).toBe('a.b [$total]');
  });
});

describe('a query', () => {
  test.each(['', '  ', '=> {};', '。、'])('of %j is refused', (query) => {
    expect(() => checkQuery(query)).toThrow(expect.objectContaining({ code: 'query-empty', exitCode: 2 }));
  });

  test.each(['a', '7', '価格', '!x'])('of %j is searched for', (query) => expect(checkQuery(query)).toBe(query));

  test('may name languages by id or by file ending', () => {
    expect(languageIds(['typescript', 'py', '.rs'])).toEqual(['typescript', 'python', 'rust']);
    expect(() => languageIds(['pythn'])).toThrow(expect.objectContaining({ hint: 'did you mean `python`?' }));
  });
});

describe('a search', () => {
  test('takes words of a list, and names the list and the nearest where it is another', () => {
    const kinds = ['class', 'function'] as const;
    expect(chosenWord('--kind', 'Function', kinds)).toBe('function');
    expect(() => chosenWord('--kind', 'functions', kinds)).toThrow(
      expect.objectContaining({
        message: '`--kind` does not take `functions`',
        hint: 'did you mean `function`? allowed: `class`, `function`',
        exitCode: 2,
      }),
    );
    expect(() => chosenWord('--kind', 'pear', kinds)).toThrow(
      expect.objectContaining({ hint: 'allowed: `class`, `function`' }),
    );
  });

  test('that finds nothing advises to drop the filters that were used, and no others', () => {
    expect(nothingFound('pear', [], colors)).not.toContain('drop');
    expect(nothingFound('pear', ['--lang'], colors)).toContain('or drop `--lang`;');
    expect(nothingFound('pear', ['--path', '--lang', '--kind'], colors)).toContain(
      'drop `--path`, `--lang` and `--kind`;',
    );
  });
});

describe('the status', () => {
  const status: IndexStatus = {
    root: '/shop',
    indexDir: '/shop/.mind-index',
    state: { kind: 'ready', finishedAt: '2026-01-02T03:04:05Z' },
    files: 1200,
    chunks: 9000,
    bytes: 10 * MIB,
    indexBytes: 7 * MIB,
    segments: 3,
    generation: 4,
    skipped: { binary: 3 },
    failed: [],
    digest: 'ab'.repeat(32),
    embedder: 'builtin',
    lineWindowLanguages: ['sql'],
    lastRun: summary,
    behind: { added: 1, changed: 2, removed: 0, since: '2026-01-03T00:00:00.000Z' },
    behindPaths: { added: ['src/fig.ts'], changed: ['src/apple.ts', 'src/pear.ts'], removed: [] },
  };

  test('says that the index is behind and what to do', () => {
    const report = statusReport(status, colors, false);
    expect(report).toContain('Index of `/shop`: ready, complete since 2026-01-02T03:04:05Z');
    expect(report).toContain('1 new, 2 changed, 0 deleted files, since 2026-01-03T00:00:00.000Z');
    expect(report).toMatch(/hint: run `mind-index` to bring it up to date$/);
  });

  test('gives no advice where there is nothing to do', () => {
    const report = statusReport({ ...status, behind: { added: 0, changed: 0, removed: 0 } }, colors, false);
    expect(report).toMatch(/nothing: the index agrees with the files$/);
  });

  test('has a sentence for every state, and advice for all but a good one', () => {
    const advice = [
      { kind: 'missing' },
      { kind: 'building', startedAt: 'noon' },
      { kind: 'ready', finishedAt: 'noon' },
      { kind: 'stale-settings', stored: 'a', current: 'b' },
      { kind: 'newer-version', found: 9, supported: 1 },
      { kind: 'corrupt', detail: 'a page is torn' },
    ] as const;
    expect(advice.map((state) => [state.kind, explainState(state).hint !== ''])).toEqual(
      advice.map(({ kind }) => [kind, kind !== 'ready']),
    );
  });
});

describe('a verification', () => {
  const report: VerifyReport = {
    ok: true,
    verdict: 'sound',
    files: 2,
    chunks: 3,
    digestStored: 'aa',
    digestRecomputed: 'aa',
    problems: [],
  };

  test('says that the index is sound', () => {
    expect(verifyText(report, false)).toBe('The index is sound: 2 files, 3 chunks\n  digest aa');
  });

  test('lists problems, not all of many', () => {
    const problems = Array.from({ length: 25 }, (_, at) => `src/rotten-${at}.ts: missing chunk`);
    const damaged: VerifyReport = { ...report, ok: false, verdict: 'corrupt', digestRecomputed: 'bb', problems };
    const text = verifyText(damaged, false);
    expect(text).toContain('not sound: 25 problems');
    expect(text).toContain('`mind-index --force`');
    expect(text).toContain('and 5 more; `--verbose` shows all');
    expect(text).toContain('digest recomputed bb');
  });

  test('tells an index that is behind its files from a damaged one', () => {
    const text = verifyText({ ...report, ok: false, verdict: 'stale', problems: ['`a.ts` has changed'] }, false);
    expect(text).toContain('sound but stale: 1 problem in');
    expect(text).not.toContain('--force');
  });
});
