import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { benchPage, type BenchFigures, type Measured } from '../../../src/report/bench-page.js';
import { runPage } from '../../../src/report/run-page.js';
import type { RunSummary } from '../../../src/shared/events.js';
import type { FinishedRun, TracePoint } from '../../../src/shared/trace.js';
import { THRESHOLDS, pointAt, sampleRun } from '../../run-samples.js';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&</script><script>alert(2)</script>\u202e.ts';

const skippedFiles = [{ path: HOSTILE, reason: 'binary' }];
const page = (run: FinishedRun) =>
  runPage({ run, skippedFiles, meaningOf: (reason) => `means ${reason}`, version: '1.2.3' });
const ofPoints = (points: readonly TracePoint[], summary: Partial<RunSummary> = {}) => page(sampleRun(points, summary));
const looks = (count: number) => Array.from({ length: count }, (_, at) => pointAt(at * 250, 100 + (at % 7)));
const down = { kind: 'down', from: 4, to: 2, reason: 'memory pressure 92 % is above 90 %' } as const;

const measured = (...samples: number[]): Measured => ({
  samples,
  median: samples[0]!,
  min: Math.min(...samples),
  max: Math.max(...samples),
  spread: 0.05,
});

function bench(more: Partial<BenchFigures> = {}): BenchFigures {
  const row = { durationMs: measured(100, 110), filesPerSecond: 1000, peakRssBytes: measured(2e8) };
  const stages = [{ stage: 'chunk', activeMs: 90, inputWaitMs: 5, outputWaitMs: 5 }] as const;
  return {
    date: '2026-03-01T08:00:00.000Z',
    version: '1.2.3',
    machine: { cpu: HOSTILE, cores: 2, memoryBytes: 8e9, memoryLimitBytes: 4e9, node: 'v20', os: 'linux' },
    corpus: { identity: 'a'.repeat(64), files: 100, bytes: 1e6 },
    repeat: 2,
    throughput: [
      { ...row, scenario: 'workers-2', kind: 'index', workers: 2, megabytesPerSecond: 4, parseShare: 0.5, stages },
      { ...row, scenario: 'parse-2', kind: 'parse', workers: 2, megabytesPerSecond: 8 },
      { ...row, scenario: 'read-2', kind: 'read', workers: 2, megabytesPerSecond: 300 },
      {
        ...{
          ...row,
          scenario: 'auto',
          kind: 'index',
          workers: 2,
          megabytesPerSecond: 5,
          partsMs: { read: 1, chunk: 9 },
        },
        trace: { thresholds: THRESHOLDS, points: looks(40) },
      },
    ],
    incremental: [{ scenario: 'no-change', wallMs: measured(500), peakRssBytes: measured(9e7) }],
    latency: [{ scenario: 'search', figure: 'p50', ms: measured(4.5) }],
    ...more,
  };
}

const empty = { throughput: [], incremental: [], latency: [] };

const PAGES: readonly (readonly [string, () => string])[] = [
  ['a run of many looks', () => ofPoints(looks(600))],
  ['one look', () => ofPoints(looks(1))],
  ['two looks at one moment', () => ofPoints([pointAt(0, 50), pointAt(0, 60)])],
  ['no looks', () => ofPoints([])],
  ['no trace', () => page({ ...sampleRun([]), trace: undefined })],
  ['no decision', () => ofPoints(looks(10))],
  ['decisions', () => ofPoints([pointAt(0, 90), pointAt(900, 480, { decision: down }), pointAt(1800, 300)])],
  ['a pause that never ended', () => ofPoints([pointAt(0, 90, { decision: { ...down, kind: 'pause' } }), ...looks(9)])],
  [
    'a run that did nothing',
    () => ofPoints(looks(3), { stages: [], partsMs: {}, skipped: {}, bytes: 0, durationMs: 0 }),
  ],
  ['huge numbers', () => ofPoints([pointAt(0, 9e9), pointAt(9e12, 8e12, { workers: 9e5, limitBytes: 1e20 })])],
  ['hostile names', () => ofPoints(looks(3), { root: HOSTILE, failed: [{ path: HOSTILE, message: HOSTILE }] })],
  ['a bench', () => benchPage(bench(), [HOSTILE])],
  ['a bench without anything', () => benchPage(bench(empty), [])],
];

