import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { indexBytes, removeIndex } from '../../src/storage/index-directory.js';
import { lockHolder } from '../../src/storage/index-lock.js';
import { mergeSegments } from '../../src/storage/segment-merge.js';
import { logBytes } from '../../src/storage/sqlite-connection.js';
import { openSqliteReader } from '../../src/storage/sqlite-reader.js';
import { indexState } from '../../src/storage/sqlite-state.js';
import { verifySqliteStore } from '../../src/storage/sqlite-verify.js';
import { openSqliteWriter } from '../../src/storage/sqlite-writer.js';
import { FINISHED_AT, RUN, commitOf } from '../contract/store-samples.js';

const CHILD = join(import.meta.dirname, 'storage-child.ts');
const NOBODY = 65_534;

let parent: string;
let indexDir: string;
let mounted: boolean;
const children = new Set<ChildProcess>();
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'fruit-index-'));
  indexDir = join(parent, '.mind-index');
  mounted = false;
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  if (mounted) execFileSync('umount', ['--lazy', parent]);
  rmSync(parent, { recursive: true });
});

function start(
  mode: string,
  from = 0,
  options: SpawnOptions = {},
): { child: ChildProcess; lines: AsyncIterator<string> } {
  const args = ['--import', 'tsx', CHILD, mode, indexDir, `${from}`];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  children.add(child);
  return { child, lines: createInterface({ input: child.stdout! })[Symbol.asyncIterator]() };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const open = () => openSqliteWriter({ indexDir, command: 'mind-index', mergeSegments });

function problems(): string[] {
  const reader = openSqliteReader(indexDir);
  try {
    return verifySqliteStore(reader);
  } finally {
    reader.close();
  }
}

function mountTmpfs(context: TestContext, size: string): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', parent], { stdio: 'pipe' });
    mounted = true;
  } catch {
    context.skip('mounting a small file system is not permitted here');
  }
}

const remount = (options: string) => execFileSync('mount', ['-o', `remount,${options}`, parent]);

describe('a second process', () => {
  it('is told who writes the index, and takes over when that process is killed', async () => {
    const { child, lines } = start('hold');
    expect((await lines.next()).value).toBe('open');
    const holder = new RegExp(`process ${child.pid} \\(\`mind-index hold\`\\), since \\d{4}-`);
    await expect(open()).rejects.toMatchObject({
      code: 'index-locked',
      exitCode: 1,
      message: expect.stringMatching(holder),
    });
    expect(() => removeIndex(indexDir)).toThrow(/another run/);
    expect(lockHolder(indexDir)).toMatchObject({ pid: child.pid });

    await kill(child);
    expect(lockHolder(indexDir)).toBeUndefined();
    const writer = await open();
    expect(lockHolder(indexDir)).toMatchObject({ pid: process.pid });
    await writer.close();
  });

  it('leaves one file of content behind when it ends', async () => {
    const { child, lines } = start('build');
    expect((await lines.next()).value).toBe('open');
    await once(child, 'exit');
    expect(readdirSync(indexDir).toSorted()).toEqual(['.gitignore', 'index.db', 'lock.db']);
    expect(problems()).toEqual([]);
  });
});

describe('kill -9', () => {
  it('loses nothing that was acknowledged and breaks nothing', { timeout: 120_000 }, async () => {
    let next = 0;
    for (let round = 0; round < 20; round++) {
      const { child, lines } = start('commit', next);
      expect((await lines.next()).value).toBe('open');
      const killAfter = Math.floor(Math.random() * 30);
      let killed: Promise<void> | undefined;
      for (let seen = 0; ; seen++) {
        if (seen >= killAfter) killed ??= kill(child);
        const line = await lines.next();
        if (line.done) break;
        expect(line.value).toBe(`${next}`);
        next += 1;
      }
      await killed;

      const reader = openSqliteReader(indexDir);
      for (let batch = 0; batch < next; batch++) expect(reader.text(`batch-${batch}/fruit-2.ts`)).toHaveLength(20_000);
      expect(reader.totals().files % 3).toBe(reader.totals().files === 0 ? 0 : 1);
      expect(verifySqliteStore(reader)).toEqual([]);
      reader.close();
    }
    expect(next).toBeGreaterThan(0);
  });
});

