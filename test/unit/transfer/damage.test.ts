import { readFileSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseSync } from '@photostructure/sqlite';
import { fileDigest, indexDigest } from '../../../src/pipeline/index-digest.js';
import { MindIndexError } from '../../../src/shared/errors.js';
import { openSqliteReader, type SqliteReader } from '../../../src/storage/sqlite-reader.js';
import { openSqliteWriter } from '../../../src/storage/sqlite-writer.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { snapshotIndex } from '../../../src/storage/sqlite-snapshot.js';
import { fileList } from '../../../src/transfer/file-list.js';
import type { Manifest } from '../../../src/transfer/manifest.js';
import { ShopIndex } from '../search/shop-index.js';
import {
  Scratch,
  compressed,
  exportShop,
  footprint,
  importShop,
  putTogether,
  seal,
  sha256,
  takeApart,
  type LooseExport,
} from './shop-export.js';

let shop: ShopIndex;
let other: ShopIndex;
let scratch: Scratch;
let whole: Buffer;
let loose: LooseExport;
let before: Record<string, string>;

beforeAll(async () => {
  shop = await ShopIndex.build({ embedder: 'builtin', storeText: true, batchFiles: 3 });
  // What is in place must stay as it is, whatever comes in.
  other = await ShopIndex.build({ embedder: 'none', storeText: true, batchFiles: 100 });
  scratch = new Scratch();
  await exportShop(shop, scratch.at('shop.mindx'));
  whole = readFileSync(scratch.at('shop.mindx'));
  loose = takeApart(scratch.at('shop.mindx'));
  before = footprint(other.indexDir);
});

afterAll(() => {
  shop.remove();
  other.remove();
  scratch.remove();
});

/** Imports bytes in the place of an index, which must stay as it is; returns the error for people. */
async function refusal(bytes: Uint8Array): Promise<MindIndexError> {
  const file = scratch.write('damaged.mindx', bytes);
  const error: unknown = await importShop(file, other.indexDir).then(
    () => new Error('it was imported'),
    (thrown: unknown) => thrown,
  );
  expect(footprint(other.indexDir)).toEqual(before);
  expect(error).toBeInstanceOf(MindIndexError);
  return error as MindIndexError;
}

async function expectDamage(bytes: Uint8Array, detail: RegExp): Promise<void> {
  const { code, message, exitCode } = await refusal(bytes);
  expect({ code, exitCode, message }).toEqual({
    code: 'export-damaged',
    exitCode: 5,
    message: expect.stringMatching(detail) as string,
  });
}

/** The positions where one part of the file ends and the next begins. */
function borders(): number[] {
  const manifestEnd = 16 + whole.readUInt32LE(12);
  const [files, database] = loose.manifest.sections;
  const between = manifestEnd + files!.storedBytes;
  return [0, 8, 12, 16, manifestEnd, between, between + database!.storedBytes, whole.length];
}

/** The export with a database that was changed by SQL, and every hash made right again. */
function withDatabase(sql: string): Buffer {
  const path = scratch.write('edited.db', loose.database);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = DELETE');
  database.exec(sql);
  database.close();
  return putTogether({ ...loose, database: readFileSync(path) });
}

function withManifest(change: (manifest: Manifest) => object): Buffer {
  return putTogether({ ...loose, manifest: change(loose.manifest) as Manifest });
}

it('what these tests put together is an export, as long as nothing in it is changed', async () => {
  const file = scratch.write('same.mindx', putTogether(loose));
  expect(await importShop(file, scratch.at('fresh'))).toMatchObject({ replaced: null });
});