describe.each(PAGES)('the page of %s', (_name, make) => {
  const text = make();

  test('has no number that is none', () => {
    expect(text.replace(/<script>[^]*/, '')).not.toMatch(/NaN|undefined|Infinity|\[object|="-\d/);
  });

  test('allows its one script and its one style by their hashes, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)![1]!.replaceAll('&#39;', "'");
    const hashOf = (tag: string) => {
      const contents = [...text.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, 'g'))].map((match) => match[1]!);
      expect(contents, tag).toHaveLength(1);
      return `'sha256-${createHash('sha256').update(contents[0]!).digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('refers to nothing outside, and has no markup that was not written for it', () => {
    const names = new Set([...text.matchAll(/<([a-z][\w-]*)/g)].map((match) => match[1]!));
    for (const name of ['img', 'link', 'iframe', 'object', 'embed', 'form', 'base', 'a'])
      expect(names).not.toContain(name);
    const attributes = text.replace(/<(script|style)>[^]*?<\/\1>/g, '').matchAll(/<[^>]*?\s(on\w+|src|href|style)=/g);
    expect([...attributes].map((match) => match[0])).toEqual([]);
    expect(text).not.toMatch(/https?:|url\(|@import/);
  });

  test('names each thing that others point to once', () => {
    const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [...text.matchAll(/aria-(?:labelledby|describedby)="([^"]*)"/g)].map((match) => match[1]!);
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('the page of a run', () => {
  test('tells what the run was, decisions with their reasons, and files with theirs', () => {
    const points = [pointAt(0, 90), pointAt(900, 480, { decision: down }), pointAt(1800, 300, { workers: 2 })];
    const text = ofPoints(points, { failed: [{ path: 'src/rotten.ts', message: 'out of memory' }] });
    for (const said of ['Run 7 of /orchard', '480 MiB', 'down from 4 to 2', 'memory pressure 92 % is above 90 %']) {
      expect(text).toContain(said);
    }
    for (const said of ['src/rotten.ts', 'out of memory', 'too-large', 'means too-large', 'waits for input']) {
      expect(text).toContain(said);
    }
    expect(text.match(/<circle class="mark orange" cx="50%"/g)).toHaveLength(1);
  });

  test('leaves a limit out of sight that would flatten memory, and says so', () => {
    const far = ofPoints([pointAt(0, 100), pointAt(1000, 120)].map((point) => ({ ...point, limitBytes: 2 ** 40 })));
    expect(far).toContain('of the limit of 1.0 TiB, which lies beyond this chart');
    expect(far).not.toContain('limit 1.0 TiB</li>');
    const near = ofPoints([pointAt(0, 400), pointAt(1000, 520)]);
    expect(near).toContain('limit 512 MiB</li>');
    expect(near).toContain('The limit was passed by 8.0 MiB.');
  });

  test('lists skipped files by name as far as they are known', () => {
    expect(ofPoints([])).toContain('The first 1 of them');
    expect(ofPoints([], { skipped: { binary: 1 } })).toContain('All of them');
    const unknown = runPage({ run: sampleRun([]), skippedFiles: undefined, meaningOf: () => '', version: '1' });
    expect(unknown).not.toContain('of them</summary>');
  });

  test('lists many failed files, not all', () => {
    const failed = Array.from({ length: 700 }, (_, at) => ({ path: `src/rotten-${at}.ts`, message: 'sour' }));
    const text = ofPoints([], { failed });
    expect(text).toContain('src/rotten-499.ts');
    expect(text).not.toContain('src/rotten-500.ts');
    expect(text).toContain('And 200 more.');
  });

  test('is below half a megabyte at the bound of a trace, every fourth look with a decision', () => {
    const points = looks(600).map((point, at) => (at % 4 === 0 ? { ...point, decision: down } : point));
    expect(ofPoints(points).length).toBeLessThan(512 * 1024);
  });
});
