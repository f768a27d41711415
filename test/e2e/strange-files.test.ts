import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/shared/events.js';
import { temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, problemsOf } from '../program.js';

const SHOP = readFileSync(fileURLToPath(new URL('../../fixtures/languages/typescript/shop.ts', import.meta.url)));
const NAMES = [
  'two words.ts',
  '水果店.ts',
  'new\nline.ts',
  '-dash.ts',
  'quote\'"`.ts',
  'back\\slash.ts',
  '🍎/🍐.ts',
  'tab\t.ts',
];
/** Brackets that open and close a level; 200,000 levels of each, or as many as fit into the largest file that is read. */
const NESTINGS: readonly (readonly [extension: string, open: string, close: string])[] = [
  ['ts', '[', ']'],
  ['tsx', '<a>', '</a>'],
  ['js', '(', ')'],
  ['json', '[', ']'],
  ['py', '(', ')'],
  ['java', '{', '}'],
  ['cpp', '{', '}'],
  ['html', '<div>', '</div>'],
  ['yaml', '[', ']'],
];
const LEVELS = 200_000;

let tree: TemporaryFolder;
let server: Server;
let summary: RunSummary;

/** Writes a file whose name need not be valid UTF-8. */
function writeRaw(name: Buffer, content: Uint8Array): void {
  const descriptor = openSync(Buffer.concat([Buffer.from(`${tree.path}/`), name]), 'w');
  writeSync(descriptor, content);
  closeSync(descriptor);
}

beforeAll(async () => {
  tree = temporaryFolder();
  for (const name of NAMES) tree.write(name, SHOP);
  writeRaw(Buffer.from([0x62, 0xff, 0xfe, 0x2e, 0x74, 0x73]), SHOP);
  for (const [extension, open, close] of NESTINGS) {
    const levels = Math.min(LEVELS, Math.floor(1_000_000 / (open.length + close.length)));
    tree.write(`deep.${extension}`, open.repeat(levels) + close.repeat(levels));
  }
  writeFileSync(join(tree.path, 'long-line.ts'), Buffer.alloc(50_000_000, 'x'));
  tree.write('one-line.ts', 'const apple = 1; '.repeat(50_000));
  tree.write('nul.ts', 'a\0b');
  tree.write('empty.ts', '');
  mkdirSync(join(tree.path, 'links'));
  symlinkSync('..', join(tree.path, 'links', 'up'));
  symlinkSync('b', join(tree.path, 'links', 'a'));
  symlinkSync('a', join(tree.path, 'links', 'b'));
  symlinkSync('/etc', join(tree.path, 'links', 'etc'));
  spawnSync('mkfifo', [join(tree.path, 'pipe.ts')]);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(tree.path, 'socket.ts'), resolve));
  summary = indexed(tree.path, ['--workers', '2'], { env: { MIND_INDEX_INLINE_MAX_FILES: '0' } });
}, 60_000);

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  tree.remove();
});

describe('a tree of strange files', () => {
  test('is indexed without a failed file and without a lost thread', () => {
    expect([summary.failed, summary.threads.lost]).toEqual([[], []]);
    expect(summary.files).toBe(NAMES.length + NESTINGS.length + ['empty.ts'].length);
    expect(problemsOf(tree.path)).toEqual([]);
  });

  test('has a reason for every file that is skipped', () => {
    expect(summary.skipped).toEqual({
      binary: 1,
      minified: 1,
      'not-regular': 2,
      'path-not-utf8': 1,
      symlink: 4,
      'too-large': 1,
    });
  });

  test('has the same digest in the main thread, where nothing protects from a crash', () => {
    const env = { MIND_INDEX_INLINE_MAX_FILES: '1000' };
    for (const [extension] of NESTINGS) tree.write(`deep.${extension}`, '');
    const [inline, threads] = [
      indexed(tree.path, ['--force'], { env }),
      indexed(tree.path, ['--force'], { env: { MIND_INDEX_INLINE_MAX_FILES: '0' } }),
    ];
    expect([inline.strategy.kind, threads.strategy.kind]).toEqual(['inline', 'threads']);
    expect(inline.digest).toBe(threads.digest);
  });

  test('is found under its names', () => {
    const { stdout } = mindIndex(['search', '--root', tree.path, '--json', '-n', '100', 'sell fruit']);
    const { hits } = JSON.parse(stdout) as { hits: readonly { path: string }[] };
    expect(hits.map(({ path }) => path)).toEqual(expect.arrayContaining([...NAMES]));
  });
});
