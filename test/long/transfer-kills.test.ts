import { appendFileSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IndexStatus } from '../../src/app/inspection.js';
import { exportShop, type ExportedShop } from '../exported-shop.js';
import { atEvent, indexed, mindIndex, startMindIndex, type ProgramOptions } from '../program.js';

const KILLER = fileURLToPath(new URL('../preloads/kill-at-file-call.mjs', import.meta.url));

let shop: ExportedShop;

function at(name: string): string {
  return join(shop.folder.path, name);
}

function statusOf(path: string): IndexStatus {
  return JSON.parse(mindIndex(['status', path, '--json', '--no-compare']).stdout) as IndexStatus;
}

beforeAll(() => {
  shop = exportShop(120);
});

beforeEach(() => shop.renewClone());

afterAll(() => shop.folder.remove());

describe('a kill of an export or import', () => {
  /** An index whose newest commits are only in its log, as a killed run leaves it. */
  async function interruptedIndex(): Promise<void> {
    appendFileSync(join(shop.clone, 'shelf0/stock1.c'), '\nint price;\n');
    const run = startMindIndex(['index', shop.clone, '--json', '--workers', '2']);
    await atEvent(run, '"segment-committed"', () => run.kill('SIGKILL'));
    renameSync(join(shop.clone, '.mind-index'), at('interrupted'));
    expect(statSync(at('interrupted/index.db-wal')).size).toBeGreaterThan(0);
  }

  test('before any step of putting an index in place leaves the old or the new one, whole', async () => {
    await interruptedIndex();
    const index = join(shop.clone, '.mind-index');
    cpSync(at('interrupted'), index, { recursive: true });
    const old = statusOf(shop.clone).digest;
    const outcomes: string[] = [];
    for (let call = 1; outcomes.at(-1) !== 'done'; call++) {
      expect(call).toBeLessThan(60);
      rmSync(index, { recursive: true });
      cpSync(at('interrupted'), index, { recursive: true });
      const env = { NODE_OPTIONS: `--import=${KILLER}`, KILL_AT_CALL: String(call) };
      const run = mindIndex(['import', shop.exported, shop.clone, '--no-index', '--quiet'], { env });
      expect([call, run.status === 0 || run.signal === 'SIGKILL']).toEqual([call, true]);
      const verified = mindIndex(['verify', shop.clone]);
      expect([call, verified.status, verified.stderr]).toEqual([call, 0, '']);
      const found = statusOf(shop.clone).digest;
      expect([old, shop.digest]).toContain(found);
      outcomes.push(run.status === 0 ? 'done' : found === shop.digest ? 'new' : 'old');
    }
    // The old one up to some step, then the new one.
    expect(outcomes.join(' ')).toMatch(/^(old )+(new )+done$/);
    expect(statusOf(shop.clone).digest).toBe(shop.digest);
  });

  test('while an export is unpacked or verified leaves the old index, and the next run takes away what is left over', async () => {
    const before = indexed(shop.clone, ['--exclude', 'shelf0']).digest;
    for (const step of ['check', 'unpack', 'verify']) {
      const run = startMindIndex(['import', shop.exported, shop.clone, '--no-index', '--json']);
      await atEvent(run, `"step":"${step}"`, () => run.kill('SIGKILL'));
      expect([step, statusOf(shop.clone).digest]).toEqual([step, before]);
      expect(mindIndex(['verify', shop.clone]).status).toBe(0);
    }
    writeFileSync(join(shop.clone, '.mind-index/index.db.new'), 'half an index');
    indexed(shop.clone);
    expect(readdirSync(join(shop.clone, '.mind-index')).filter((name) => name.includes('new'))).toEqual([]);
  });

  test('while an export is written leaves no file of that name, and nothing that is in the way of the next', () => {
    const target = at('killed.mindx');
    for (let call = 1; ; call += 3) {
      const env = { NODE_OPTIONS: `--import=${KILLER}`, KILL_AT_CALL: String(call) };
      const run = mindIndex(['export', shop.source, '-o', target, '--quiet'], { env } satisfies ProgramOptions);
      if (existsSync(target)) expect(mindIndex(['verify', target]).status).toBe(0);
      if (run.status === 0) break;
      expect(run.signal).toBe('SIGKILL');
      rmSync(target, { force: true });
    }
    expect(readdirSync(shop.folder.path).filter((name) => name.includes('killed'))).toEqual(['killed.mindx']);
  });
});
