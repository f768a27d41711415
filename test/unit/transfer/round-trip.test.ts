import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContents } from '../../../src/pipeline/index-contents.js';
import { createDatabase, createIndexDirectory } from '../../../src/storage/index-directory.js';
import { IndexLock } from '../../../src/storage/index-lock.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { openForWriting } from '../../../src/storage/sqlite-connection.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';
import { ExportFile } from '../../../src/transfer/export-file.js';
import { fileList } from '../../../src/transfer/file-list.js';
import { ShopIndex } from '../search/shop-index.js';
import { Scratch, exportShop, footprint, importShop, takeApart } from './shop-export.js';

let shop: ShopIndex;
let scratch: Scratch;
let file: string;

beforeEach(async () => {
  shop = await ShopIndex.build({ embedder: 'builtin', storeText: true, batchFiles: 3 });
  scratch = new Scratch();
  file = scratch.at('shop.mindx');
});

afterEach(() => {
  shop.remove();
  scratch.remove();
});

function digestOf(indexDir: string): string {
  const reader = openSqliteReader(indexDir);
  try {
    return readContents(reader, shop.fingerprint).digest;
  } finally {
    reader.close();
  }
}

describe('an export', () => {
  it('becomes an index with the same digest and the same texts elsewhere', async () => {
    const { manifest, byteLength } = await exportShop(shop, file);
    expect(statSync(file)).toMatchObject({ size: byteLength });
    const report = await importShop(file, scratch.at('index'), { embedder: manifest.settings.embedder });
    expect(report).toMatchObject({ replaced: null, manifest });
    expect(digestOf(scratch.at('index'))).toBe(digestOf(shop.indexDir));
    const reader = openSqliteReader(scratch.at('index'));
    for (const { path } of shop.reading((own) => [...own.files()])) {
      expect(reader.text(path)).toBe(shop.reading((own) => own.text(path)));
    }
    reader.close();
  });

  it('is for its owner only, and leaves nothing beside it', async () => {
    await exportShop(shop, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(scratch.path)).toEqual(['shop.mindx']);
  });

  it('replaces an older file of its name as a whole', async () => {
    scratch.write('shop.mindx', 'old fruit');
    await exportShop(shop, file);
    const opened = await ExportFile.open(file);
    await opened.check(new AbortController().signal);
    await opened.close();
  });

  it('lists every indexed file with the hash of its bytes', async () => {
    const { manifest } = await exportShop(shop, file);
    const lines = takeApart(file).files.toString().trimEnd().split('\n');
    const listed = lines.map((line) => JSON.parse(line) as { path: string; sha256: string; digest: string });
    expect(listed).toHaveLength(manifest.index.files);
    const records = shop.reading((reader) => [...reader.files()].filter(({ state }) => state === 'indexed'));
    expect(listed).toEqual(
      records.map(({ path, contentHash, digest }) => ({
        path,
        sha256: Buffer.from(contentHash!).toString('hex'),
        digest: Buffer.from(digest!).toString('hex'),
      })),
    );
  });

  it('tells nothing of the machine: no folder, no time of a file, no older run', async () => {
    await shop.update();
    const own = openForWriting(shop.indexDir);
    own.exec(
      `INSERT INTO meta VALUES ('note', 'of ${shop.root}'); UPDATE runs SET summary = '{"root":"${shop.root}"}'`,
    );
    own.close();
    await exportShop(shop, file);
    const { database, manifest } = takeApart(file);
    for (const trace of [shop.root, shop.indexDir, '"root"']) {
      expect(database.includes(trace)).toBe(false);
      expect(JSON.stringify(manifest)).not.toContain(trace);
    }
    await importShop(file, scratch.at('index'), { embedder: manifest.settings.embedder });
    const reader = openSqliteReader(scratch.at('index'));
    expect(new Set([...reader.files()].map(({ mtimeMs, ctimeMs }) => mtimeMs + ctimeMs))).toEqual(new Set([0]));
    expect(reader.lastRun()).toBeUndefined();
    reader.close();
  });

  it('tells the commit, and which files differ as far as an index cares', async () => {
    const commit = 'a'.repeat(40);
    const clean = await exportShop(shop, file, { commit, differing: [] });
    expect(clean.manifest.git).toEqual({ commit, clean: true, differing: 0, paths: [] });
    const dirty = await exportShop(shop, file, { commit, differing: ['README.md'] });
    expect(dirty.manifest.git).toEqual({ commit, clean: false, differing: 1, paths: ['README.md'] });
    expect((await exportShop(shop, file)).manifest.git).toBeNull();
  });

  it('tells how far the index is behind the files, by their content and not by their times', async () => {
    expect((await exportShop(shop, file)).manifest.index.behind).toEqual({ added: 0, changed: 0, removed: 0 });
    shop.restore();
    expect((await exportShop(shop, file)).manifest.index.behind).toEqual({ added: 0, changed: 0, removed: 0 });
  });

  it('of an index that is being built holds what is committed, and says that it is not complete', async () => {
    const writer = await openSqliteWriter({ indexDir: shop.indexDir, command: 'mind-index', mergeSegments });
    await writer.beginRun({ startedAt: '2026-03-02T08:00:00.000Z', fingerprint: shop.fingerprint, embedder: 'none' });
    const { manifest } = await exportShop(shop, file);
    await writer.close();
    expect(manifest.index.complete).toBe(false);
    await importShop(file, scratch.at('index'));
    expect(digestOf(scratch.at('index'))).toBe(digestOf(shop.indexDir));
  });

  it('to a place where another export is under way is refused, and one that was killed is in nobody’s way', async () => {
    const partial = scratch.at('.shop.mindx.partial');
    mkdirSync(partial);
    const lock = IndexLock.acquire(partial, 'mind-index export');
    await expect(exportShop(shop, file)).rejects.toMatchObject({ code: 'export-under-way', exitCode: 1 });
    lock.release();
    createDatabase(partial);
    await exportShop(shop, file);
    await importShop(file, scratch.at('index'));
    expect(readdirSync(scratch.path)).not.toContain('.shop.mindx.partial');
  });

  it('that cannot be written says why', async () => {
    await expect(exportShop(shop, scratch.at('nowhere/shop.mindx'))).rejects.toMatchObject({
      code: 'export-not-writable',
      message: expect.stringContaining('its folder does not exist') as string,
    });
    await expect(exportShop(shop, scratch.path)).rejects.toMatchObject({
      message: expect.stringContaining('it is a folder') as string,
    });
  });
});