describe('a damaged export is refused', () => {
  it('truncated anywhere', async () => {
    const ends = borders().flatMap((border) => [border - 1, border, border + 1]);
    for (const end of [...ends, 100, whole.length - 32, Math.floor(whole.length / 2)]) {
      if (end >= 0 && end < whole.length) await expectDamage(whole.subarray(0, end), /truncated|begin/);
    }
  });

  it('with something behind its end', async () => {
    await expectDamage(Buffer.concat([whole, Buffer.from([0])]), /1 bytes follow its end/);
  });

  it('with a flipped bit at either end or in the middle of any part', async () => {
    const places = borders().flatMap((from, at, all) => {
      const end = all[at + 1];
      return end === undefined ? [] : [from, Math.floor((from + end) / 2), end - 1];
    });
    for (const place of places) {
      const bytes = Buffer.from(whole);
      bytes[place]! ^= 0x10;
      const { code, exitCode } = await refusal(bytes);
      // A version that is higher by a bit is that of a newer program, and says so.
      const isVersion = place >= 8 && place < 12;
      expect([place, code, exitCode]).toEqual([
        place,
        isVersion ? 'export-newer-version' : 'export-damaged',
        isVersion ? 1 : 5,
      ]);
    }
  });

  it('with its sections swapped', async () => {
    const [start, from, between, end] = [borders()[3]!, borders()[4]!, borders()[5]!, borders()[6]!];
    const swapped = [whole.subarray(between, end), whole.subarray(from, between)];
    await expectDamage(seal(whole.toString('utf8', start, from), swapped), /other bytes than its SHA-256/);
    const manifest = { ...loose.manifest, sections: [...loose.manifest.sections].reverse() };
    await expectDamage(seal(JSON.stringify(manifest), swapped), /section `files` is not where it should be/);
  });

  it('changed at random, always with an error for people', async () => {
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      value: fc.nat(255),
      cut: fc.option(fc.nat(whole.length)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes = Buffer.from(whole);
        for (const { at, value, cut } of changes) {
          if (at < bytes.length) bytes[at] = value;
          if (cut !== null) bytes = bytes.subarray(0, cut);
        }
        fc.pre(!bytes.equals(whole));
        const { exitCode, code } = await refusal(bytes);
        expect([code, [1, 4, 5].includes(exitCode)]).toEqual([code, true]);
        expect(code).toMatch(/^export-/);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('an export whose hashes are right and whose content is not', () => {
  it.each<[string, (manifest: Manifest) => object, RegExp]>([
    ['digest', (m) => ({ ...m, index: { ...m.index, digest: '0'.repeat(64) } }), /another index digest/],
    ['number of files', (m) => ({ ...m, index: { ...m.index, files: 7 } }), /another number of files/],
    ['number of chunks', (m) => ({ ...m, index: { ...m.index, chunks: 1 } }), /another number of chunks/],
    ['number of bytes', (m) => ({ ...m, index: { ...m.index, bytes: 1 } }), /another number of bytes/],
    ['embedder', (m) => ({ ...m, settings: { ...m.settings, embedder: 'none' } }), /another embedder/],
    ['negative count', (m) => ({ ...m, index: { ...m.index, files: -1 } }), /`index.files` is not a count/],
    ['fractional count', (m) => ({ ...m, index: { ...m.index, files: 1.5 } }), /`index.files` is not a count/],
    ['huge count', (m) => ({ ...m, index: { ...m.index, files: 1e300 } }), /`index.files` is not a count/],
    ['missing part', (m) => ({ ...m, index: undefined }), /`index` is not an object/],
    ['commit', (m) => ({ ...m, git: { commit: '../..', clean: true, differing: 0, paths: [] } }), /`git.commit`/],
    ['escape codes', (m) => ({ ...m, toolVersion: '\u001b[2J' }), /`toolVersion`/],
    ['nesting', (m) => ({ ...m, settings: { ...m.settings, values: { a: [] } } }), /nested value/],
  ])('lies about its %s', async (_, change, detail) => {
    await expectDamage(withManifest(change), detail);
  });

  it('has a manifest that is no JSON, no object, or deeper than any', async () => {
    for (const json of ['', '{', '[]', 'null', '"apple"', '['.repeat(400_000), `{"a":${'['.repeat(400_000)}`]) {
      await expectDamage(seal(json, [Buffer.alloc(1), Buffer.alloc(1)]), /manifest: /);
    }
  });

  it('has a manifest that is longer than any', async () => {
    await expectDamage(seal(' '.repeat(2 ** 20 + 1), []), /its manifest would have 1048577 bytes/);
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(0xffff_ffff, 12);
    await expectDamage(bytes, /its manifest would have 4294967295 bytes/);
  });

  it('lists another file, another hash, or none', async () => {
    const lines = loose.files.toString().split('\n');
    for (const files of ['', lines.slice(1).join('\n'), loose.files.toString().replace('README', 'readme')]) {
      await expectDamage(putTogether({ ...loose, files: Buffer.from(files) }), /another list of files/);
    }
  });

  it.each<[string, string, RegExp]>([
    ['another hash of a file', `UPDATE files SET content_hash = zeroblob(32) WHERE path = 'README.md'`, /README/],
    ['a file less', `DELETE FROM files WHERE path = 'README.md'`, /neither alive nor dead|holds the text of no file/],
    ['half a segment', 'DELETE FROM segment_pages WHERE id = (SELECT max(id) FROM segment_pages)', /0 pages with/],
    ['a changed segment', 'UPDATE segment_pages SET data = zeroblob(length(data))', /segment/],
    ['no text', 'DELETE FROM text_block_data', /cannot be read/],
    ['a damaged text', 'UPDATE text_block_data SET data = zeroblob(9)', /cannot be read/],
    [
      'a trigger',
      `CREATE TRIGGER rot AFTER UPDATE ON files BEGIN DELETE FROM files; END`,
      /other tables than an index/,
    ],
    ['a view', 'CREATE VIEW fruit AS SELECT 1', /other tables than an index/],
    ['a table less', 'DROP TABLE tombstones', /other tables than an index/],
    ['another column', 'ALTER TABLE files ADD COLUMN price', /other tables than an index/],
    ['a path of bytes', `UPDATE files SET path = x'ff00' WHERE path = 'README.md'`, /rows that no index has/],
    ['a size of text', `UPDATE files SET size_bytes = 'many'`, /rows that no index has/],
    ['a short hash', `UPDATE files SET content_hash = x'00'`, /rows that no index has/],
    ['endless segments', 'UPDATE segments SET file_count = 1099511627776', /rows that no index has/],
    ['endless chunks', 'UPDATE segments SET chunk_count = 1099511627776', /rows that no index has/],
    ['a longer segment', 'UPDATE segments SET byte_length = 1099511627776', /segments claim \d+ bytes|instead of/],
    ['an endless text', 'UPDATE text_blocks SET byte_length = 1099511627776', /is not a length of a block/],
    ['another program’s mark', 'PRAGMA application_id = 7', /not one of mind-index/],
    ['no format', 'PRAGMA user_version = 0', /other tables than an index/],
  ])('has a database with %s', async (_, sql, detail) => {
    await expectDamage(withDatabase(sql), detail);
  });

  it('has a database of a newer format, or a layout of a newer program', async () => {
    expect(await refusal(withDatabase('PRAGMA user_version = 99'))).toMatchObject({
      code: 'export-newer-version',
      exitCode: 1,
      message: expect.stringContaining('has format 99') as string,
    });
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(2, 8);
    expect(await refusal(bytes)).toMatchObject({ code: 'export-newer-version', exitCode: 1 });
  });

  it('has no database at all', async () => {
    for (const database of [
      Buffer.alloc(0),
      Buffer.from('apples'),
      Buffer.alloc(4096),
      loose.database.subarray(0, 20_000),
    ]) {
      await expectDamage(putTogether({ ...loose, database }), /database/);
    }
  });

  it('has bytes of its database changed, wherever: it is refused, or the same index comes out', async () => {
    const textsOf = (reader: SqliteReader) =>
      [...reader.files()].map(({ path, digest }) => [path, digest, reader.text(path)]);
    const expected = shop.reading(textsOf);
    let refused = 0;
    for (let at = 0; at < loose.database.length; at += Math.ceil(loose.database.length / 60)) {
      const database = Buffer.from(loose.database);
      database.fill(0xa5, at, at + 64);
      const file = scratch.write('damaged.mindx', putTogether({ ...loose, database }));
      const error: unknown = await importShop(file, scratch.at('elsewhere')).catch((thrown: unknown) => thrown);
      if (error instanceof MindIndexError) {
        expect([at, error.code]).toEqual([at, expect.stringMatching(/^export-(damaged|newer-version)$/)]);
        refused++;
        continue;
      }
      // Bytes between the rows of a page, or a time, say nothing about the index.
      const reader = openSqliteReader(scratch.at('elsewhere'));
      expect(textsOf(reader)).toEqual(expected);
      reader.close();
    }
    expect(refused).toBeGreaterThan(0);
  }, 60_000);

  it('was made with other settings: says which, and that is no damage', async () => {
    const values = { contentVersion: 1, 'chunk.maxLines': 40, storeText: true };
    const settings = { fingerprint: 'pears-v1', embedder: 'none', values };
    const { code, exitCode, message } = await refusal(withManifest((manifest) => ({ ...manifest, settings })));
    expect([code, exitCode]).toEqual(['export-other-settings', 4]);
    expect(message).toContain('`chunk.maxLines` is 40 there and 60 here; the embedder is `none` there');
    expect(message).not.toContain('storeText');
    const unknown = await refusal(
      withManifest((m) => ({ ...m, settings: { ...settings, embedder: '', values: null } })),
    );
    expect(unknown.message).toContain('its fingerprint is `pears-v1`');
  });
});

describe('a bomb', () => {
  const entry = (name: string, content: Buffer, contentBytes: number) => {
    const stored = compressed(content);
    const sizes = { storedBytes: stored.length, contentBytes };
    const hashes = { storedSha256: sha256(stored), contentSha256: sha256(content) };
    return { stored, entry: { name, compression: 'brotli', ...sizes, ...hashes } };
  };

  function bomb(claimedBytes: number): Buffer {
    const files = entry('files', loose.files, loose.files.length);
    const database = entry('database', Buffer.alloc(2 ** 27), claimedBytes);
    const manifest = { ...loose.manifest, sections: [files.entry, database.entry] };
    return seal(JSON.stringify(manifest), [files.stored, database.stored]);
  }

  it('that says how large it is, is refused before anything is inflated', async () => {
    await expectDamage(bomb(2 ** 27), /would inflate from \d+ to 134217728 bytes/);
    await expectDamage(bomb(2 ** 52), /would inflate from/);
  });

  it('that lies about its size, ends where it said it would', async () => {
    await expectDamage(bomb(1000), /inflates to more than its 1000 bytes/);
  });
});

describe('paths that lead out of the folder', () => {
  /** An index, whole in itself, that knows a file by this path. */
  async function indexWith(path: string): Promise<LooseExport> {
    const indexDir = scratch.at(`paths ${sha256(Buffer.from(path)).slice(0, 8)}`);
    const [contentHash, stamp] = [new Uint8Array(32), { sizeBytes: 1, mtimeMs: 1, ctimeMs: 1 }];
    const digest = fileDigest(path, contentHash, []);
    const writer = await openSqliteWriter({ indexDir, command: 'mind-index', mergeSegments });
    await writer.beginRun({ startedAt: 'noon', fingerprint: 'apples-v1', embedder: 'none' });
    const files = [{ path, contentHash, digest, chunkCount: 0, ...stamp }];
    await writer.commit({ chunkCount: 0, textBlocks: [], files, unindexed: [], restamped: [], removed: [] });
    const whole = indexDigest([digest], 'apples-v1');
    await writer.finishRun({ finishedAt: 'one', digest: whole, summary: '{}' });
    await writer.close();
    snapshotIndex(indexDir, `${indexDir}/snapshot.db`);
    const reader = openSqliteReader(indexDir);
    const list = Buffer.concat([...fileList(reader)]);
    reader.close();
    const index = { ...loose.manifest.index, digest: whole, files: 1, chunks: 0, bytes: 1 };
    const settings = { ...loose.manifest.settings, embedder: 'none' };
    const manifest = { ...loose.manifest, index, settings };
    return { manifest, files: list, database: readFileSync(`${indexDir}/snapshot.db`) };
  }

  it('are taken where they do not', async () => {
    const file = scratch.write('inside.mindx', putTogether(await indexWith('shelf/..apple/a..b')));
    await importShop(file, scratch.at('inside'));
    expect(statSync(scratch.at('inside/index.db')).size).toBeGreaterThan(0);
  });

  it.each(['/etc/passwd', '../apple', 'a/../../apple', 'a/..', './apple', 'a//b', '', '/', 'apple/'])(
    'are refused: %j',
    async (path) => {
      await expectDamage(putTogether(await indexWith(path)), /leads out of the folder/);
    },
  );
});
