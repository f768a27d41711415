import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedder } from '../../../src/embedding/create-embedder.js';
import { IndexedText } from '../../../src/search/indexed-text.js';
import { SearchIndex } from '../../../src/search/search-index.js';
import type { SearchHit, SearchOptions } from '../../../src/search/search-result.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { ShopIndex, type ShopOptions } from './shop-index.js';

const EVERYTHING: SearchOptions = { limit: 10, paths: [], languages: [], contextLines: 2 };

function open(shop: ShopIndex, embedder: ShopOptions['embedder'], hitsPerFile = 3): SearchIndex {
  const reader = openSqliteReader(shop.indexDir);
  return new SearchIndex(
    reader,
    new IndexedText(shop.root, reader),
    () => createEmbedder(embedder),
    { hitsPerFile },
    () => [],
  );
}

function where({ path, symbol }: SearchHit): string {
  return `${path} ${symbol}`;
}

describe.each([
  { name: 'with vectors, in one segment', embedder: 'builtin', storeText: true, batchFiles: 100 },
  { name: 'without vectors or text, a segment for every file', embedder: 'none', storeText: false, batchFiles: 1 },
] as const)('searching the fruit shop $name', (options) => {
  let shop: ShopIndex;
  let index: SearchIndex;

  beforeAll(async () => {
    shop = await ShopIndex.build(options);
    index = open(shop, options.embedder);
  });
  afterAll(() => {
    index.close();
    shop.remove();
  });
  const search = (query: string, more: Partial<SearchOptions> = {}) =>
    index.search(query, { ...EVERYTHING, ...more }).hits;

  it('finds a definition by its name, however it is spelled', () => {
    for (const query of ['calculate_price', 'calculatePrice', 'CALCULATE_PRICE', 'prices.calculate_price()']) {
      expect(search(query).map(where)[0]).toBe('src/till/prices.py calculate_price');
    }
    expect(search('removeRottenFruit').map(where)[0]).toBe('src/stock/basket.ts removeRottenFruit');
    expect(search('Drawer.GiveChange').map(where)[0]).toBe('src/till/drawer.go GiveChange');
  });

  it('answers a question in words', () => {
    expect(search('taking out rotten fruits')[0]?.path).toBe('src/stock/basket.ts');
    expect(search('fewest coins for change')[0]?.path).toBe('src/till/drawer.go');
    expect(search('deliver crates to customers')[0]?.path).toBe('scripts/deliver.sh');
    expect(search('opening hours')[0]?.path).toBe('README.md');
    expect(search('苹果价格')[0]?.path).toBe('docs/说明.md');
  });

  it('tells of a hit where it is, what it is and which lines answer', () => {
    const [hit] = search('totalWeight');
    expect(hit).toMatchObject({ kind: 'method', parent: 'Basket', symbol: 'totalWeight', fresh: 'fresh' });
    const lines = hit!.snippet.split('\n');
    for (const line of hit!.matchLines) expect(lines[line - hit!.snippetLine]).toMatch(/total|weight/i);
    expect(hit!.snippetLine).toBeGreaterThanOrEqual(hit!.startLine);
    expect(hit!.snippetLine + lines.length - 1).toBeLessThanOrEqual(hit!.endLine);
  });

  it('ranks by falling scores, without a hit twice, and a shorter list is the beginning of a longer one', () => {
    const hits = search('fruit price weight', { limit: 20 });
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a));
    expect(new Set(hits.map(({ path, startLine }) => `${path}:${startLine}`))).toHaveLength(hits.length);
    expect(search('fruit price weight', { limit: 3 })).toEqual(hits.slice(0, 3));
  });

  it('shows a few hits of a file only, and fewer when asked', () => {
    const perFile = (hits: readonly SearchHit[]) =>
      Math.max(...hits.map(({ path }) => hits.filter((other) => other.path === path).length));
    expect(perFile(search('fruit', { limit: 50 }))).toBeLessThanOrEqual(3);
    const sparing = open(shop, options.embedder, 1);
    const hits = sparing.search('fruit', { ...EVERYTHING, limit: 50 }).hits;
    expect(perFile(hits)).toBe(1);
    expect(hits.length).toBeGreaterThan(3);
    sparing.close();
  });

  it('keeps to paths and languages', () => {
    expect(new Set(search('fruit', { languages: ['python'] }).map(({ path }) => path))).toEqual(
      new Set(['src/till/prices.py']),
    );
    expect(search('fruit', { paths: ['test/**'] }).map(({ path }) => path)).toContain('test/basket.test.ts');
    expect(search('fruit', { paths: ['nowhere/**'] })).toEqual([]);
  });

  it('puts tests behind what they test, unless they are asked for', () => {
    const paths = search('rotten fruit basket').map(({ path }) => path);
    expect(paths.indexOf('src/stock/basket.ts')).toBeLessThan(paths.indexOf('test/basket.test.ts'));
  });

  it('finds nothing for words that stand nowhere, and refuses a query without any', () => {
    expect(search('zeppelin')).toEqual([]);
    expect(() => search('?!')).toThrow(expect.objectContaining({ code: 'query-empty' }));
  });
});