describe('an import', () => {
  it('replaces another index, and one that is damaged', async () => {
    const other = await ShopIndex.build({ embedder: 'none', storeText: false, batchFiles: 100 });
    await exportShop(shop, file);
    const before = digestOf(other.indexDir);
    expect((await importShop(file, other.indexDir)).replaced).toEqual({ state: 'sound', digest: before });
    expect(other.reading((reader) => reader.text('README.md'))).toBeDefined();
    createIndexDirectory(scratch.at('index'));
    scratch.write('index/index.db', 'no database');
    expect((await importShop(file, scratch.at('index'))).replaced).toEqual({ state: 'corrupt', digest: null });
    expect(digestOf(scratch.at('index'))).toBe(digestOf(shop.indexDir));
    other.remove();
  });

  it('leaves a search that is under way with the index that it began with', async () => {
    await exportShop(shop, file);
    const other = await ShopIndex.build({ embedder: 'none', storeText: true, batchFiles: 1 });
    const reader = openSqliteReader(other.indexDir);
    const before = [reader.generation(), reader.segments().length];
    await importShop(file, other.indexDir);
    expect([reader.generation(), reader.segments().length]).toEqual(before);
    expect(other.reading((fresh) => fresh.segments().length)).not.toBe(before[1]);
    reader.close();
    other.remove();
  });

  it('is refused while a run writes, and changes nothing', async () => {
    await exportShop(shop, file);
    const other = await ShopIndex.build({ embedder: 'none', storeText: true, batchFiles: 100 });
    const writer = await openSqliteWriter({ indexDir: other.indexDir, command: 'mind-index', mergeSegments });
    const before = footprint(other.indexDir);
    await expect(importShop(file, other.indexDir)).rejects.toMatchObject({ code: 'index-locked', exitCode: 1 });
    expect(footprint(other.indexDir)).toEqual(before);
    await writer.close();
    other.remove();
  });
});

it('the list of files comes in pieces, however many files there are', () => {
  const record = { state: 'indexed', contentHash: new Uint8Array(32), digest: new Uint8Array(32) };
  const files = function* () {
    for (let number = 0; number < 5000; number++) yield { ...record, path: `shelf/${number}` };
  };
  const pieces = [...fileList({ files } as never)];
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
  expect(Buffer.concat(pieces).toString().trimEnd().split('\n')).toHaveLength(5000);
});
