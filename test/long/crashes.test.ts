import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FailedSince } from '../../src/pipeline/failed-files.js';
import type { AnyEvent, RunSummary } from '../../src/shared/events.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, mindIndex, problemsOf, type ProgramOptions } from '../program.js';

const SABOTEUR = fileURLToPath(new URL('../preloads/file-saboteur.mjs', import.meta.url));
const FILES = 120;
const GUILTY = 'shelf1/stock4.css';
const ACCOMPLICE = 'shelf2/stock5.ex';

/** What a file does to the process that opens it: see the preload. */
interface Trap {
  readonly kind: 'abort' | 'segv' | 'kill' | 'hang' | 'kill-parent';
  readonly path: string;
  readonly where?: 'run' | 'apart';
  readonly seconds?: number;
}

let tree: TemporaryFolder;
let expected: string;
let notes: string;

function sabotage(traps: readonly Trap[], env: Readonly<Record<string, string>> = {}): ProgramOptions {
  return { env: { NODE_OPTIONS: `--import=${SABOTEUR}`, SABOTAGE: JSON.stringify(traps), ...env } };
}

const INLINE = { MIND_INDEX_INLINE_MAX_FILES: '1000', MIND_INDEX_INLINE_MAX_BYTES: '100mb' };
const THREADS = { MIND_INDEX_INLINE_MAX_FILES: '0' };
const MODES = [
  ['worker threads', THREADS],
  ['the main thread', INLINE],
] as const;

/** Runs the program, which dies or not; returns how it ended and its summary, if it came so far. */
function run(traps: readonly Trap[], env: Readonly<Record<string, string>>, workers = 2) {
  const { signal, stdout, stderr } = mindIndex(
    ['index', tree.path, '--json', '--workers', String(workers)],
    sabotage(traps, env),
  );
  const events = eventsOf(stdout);
  const summary = events.find((event) => event.event === 'run-finished') as RunSummary | undefined;
  return { signal, stderr, summary, tried: triedIn(events) };
}

function triedIn(events: readonly AnyEvent[]): readonly (readonly [path: string, outcome: string])[] {
  return events.flatMap((event) => (event.event === 'suspect-tried' ? [[event.path, event.outcome] as const] : []));
}

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, FILES);
  expected = indexed(tree.path).digest;
  notes = join(tree.path, '.mind-index/in-work');
}, 60_000);

beforeEach(() => void mindIndex(['clean', tree.path]));
afterAll(() => tree.remove());

describe.each(MODES)('a file that crashes the parser in %s', (_, env) => {
  test.each([
    ['abort', 'SIGABRT'],
    ['segv', 'SIGSEGV'],
  ] as const)('by %s ends that run; the next one names it, leaves it out, and never meets it again', (kind, signal) => {
    const traps = [{ kind, path: GUILTY }];
    expect(run(traps, env)).toMatchObject({ signal, summary: undefined });
    const { summary, tried } = run(traps, env);
    expect(tried).toContainEqual([GUILTY, 'failed']);
    expect(summary).toMatchObject({ outcome: 'complete', files: FILES - 1 });
    expect(summary!.failed).toEqual([{ path: GUILTY, message: expect.stringContaining(`(${signal})`) as string }]);
    expect(existsSync(notes)).toBe(false);
    expect(problemsOf(tree.path)).toEqual([]);

    const third = run(traps, env);
    expect([third.signal, third.tried, third.summary!.work.unchanged]).toEqual([null, [], FILES]);
    // With --force it is tried again, and again where it can do no harm.
    const forced = mindIndex([tree.path, '--force', '--quiet'], sabotage(traps, env));
    expect([forced.status, forced.signal]).toEqual([0, null]);
    expect(indexed(tree.path, ['--force']).digest).toBe(expected);
  });
});