describe('an index that is searched while files change', () => {
  let shop: ShopIndex;
  let index: SearchIndex;

  beforeAll(async () => {
    shop = await ShopIndex.build({ embedder: 'builtin', storeText: true, batchFiles: 2 });
    index = open(shop, 'builtin');
  });
  afterAll(() => {
    index.close();
    shop.remove();
  });

  it('says which hits are stale or gone, and answers anew after the next run without being opened again', async () => {
    const search = (query: string) => index.search(query, EVERYTHING);
    expect(search('GiveChange').notices).toEqual([]);

    const { root } = shop;
    appendFileSync(
      join(root, 'src/till/drawer.go'),
      '\n// CountCoins adds up.\nfunc (d *Drawer) CountCoins() int { return 1 }\n',
    );
    rmSync(join(root, 'src/stock/fruit.ts'));
    writeFileSync(join(root, 'src/stock/melon.ts'), 'export function knockOnMelon(): boolean {\n  return true;\n}\n');
    expect(search('GiveChange').hits[0]).toMatchObject({ path: 'src/till/drawer.go', fresh: 'stale' });
    expect(search('isRipe').hits[0]).toMatchObject({ path: 'src/stock/fruit.ts', fresh: 'gone' });
    expect(search('isRipe').notices[0]?.message).toMatch(/changed since they were indexed$/);
    expect(search('knockOnMelon').hits).toEqual([]);

    expect(await shop.update()).toEqual(expect.arrayContaining(['src/stock/melon.ts', 'src/till/drawer.go']));
    expect(search('knockOnMelon').hits[0]).toMatchObject({ path: 'src/stock/melon.ts', fresh: 'fresh' });
    expect(search('CountCoins').hits[0]).toMatchObject({ path: 'src/till/drawer.go', fresh: 'fresh' });
    expect(search('isRipe').hits.map(({ path }) => path)).not.toContain('src/stock/fruit.ts');
    const { candidates } = index.candidates('isRipe drawer');
    expect(candidates.map(({ path }) => path)).not.toContain('src/stock/fruit.ts');
    expect(new Set(candidates.map(({ order }) => order))).toHaveLength(candidates.length);
    const startLines = candidates.flatMap(({ path, view, chunk }) =>
      path.endsWith('drawer.go') ? [view.reader.startLine(chunk)] : [],
    );
    expect(new Set(startLines)).toHaveLength(startLines.length);
    const drawers = search('drawer')
      .hits.filter(({ path }) => path.endsWith('drawer.go'))
      .map(({ startLine }) => startLine);
    expect(new Set(drawers)).toHaveLength(drawers.length);
  });
});
