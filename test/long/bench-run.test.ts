import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchReport } from '../../src/bench/report.js';

const program = fileURLToPath(new URL('../../bin/mind-index.js', import.meta.url));
const isBuilt = existsSync(new URL('../../dist/cli/main.js', import.meta.url));

describe.skipIf(!isBuilt)('mind-index bench', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mind-index-bench-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bench = (...args: string[]) =>
    spawnSync(process.execPath, [program, 'bench', '--quiet', ...args], {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder },
    });

  it('measures every scenario on one corpus and leaves nothing behind', () => {
    const { stdout, stderr } = bench('--files', '80', '--workers-list', '1,2', '--repeat', '1', '--json');
    const report = JSON.parse(stdout) as BenchReport;
    expect(stderr).toBe('');
    const names = report.throughput.map(({ scenario }) => scenario).join(' ');
    expect(names).toBe('workers-1 parse-1 read-1 workers-2 parse-2 read-2 auto aggressive');
    for (const row of report.throughput) expect(row.filesPerSecond, row.scenario).toBeGreaterThan(0);
    expect(report.throughput[0]!.parseShare).toBeGreaterThan(0);
    expect(report.incremental.map(({ scenario }) => scenario)).toEqual(['no-change', 'one-changed']);
    expect(report.latency.map(({ figure }) => figure)).toEqual([
      'open',
      'p50',
      'p95',
      'node alone',
      'search',
      'beyond node',
    ]);
    const grave = report.warnings.filter(
      ({ kind }) => kind !== 'noisy' && kind !== 'outliers' && kind !== 'first-run-slow',
    );
    expect(grave).toEqual([]);
    expect(
      readdirSync(folder).filter((name) => name.startsWith('mind-index-bench-') && !name.includes('test')),
    ).toEqual([]);
  });

  it('puts back the file it edits, so that every round indexes the same files', () => {
    const { stdout } = bench(
      '--files',
      '20',
      '--workers-list',
      '1',
      '--only',
      'workers-1,one-changed',
      '--repeat',
      '2',
      '--json',
    );
    const { warnings } = JSON.parse(stdout) as BenchReport;
    expect(warnings.filter(({ kind }) => kind === 'digests-differ')).toEqual([]);
  });

  it('fails on a regression and names it', () => {
    const report = join(folder, 'before.json');
    bench('--files', '20', '--only', 'workers-1', '--workers-list', '1', '--repeat', '1', '--output', report);
    const faster = JSON.parse(
      bench('--files', '20', '--only', 'workers-1', '--workers-list', '1', '--repeat', '1', '--json').stdout,
    ) as BenchReport;
    const durationMs = { ...faster.throughput[0]!.durationMs, median: 0.1 };
    const before = { ...faster, throughput: [{ ...faster.throughput[0]!, durationMs }] };
    writeFileSync(report, JSON.stringify(before));
    const run = bench(
      '--files',
      '20',
      '--only',
      'workers-1',
      '--workers-list',
      '1',
      '--repeat',
      '1',
      '--compare',
      report,
    );
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('workers-1 duration ms');
  });

  it('refuses wrong values with exit code 2, before it measures', () => {
    for (const args of [
      ['--files', 'many'],
      ['--only', 'nothing'],
      ['--compare', join(folder, 'missing.json')],
    ]) {
      const run = bench(...args);
      expect(run.status, args.join(' ')).toBe(2);
      expect(run.stderr).toContain('hint:');
    }
  });
});