describe('a full disk', () => {
  it('keeps what was committed, and the run goes on when there is space again', async (context) => {
    mountTmpfs(context, '4m');
    const writer = await open();
    await writer.beginRun(RUN);
    let done = 0;
    const commitNext = async () => {
      await writer.commit(commitOf([{ path: `fruit-${done}.ts`, version: 'ripe', textBytes: 100_000 }]));
      done += 1;
    };
    const fill = async () => {
      for (;;) await commitNext();
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'disk-full',
      exitCode: 1,
      hint: expect.stringMatching(/run again/),
    });
    expect(done).toBeGreaterThan(5);
    await expect(commitNext()).rejects.toMatchObject({ code: 'disk-full' });
    expect(problems()).toEqual([]);

    remount('size=16m');
    await commitNext();
    await writer.finishRun({ finishedAt: FINISHED_AT, digest: 'd', summary: '{}' });
    await writer.close();
    const reader = openSqliteReader(indexDir);
    expect(reader.totals().files).toBe(done);
    reader.close();
    expect(problems()).toEqual([]);
    expect(indexState(indexDir, RUN).kind).toBe('ready');
  });

  it('lets the writer close, and the next one go on', async (context) => {
    mountTmpfs(context, '2m');
    const first = await open();
    await first.beginRun(RUN);
    const fill = async () => {
      for (let i = 0; ; i++)
        await first.commit(commitOf([{ path: `fruit-${i}.ts`, version: 'ripe', textBytes: 50_000 }]));
    };
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full' });
    await first.close();
    expect(indexState(indexDir, RUN).kind).toBe('building');
    expect(problems()).toEqual([]);
    remount('size=8m');
    const second = await open();
    await second.beginRun(RUN);
    await second.commit(commitOf([{ path: 'src/apple.ts', version: 'apple-1' }]));
    await second.close();
    expect(problems()).toEqual([]);
  });

  it('is named when not even an empty index fits', async (context) => {
    mountTmpfs(context, '16k');
    await expect(open()).rejects.toMatchObject({ code: 'disk-full', exitCode: 1 });
  });
});

describe('an index that may not be written', () => {
  it('is read on a read-only file system', async (context) => {
    mountTmpfs(context, '4m');
    const { child } = start('build');
    await once(child, 'exit');
    remount('ro');
    expect(indexState(indexDir, RUN).kind).toBe('ready');
    const reader = openSqliteReader(indexDir);
    expect(reader.snapshot(() => reader.file('src/apple.ts')?.state)).toBe('indexed');
    expect(verifySqliteStore(reader)).toEqual([]);
    reader.close();
    await expect(open()).rejects.toMatchObject({ code: 'index-not-writable', exitCode: 1 });
    expect(() => removeIndex(indexDir)).toThrow(/cannot be written/);
    expect(indexBytes(indexDir)).toBeGreaterThan(0);
  });

  it('is not half read when its writer was killed before the file system became read-only', async (context) => {
    mountTmpfs(context, '8m');
    const { child, lines } = start('commit');
    await lines.next();
    expect((await lines.next()).value).toBe('0');
    await kill(child);
    rmSync(join(indexDir, 'index.db-shm'));
    expect(logBytes(indexDir)).toBeGreaterThan(0);
    remount('ro');
    expect(() => openSqliteReader(indexDir)).toThrow(/cannot be read/);
  });

  it('is refused to a user without permission', async (context) => {
    if (process.getuid?.() !== 0) context.skip('becoming another user needs root');
    chmodSync(parent, 0o755);
    mkdirSync(indexDir, { mode: 0o700 });
    chownSync(parent, NOBODY, NOBODY);
    const { lines } = start('build', 0, { uid: NOBODY, gid: NOBODY });
    expect((await lines.next()).value).toMatch(/^failed index-not-writable .*permission denied$/);
  });
});
