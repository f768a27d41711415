import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ExportReport, ImportReport } from '../../src/app/transfer.js';
import type { IndexStatus } from '../../src/app/inspection.js';
import type { RunSummary } from '../../src/shared/events.js';
import { exportShop, git, type ExportedShop } from '../exported-shop.js';
import type { TemporaryFolder } from '../generated-tree.js';
import { atEvent, eventsOf, indexed, mindIndex, programWords, startMindIndex } from '../program.js';

const FILES = 120;

let shop: ExportedShop;
let folder: TemporaryFolder;
/** A git repository whose index is exported, and a clone of the same commit. */
let source: string;
let clone: string;
let exported: string;
let digest: string;

function at(name: string): string {
  return join(folder.path, name);
}

function jsonLines(stdout: string): Record<string, unknown>[] {
  return eventsOf(stdout) as unknown as Record<string, unknown>[];
}

function statusOf(path: string): IndexStatus {
  return JSON.parse(mindIndex(['status', path, '--json', '--no-compare']).stdout) as IndexStatus;
}

/** Imports and returns the report and the summary of the indexing that followed. */
function imported(file: string, path: string, ...args: string[]): { report: ImportReport; summary: RunSummary } {
  const run = mindIndex(['import', file, path, '--json', ...args]);
  const events = jsonLines(run.stdout);
  const named = (name: string) => events.find(({ event }) => event === name);
  if (run.status !== 0) throw new Error(`exit code ${run.status}: ${run.stderr}`);
  return { report: named('import-finished') as never, summary: named('run-finished') as never };
}

beforeAll(() => {
  shop = exportShop(FILES);
  ({ folder, source, clone, exported, digest } = shop);
});

beforeEach(() => shop.renewClone());

afterAll(() => folder.remove());

describe('an export', () => {
  test('leaves nothing among the temporary files where its reader goes away', () => {
    const temporary = folder.write('temporary/.keep', '');
    const words = [...programWords(['export', source, '-o', '-'])].map((word) => `'${word}'`).join(' ');
    spawnSync('sh', ['-c', `${words} 2>&1 | head -c 1`], { env: { ...process.env, TMPDIR: at('temporary') } });
    expect([temporary, readdirSync(at('temporary'))]).toEqual([temporary, ['.keep']]);
  });

  test('is named after the folder and its commit, in the current folder, and its path is all that stdout says', () => {
    const cwd = at('.');
    const { status, stdout, stderr } = mindIndex(['export', source], { cwd });
    const name = `fruit-shop-${git(source, 'rev-parse', 'HEAD').slice(0, 12)}.mindx`;
    expect([status, realpathSync(stdout.trim())]).toEqual([0, realpathSync(at(name))]);
    expect(stderr).toContain(`${FILES} files`);
    expect(stderr).not.toContain('warning');
    rmSync(at(name));
  });

  test('of files that differ from the commit is named after the digest, and says which', () => {
    appendFileSync(join(clone, 'shelf0/stock1.c'), '\nint price;\n');
    // Skipped by the index, so of no matter to it.
    writeFileSync(join(clone, 'photo.png'), 'fruit');
    const { digest } = indexed(clone);
    const { stdout, stderr } = mindIndex(['export', clone], { cwd: folder.path });
    expect(stdout.trim()).toMatch(new RegExp(`clone-${digest.slice(0, 12)}\\.mindx$`));
    expect(stderr).toContain('warning: the files differ from the commit: `shelf0/stock1.c`');
    rmSync(stdout.trim());
  });

  test('of an index that is behind the files warns, and says so in its manifest', () => {
    indexed(clone);
    rmSync(join(clone, 'shelf0/stock1.c'));
    const run = mindIndex(['export', clone, '-o', at('behind.mindx'), '--json']);
    const [report] = jsonLines(run.stdout).filter(({ event }) => event === 'export-finished');
    expect((report as unknown as ExportReport).manifest.index.behind).toEqual({ added: 0, changed: 0, removed: 1 });
    expect(mindIndex(['export', clone, '-o', at('behind.mindx')]).stderr).toContain(
      'warning: the exported index is behind the files: 0 new, 0 changed, 1 deleted',
    );
  });

  test('to the standard output is the same file, and is not mixed with anything else', () => {
    const [command, ...words] = programWords(['export', source, '-o', '-']);
    const { stdout, status } = spawnSync(command!, words, { maxBuffer: 2 ** 26 });
    writeFileSync(at('piped.mindx'), stdout);
    expect([status, mindIndex(['verify', at('piped.mindx')]).status]).toEqual([0, 0]);
    expect(mindIndex(['export', source, '-o', '-', '--json']).status).toBe(2);
  });

  test('needs an index', () => {
    expect(mindIndex(['export', clone])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no index') as string,
    });
  });
});

