import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContents } from '../../../src/pipeline/index-contents.js';
import { behindOf, readableStatus, type Behind } from '../../../src/pipeline/index-status.js';
import { treeChanges } from '../../../src/pipeline/tree-changes.js';
import { verifyReader, type VerifyReport } from '../../../src/pipeline/verify-index.js';
import { openForWriting } from '../../../src/storage/sqlite-connection.js';
import { verifySqliteStore } from '../../../src/storage/sqlite-verify.js';
import { ShopIndex } from '../search/shop-index.js';

async function verify(shop: ShopIndex, withSource = true): Promise<VerifyReport> {
  const { root, maxFileBytes } = shop;
  const source = withSource ? { source: { root, maxFileBytes, discovery: await shop.discover() } } : {};
  return shop.reading((reader) => verifyReader(reader, { storeProblems: () => verifySqliteStore(reader), ...source }));
}

/** Flips the bits of one byte in every segment; doing it again restores them. */
function damageSegments(shop: ShopIndex, position: number): void {
  const database = openForWriting(shop.indexDir);
  try {
    for (const { id, data } of database.statement('SELECT id, data FROM segment_pages').all()) {
      const bytes = Uint8Array.from(data as Uint8Array);
      bytes[position]! ^= 0xff;
      database.statement('UPDATE segment_pages SET data = ? WHERE id = ?').run(bytes, id!);
    }
  } finally {
    database.close();
  }
}

describe('an index and its tree', () => {
  let shop: ShopIndex;
  beforeEach(async () => {
    shop = await ShopIndex.build({ embedder: 'builtin', storeText: true, batchFiles: 3 });
  });
  afterEach(() => shop.remove());

  it('agree after a run', async () => {
    const report = await verify(shop);
    expect(report).toMatchObject({ ok: true, problems: [], files: 8 });
    expect(report.digestRecomputed).toBe(report.digestStored);
    expect(shop.reading(readableStatus)).toMatchObject({
      files: 8,
      failed: [],
      segments: 3,
      digest: report.digestStored,
    });
  });

  it('agree by stamps alone where the files have been at rest', async () => {
    const resting = await ShopIndex.build({ embedder: 'none', storeText: true, batchFiles: 100, inPlace: true });
    expect(await behind(resting)).toEqual({ added: 0, changed: 0, removed: 0 });
    expect(await resting.update()).toEqual([]);
    resting.remove();
  });

  it('have the same digest however the files were cut into segments', async () => {
    const digest = ({ fingerprint }: ShopIndex) => shop.reading((reader) => readContents(reader, fingerprint).digest);
    for (const batchFiles of [1, 5, 100]) {
      const other = await ShopIndex.build({ embedder: 'none', storeText: false, batchFiles });
      expect(other.reading((reader) => readContents(reader, other.fingerprint).digest)).toBe(digest(shop));
      other.remove();
    }
  });

  it('are said to differ, file by file, and agree again after the next run, with the first digest after an undo', async () => {
    const before = await verify(shop);
    appendFileSync(join(shop.root, 'README.md'), '\nClosed on holidays.\n');
    rmSync(join(shop.root, 'src/stock/fruit.ts'));
    writeFileSync(join(shop.root, 'src/stock/kiwi.ts'), 'export const kiwi = 1;\n');
    const between = await verify(shop);
    expect(between.problems.toSorted()).toEqual([
      '`README.md` has changed since it was indexed',
      '`src/stock/fruit.ts` is in the index but not in the tree',
      '`src/stock/kiwi.ts` is in the tree but not in the index',
    ]);
    expect(between.digestRecomputed).toBe(before.digestRecomputed);
    expect((await verify(shop, false)).ok).toBe(true);
    expect(await behind(shop)).toMatchObject({ added: 1, removed: 1 });

    await shop.update();
    const after = await verify(shop);
    expect(after).toMatchObject({ ok: true, problems: [] });
    expect(after.digestStored).not.toBe(before.digestStored);

    shop.restore();
    await shop.update();
    expect(await verify(shop)).toMatchObject({ ok: true, digestStored: before.digestStored });
  });

  it('are said to be damaged, all segments in one report, wherever a byte has changed', async () => {
    for (const position of [0, 4, 20, 100, 130, 150, 300, 700]) {
      damageSegments(shop, position);
      const { ok, problems } = await verify(shop, false);
      damageSegments(shop, position);
      expect(ok).toBe(false);
      expect(problems.filter((problem) => problem.startsWith('segment '))).toHaveLength(3);
    }
    expect((await verify(shop)).ok).toBe(true);
  });
});

async function behind(shop: ShopIndex): Promise<Behind> {
  const discovery = await shop.discover();
  return shop.reading((reader) =>
    behindOf(treeChanges([...reader.files()], discovery, { ...shop, openGitContent: () => undefined })),
  );
}