describe('suspects', () => {
  test('that are innocent are indexed like any other file: the digest is equal', () => {
    for (const kill of [GUILTY, ACCOMPLICE, 'shelf3/stock2.cpp']) {
      const died = run([{ kind: 'kill', path: kill, where: 'run' }], THREADS, 1);
      expect([kill, died.signal]).toEqual([kill, 'SIGKILL']);
    }
    const { summary, tried } = run([], THREADS);
    expect(tried).toContainEqual(['shelf3/stock2.cpp', 'indexed']);
    expect(tried.filter(([, outcome]) => outcome !== 'indexed')).toEqual([]);
    expect([summary!.digest, summary!.failed]).toEqual([expected, []]);
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('that crash one after the other are all left out, and the rest is indexed', () => {
    const traps: Trap[] = [
      { kind: 'segv', path: GUILTY },
      { kind: 'abort', path: ACCOMPLICE },
    ];
    let last = run(traps, THREADS);
    for (let runs = 0; last.summary === undefined && runs < traps.length; runs++) last = run(traps, THREADS);
    expect(last.summary).toMatchObject({ outcome: 'complete', files: FILES - 2 });
    expect(last.summary!.failed.map(({ path }) => path)).toEqual([GUILTY, ACCOMPLICE]);
  });

  test('stay suspected when the run is killed while it tries them', () => {
    expect(run([{ kind: 'segv', path: GUILTY }], INLINE).signal).toBe('SIGSEGV');
    expect(run([{ kind: 'kill-parent', path: GUILTY, where: 'apart' }], INLINE).signal).toBe('SIGKILL');
    const { summary, tried } = run([{ kind: 'segv', path: GUILTY }], INLINE);
    expect(tried).toEqual([[GUILTY, 'failed']]);
    expect(summary!.files).toBe(FILES - 1);
  });

  test('are none when notes are damaged, foreign, or name files that are not there', () => {
    indexed(tree.path);
    const path = Buffer.from('../../etc/passwd');
    const slot = Buffer.alloc(4096);
    slot.writeUInt16LE(path.length, 0);
    path.copy(slot, 2);
    const damaged = [
      Buffer.alloc(0),
      Buffer.alloc(5000, 0xff),
      slot,
      readFileSync(process.execPath).subarray(0, 50_000),
    ];
    for (const content of damaged) {
      writeFileSync(notes, content);
      const { summary, tried } = run([], THREADS);
      expect([tried, summary!.digest]).toEqual([[], expected]);
    }
  });

  test('whose process is killed once get a second chance; twice is held against them', () => {
    expect(run([{ kind: 'kill', path: GUILTY }], INLINE).signal).toBe('SIGKILL');
    const { summary } = run([{ kind: 'kill', path: GUILTY }], INLINE);
    expect(summary!.failed).toEqual([{ path: GUILTY, message: expect.stringContaining('killed twice') as string }]);
    tree.write(GUILTY, readFileSync(join(tree.path, GUILTY)));
    expect(indexed(tree.path).digest).toBe(expected);
  });
});

describe('failed files', () => {
  const failedOf = () => {
    const { stdout } = mindIndex(['status', tree.path, '--failed', '--json']);
    return (JSON.parse(stdout) as { readonly failed: readonly FailedSince[] }).failed;
  };

  test('are listed with their reason and the run they failed in, until they are tried again', () => {
    indexed(tree.path);
    expect(failedOf()).toEqual([]);
    expect(mindIndex(['status', tree.path, '--failed']).stdout).toBe('No file failed\n');
    const content = readFileSync(join(tree.path, GUILTY), 'utf8');
    tree.write(GUILTY, `${content}\n`);
    const traps: Trap[] = [{ kind: 'segv', path: GUILTY }];
    expect(run(traps, INLINE).signal).toBe('SIGSEGV');
    run(traps, INLINE);
    const [failure, ...others] = failedOf();
    expect(others).toEqual([]);
    expect(failure).toMatchObject({ path: GUILTY, message: expect.stringContaining('SIGSEGV') as string, run: 2 });
    // Later runs change neither the day nor the run.
    run(traps, INLINE);
    expect(failedOf()).toEqual([failure]);
    const told = mindIndex(['status', tree.path, '--failed']).stdout;
    expect(told).toContain(`${GUILTY}: ${failure!.message}\n    since ${failure!.since} (run 2)`);

    const retried = mindIndex(['index', tree.path, '--json', '--retry-failed'], sabotage(traps));
    expect(triedIn(eventsOf(retried.stdout))).toEqual([[GUILTY, 'failed']]);
    expect(failedOf()).toEqual([failure]);
    // A changed file is tried again by itself.
    tree.write(GUILTY, content);
    expect([indexed(tree.path).digest, failedOf()]).toEqual([expected, []]);
  });
});

describe('a file that hangs in the main thread', () => {
  test('ends the process by a signal, with words; the next run leaves the file out', () => {
    const env = { ...INLINE, MIND_INDEX_FILE_DEADLINE_MS: '500' };
    const traps: Trap[] = [{ kind: 'hang', path: GUILTY, seconds: 60 }];
    const died = run(traps, env);
    expect(died.signal).toBe('SIGKILL');
    expect(died.stderr).toContain(`\`${GUILTY}\` took longer than 500 ms`);
    const { summary, signal } = run(traps, env);
    expect([signal, summary!.files]).toEqual([null, FILES - 1]);
    expect(summary!.failed).toEqual([
      { path: GUILTY, message: expect.stringContaining('longer than 500 ms') as string },
    ]);
  });

  test.each([
    ['before a search', (sabotaged: ProgramOptions) => mindIndex(['search', 'stock', '--root', tree.path], sabotaged)],
    [
      'after an import',
      (sabotaged: ProgramOptions) => {
        const file = join(tree.path, '.mind-index-export.mindx');
        expect(mindIndex(['export', tree.path, '-o', file]).status).toBe(0);
        const imported = mindIndex(['import', file, tree.path], sabotaged);
        rmSync(file);
        return imported;
      },
    ],
  ])('does so %s too', (_, act) => {
    indexed(tree.path);
    const traps: Trap[] = [{ kind: 'hang', path: 'hanging.ts', seconds: 60 }];
    writeFileSync(join(tree.path, 'hanging.ts'), 'export const hanging = 1;\n');
    const died = act(sabotage(traps, { ...INLINE, MIND_INDEX_FILE_DEADLINE_MS: '500' }));
    rmSync(join(tree.path, 'hanging.ts'));
    expect([died.signal, died.stderr]).toEqual(['SIGKILL', expect.stringContaining('took longer than 500 ms')]);
  });
});