describe('an import', () => {
  test('into a clone of the same commit indexes none of its files, and reads only those that git does not know for certain', () => {
    const { report, summary } = imported(exported, clone);
    expect(report.replaced).toBeNull();
    expect(summary).toMatchObject({ digest, work: { added: 0, changed: 0, removed: 0 } });
    expect(summary.work.restamped + summary.work.rehashed).toBe(FILES);
    expect(summary.work.restamped).toBeGreaterThan(0);
    expect(mindIndex(['verify', clone, '--source']).status).toBe(0);
    expect(mindIndex(['status', clone, '--check']).status).toBe(0);
    expect(indexed(clone).work).toMatchObject({ unchanged: FILES, rehashed: 0 });
  });

  test('indexes exactly what differs: changed, new, deleted', () => {
    const files = git(clone, 'ls-files').split('\n');
    for (const path of files.slice(0, 5)) appendFileSync(join(clone, path), '\n\n');
    for (const path of files.slice(5, 7)) rmSync(join(clone, path));
    for (const name of ['fig', 'date', 'lime']) writeFileSync(join(clone, `${name}.ts`), `export const ${name} = 1;\n`);
    const { summary } = imported(exported, clone);
    expect(summary.work).toMatchObject({ added: 3, changed: 5, removed: 2 });
    expect(summary.work.restamped + summary.work.rehashed).toBe(FILES - 7);
    const elsewhere = indexed(clone, ['--index-dir', at('full')]);
    expect(summary.digest).toBe(elsewhere.digest);
    rmSync(at('full'), { recursive: true });
  });

  test('with --no-index only puts the index in place, which is then behind', () => {
    const run = mindIndex(['import', exported, clone, '--no-index', '--json']);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ event: 'import-finished', replaced: null });
    expect(statusOf(clone)).toMatchObject({ digest, state: { kind: 'ready' } });
    expect(mindIndex(['search', '--root', clone, '--files', 'sell']).stdout).not.toBe('');
  });

  test('says what it puts in the place of what', () => {
    indexed(clone, ['--exclude', 'shelf0']);
    const { status, stdout, stderr } = mindIndex(['import', exported, clone]);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('in the place of another');
    expect(stderr).toContain(`commit      ${git(source, 'rev-parse', 'HEAD')}`);
  });

  test('with other settings ends with 4 and says which; with those settings it is taken', () => {
    const { status, stderr } = mindIndex(['import', exported, clone, '--embedder', 'none']);
    expect(status).toBe(4);
    expect(stderr).toContain('`embedder` is "builtin" there and "none" here');
    expect(existsSync(join(clone, '.mind-index'))).toBe(false);
    indexed(clone, ['--embedder', 'none']);
    mindIndex(['export', clone, '-o', at('none.mindx')]);
    expect(mindIndex(['import', at('none.mindx'), clone]).status).toBe(4);
    expect(mindIndex(['import', at('none.mindx'), clone, '--embedder', 'none']).status).toBe(0);
  });

  test('of a damaged file ends with 5, of none with 1, and leaves the index as it is', () => {
    indexed(clone, ['--exclude', 'shelf0']);
    const before = statusOf(clone).digest;
    cpSync(exported, at('cut.mindx'));
    truncateSync(at('cut.mindx'), statSync(exported).size - 7);
    const run = mindIndex(['import', at('cut.mindx'), clone, '--json']);
    expect(run.status).toBe(5);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ event: 'error', code: 'export-damaged', exitCode: 5 });
    expect(mindIndex(['verify', at('cut.mindx')]).status).toBe(5);
    expect(mindIndex(['import', at('none such.mindx'), clone]).status).toBe(1);
    expect(mindIndex(['import', source, clone])).toMatchObject({ status: 1 });
    expect(mindIndex(['import'])).toMatchObject({ status: 2 });
    expect(statusOf(clone).digest).toBe(before);
  });
});

