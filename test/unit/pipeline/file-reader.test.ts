import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNKNOWN_MTIME_MS } from '../../../src/shared/file-stamp.js';
import { readContent, type FileContent } from '../../../src/pipeline/file-reader.js';

const LIMIT = 1_000;
const STATUS = `/proc/${process.pid}/status`;
let shop: string;

beforeAll(() => {
  shop = mkdtempSync(join(tmpdir(), 'mind-index-file-reader-'));
});
afterAll(() => rmSync(shop, { recursive: true, force: true }));

function written(name: string, content: string | Buffer): string {
  const path = join(shop, name);
  writeFileSync(path, content);
  return path;
}

/** Reads a file of the tree that is its directory. */
function read(path: string, maxBytes = LIMIT): FileContent {
  return readContent(dirname(path), basename(path), maxBytes);
}

function reasonOf(path: string): string {
  const content = read(path);
  return content.kind === 'skip' ? content.reason : content.kind;
}

describe('reading a file', () => {
  it('gives all its bytes, whatever they are and however many', () => {
    for (const size of [0, 1, 2, 255, LIMIT - 1, LIMIT]) {
      const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * 31) & 0xff));
      expect(read(written('crate', bytes))).toMatchObject({
        kind: 'content',
        bytes,
        stamp: { sizeBytes: size },
      });
    }
  });

  it('refuses one byte more than the limit', () => {
    expect(reasonOf(written('melon.ts', 'x'.repeat(LIMIT + 1)))).toBe('too-large');
  });

  it('opens names with blanks, line breaks and other scripts', () => {
    for (const name of ['two words.ts', 'two\nlines.ts', '苹果.ts', '-rf', "it's.ts"]) {
      expect(reasonOf(written(name, 'ripe'))).toBe('content');
    }
  });

  it('does not follow a link, wait for a FIFO or read a directory or device', () => {
    const target = written('apple.ts', 'apple');
    symlinkSync(target, join(shop, 'link.ts'));
    symlinkSync('loop.ts', join(shop, 'loop.ts'));
    mkdirSync(join(shop, 'directory.ts'));
    execFileSync('mkfifo', [join(shop, 'fifo.ts')]);
    expect(['link.ts', 'loop.ts', 'directory.ts', 'fifo.ts'].map((name) => reasonOf(join(shop, name)))).toEqual([
      'symlink',
      'symlink',
      'not-regular',
      'not-regular',
    ]);
    expect(reasonOf('/dev/zero')).toBe('not-regular');
  });

  it('does not follow a link that stands in the place of a directory, nor names that lead out of the tree', () => {
    mkdirSync(join(shop, 'stall/crates'), { recursive: true });
    mkdirSync(join(shop, 'elsewhere'));
    for (const directory of ['stall/crates', 'elsewhere']) written(`${directory}/apple.ts`, 'apple');
    const stall = join(shop, 'stall');
    expect(readContent(stall, 'crates/apple.ts', LIMIT).kind).toBe('content');
    renameSync(join(stall, 'crates'), join(stall, 'old'));
    symlinkSync('../elsewhere', join(stall, 'crates'));
    const refused = { kind: 'skip', reason: 'symlink' };
    expect(readContent(stall, 'crates/apple.ts', LIMIT)).toEqual(refused);
    for (const path of [
      '../elsewhere/apple.ts',
      '/etc/passwd',
      'old/../old/apple.ts',
      './old/apple.ts',
      'old//apple.ts',
    ]) {
      expect(readContent(stall, path, LIMIT), path).toEqual(refused);
    }
    rmSync(stall, { recursive: true });
  });

  it('does not read a socket', async () => {
    const path = join(shop, 'socket.ts');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      expect(reasonOf(path)).toBe('not-regular');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('says that a file has vanished, also when its directory has become a file', () => {
    expect(reasonOf(join(shop, 'nowhere.ts'))).toBe('vanished');
    expect(reasonOf(join(written('stall', ''), 'nowhere.ts'))).toBe('vanished');
  });

  it.skipIf(process.getuid?.() === 0)('says that a file may not be read', () => {
    const path = written('secret.ts', 'plum');
    chmodSync(path, 0);
    expect(reasonOf(path)).toBe('unreadable');
  });

  /** The kernel's own files say that they are empty, as a file does that grows after `stat`. */
  it.runIf(existsSync(STATUS))('reads on where there is more than was announced, up to the limit', () => {
    const content = read(STATUS, 1_000_000);
    expect(content).toMatchObject({ kind: 'content', stamp: { sizeBytes: 0 } });
    expect(content.kind === 'content' && content.bytes.toString()).toMatch(
      /^Name:[^]*\nnonvoluntary_ctxt_switches:\s+\d+\n$/,
    );
    expect(read(STATUS, 10)).toEqual({ kind: 'skip', reason: 'too-large' });
  });
});

describe('the stamp of a file', () => {
  it('does not trust the time of a file that was written just now', () => {
    const path = written('fresh.ts', 'fig');
    const later = new Date(Date.now() + 3_600_000);
    utimesSync(path, later, later);
    expect(read(path)).toMatchObject({ stamp: { mtimeMs: UNKNOWN_MTIME_MS } });
  });

  it('is that of the file system, with its fractions, when the file has long been written', () => {
    const path = new URL(import.meta.url).pathname;
    const { size, mtimeMs, ctimeMs } = statSync(path);
    expect(read(path, 1_000_000)).toMatchObject({ stamp: { sizeBytes: size, mtimeMs, ctimeMs } });
  });
});
