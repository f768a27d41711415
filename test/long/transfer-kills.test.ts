import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IndexStatus } from '../../src/app/inspection.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { atEvent, indexed, mindIndex, startMindIndex, type ProgramOptions } from '../program.js';

const KILLER = fileURLToPath(new URL('../preloads/kill-at-file-call.mjs', import.meta.url));

let folder: TemporaryFolder;
let source: string;
/** The same files, made anew for each test. */
let clone: string;
let exported: string;
let digest: string;

function at(name: string): string {
  return join(folder.path, name);
}

function statusOf(path: string): IndexStatus {
  return JSON.parse(mindIndex(['status', path, '--json', '--no-compare']).stdout) as IndexStatus;
}

beforeAll(() => {
  folder = temporaryFolder();
  source = at('fruit shop');
  fillTree({ ...folder, write: (path, content) => folder.write(`fruit shop/${path}`, content) }, 120, 2);
  execFileSync('git', ['init', '--quiet', source]);
  execFileSync('git', ['-C', source, 'add', '.']);
  const identity = ['-c', 'user.name=Fruit', '-c', 'user.email=fruit@example.org', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, '-C', source, 'commit', '--quiet', '-m', 'Fruit']);
  ({ digest } = indexed(source));
  exported = at('fruit.mindx');
  expect(mindIndex(['export', source, '-o', exported]).status).toBe(0);
  clone = at('clone');
});

beforeEach(() => {
  rmSync(clone, { recursive: true, force: true });
  execFileSync('git', ['clone', '--quiet', source, clone]);
});

afterAll(() => folder.remove());

describe('a kill of an export or import', () => {
  /** An index whose newest commits are only in its log, as a killed run leaves it. */
  async function interruptedIndex(): Promise<void> {
    appendFileSync(join(clone, 'shelf0/stock1.c'), '\nint price;\n');
    const run = startMindIndex(['index', clone, '--json', '--workers', '2']);
    await atEvent(run, '"segment-committed"', () => run.kill('SIGKILL'));
    renameSync(join(clone, '.mind-index'), at('interrupted'));
    expect(statSync(at('interrupted/index.db-wal')).size).toBeGreaterThan(0);
  }

  test('before any step of putting an index in place leaves the old or the new one, whole', async () => {
    await interruptedIndex();
    const index = join(clone, '.mind-index');
    cpSync(at('interrupted'), index, { recursive: true });
    const old = statusOf(clone).digest;
    const outcomes: string[] = [];
    for (let call = 1; outcomes.at(-1) !== 'done'; call++) {
      expect(call).toBeLessThan(60);
      rmSync(index, { recursive: true });
      cpSync(at('interrupted'), index, { recursive: true });
      const env = { NODE_OPTIONS: `--import=${KILLER}`, KILL_AT_CALL: String(call) };
      const run = mindIndex(['import', exported, clone, '--no-index', '--quiet'], { env });
      expect([call, run.status === 0 || run.signal === 'SIGKILL']).toEqual([call, true]);
      const verified = mindIndex(['verify', clone]);
      expect([call, verified.status, verified.stderr]).toEqual([call, 0, '']);
      const found = statusOf(clone).digest;
      expect([old, digest]).toContain(found);
      outcomes.push(run.status === 0 ? 'done' : found === digest ? 'new' : 'old');
    }
    // The old one up to some step, then the new one.
    expect(outcomes.join(' ')).toMatch(/^(old )+(new )+done$/);
    expect(statusOf(clone).digest).toBe(digest);
  });

  test('while an export is unpacked or verified leaves the old index, and the next run takes away what is left over', async () => {
    const before = indexed(clone, ['--exclude', 'shelf0']).digest;
    for (const step of ['check', 'unpack', 'verify']) {
      const run = startMindIndex(['import', exported, clone, '--no-index', '--json']);
      await atEvent(run, `"step":"${step}"`, () => run.kill('SIGKILL'));
      expect([step, statusOf(clone).digest]).toEqual([step, before]);
      expect(mindIndex(['verify', clone]).status).toBe(0);
    }
    writeFileSync(join(clone, '.mind-index/index.db.new'), 'half an index');
    indexed(clone);
    expect(readdirSync(join(clone, '.mind-index')).filter((name) => name.includes('new'))).toEqual([]);
  });

  test('while an export is written leaves no file of that name, and nothing that is in the way of the next', () => {
    const target = at('killed.mindx');
    for (let call = 1; ; call += 3) {
      const env = { NODE_OPTIONS: `--import=${KILLER}`, KILL_AT_CALL: String(call) };
      const run = mindIndex(['export', source, '-o', target, '--quiet'], { env } satisfies ProgramOptions);
      if (existsSync(target)) expect(mindIndex(['verify', target]).status).toBe(0);
      if (run.status === 0) break;
      expect(run.signal).toBe('SIGKILL');
      rmSync(target, { force: true });
    }
    expect(readdirSync(folder.path).filter((name) => name.includes('killed'))).toEqual(['killed.mindx']);
  });
});