describe('exit codes tell stale from corrupt', () => {
  test('in verify --source and in status --check', () => {
    indexed(clone);
    const codes = () => [
      mindIndex(['verify', clone]).status,
      mindIndex(['verify', clone, '--source']).status,
      mindIndex(['status', clone, '--check']).status,
      mindIndex(['status', clone]).status,
    ];
    expect(codes()).toEqual([0, 0, 0, 0]);
    // Other times alone make nothing stale: the content decides.
    for (const name of readdirSync(join(clone, 'shelf0'))) utimesSync(join(clone, 'shelf0', name), 1, 1);
    expect(codes()).toEqual([0, 0, 0, 0]);
    appendFileSync(join(clone, 'shelf0/stock1.c'), '\nint price;\n');
    expect(codes()).toEqual([0, 4, 4, 0]);
    const database = join(clone, '.mind-index/index.db');
    const bytes = readFileSync(database);
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 12_000);
    writeFileSync(database, bytes);
    // Only a look at all of it tells; `status` looks at what costs nothing.
    expect(codes().slice(0, 2)).toEqual([5, 5]);
    writeFileSync(database, 'apples');
    expect(codes()).toEqual([5, 5, 5, 0]);
    expect(mindIndex(['search', '--root', clone, 'apple']).status).toBe(5);
    rmSync(join(clone, '.mind-index'), { recursive: true });
    expect(codes()).toEqual([1, 1, 1, 0]);
  });

  test('a run with other settings is due', () => {
    indexed(clone, ['--embedder', 'none']);
    expect(mindIndex(['status', clone, '--check', '--no-compare']).status).toBe(4);
  });
});

describe('verifying an export', () => {
  test('that is interrupted ends with 130 and leaves nothing among the temporary files', async () => {
    folder.write('interrupted/.keep', '');
    const run = startMindIndex(['verify', exported, '--json'], { env: { TMPDIR: at('interrupted') } });
    await atEvent(run, '"step":"unpack"', () => run.kill('SIGINT'));
    expect([run.exitCode, readdirSync(at('interrupted'))]).toEqual([130, ['.keep']]);
  });
});

describe('while a run writes', () => {
  test('exports are whole, and an import is refused', async () => {
    const run = startMindIndex(['index', clone, '--json', '--workers', '2']);
    const seen: unknown[] = [];
    await atEvent(run, '"segment-committed"', () => {
      // It stands still in the middle of its work, with the lock in its hand.
      run.kill('SIGSTOP');
      seen.push(mindIndex(['import', exported, clone]).status);
      seen.push(mindIndex(['export', clone, '-o', at('early.mindx')]).status);
      run.kill('SIGCONT');
    });
    seen.push(mindIndex(['verify', at('early.mindx')]).status);
    expect(seen).toEqual([1, 0, 0]);
    expect(mindIndex(['verify', clone, '--source']).status).toBe(0);
    rmSync(join(clone, '.mind-index'), { recursive: true });
    expect(imported(at('early.mindx'), clone).summary.digest).toBe(digest);
  });
});
