import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedder } from '../../../src/embedding/create-embedder.js';
import { IndexedText } from '../../../src/search/indexed-text.js';
import { hitJson, jsonCharacters } from '../../../src/search/search-json.js';
import { SearchIndex } from '../../../src/search/search-index.js';
import type { SearchOptions } from '../../../src/search/search-result.js';
import { estimateTokens } from '../../../src/search/token-budget.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { ShopIndex } from './shop-index.js';

/** More than the candidates that a retriever brings in at first: what is narrowed to must be found all the same. */
const CRATES = 300;

describe.each(['builtin', 'none'] as const)('a narrowed search (embedder %s)', (embedder) => {
  let shop: ShopIndex;
  let index: SearchIndex;

  beforeAll(async () => {
    shop = await ShopIndex.build({ embedder, storeText: true, batchFiles: 20 });
    mkdirSync(join(shop.root, 'src/crates'));
    const method = (at: number) => `  weighCrate${at}(crate: Crate) {\n    return crate.weigh(${at});\n  }\n`;
    const many = Array.from({ length: CRATES }, (_, at) => method(at)).join('\n');
    writeFileSync(join(shop.root, 'src/crates/stack.ts'), `class Stack {\n${many}}\n`);
    for (let at = 0; at < 30; at += 1) {
      const enumeration = `/** What may lie\n * beneath. */\nexport enum Pile${at} {\n  Crate,\n  Board,\n  Straw,\n}\n`;
      writeFileSync(join(shop.root, `src/crates/pile-${at}${at % 2 ? '.test' : ''}.ts`), enumeration);
    }
    await shop.update();
    const reader = openSqliteReader(shop.indexDir);
    const texts = new IndexedText(shop.root, reader);
    index = new SearchIndex(
      reader,
      texts,
      () => createEmbedder(embedder),
      { hitsPerFile: 3 },
      () => [],
    );
  });
  afterAll(() => {
    index.close();
    shop.remove();
  });

  const ask = (query: string, more: Partial<SearchOptions> = {}) =>
    index.search(query, { limit: 10, paths: [], languages: [], contextLines: 2, ...more });
  const search = (query: string, more: Partial<SearchOptions> = {}) => ask(query, more).hits;

  it('by kind finds what other kinds would have crowded out', () => {
    expect(search('weigh crate', { limit: 1 })[0]!.kind).toBe('method');
    const enums = search('weigh crate', { kinds: ['enum'], limit: 100 });
    expect(new Set(enums.map(({ kind }) => kind))).toEqual(new Set(['enum']));
    expect(new Set(enums.map(({ path }) => path))).toHaveLength(30);
    expect(search('weigh crate', { kinds: ['enum', 'method'], limit: 100 }).length).toBeGreaterThan(enums.length);
    expect(search('weigh crate', { kinds: ['macro'] })).toEqual([]);
    expect(search('weigh crate', { kinds: [] })).toEqual(search('weigh crate'));
  });

  it('leaves tests out, or shows nothing but tests', () => {
    const paths = (tests: SearchOptions['tests'] & string) =>
      search('crate', { tests, kinds: ['enum'], limit: 100 }).map(({ path }) => path);
    expect(paths('only').filter((path) => !path.includes('.test.'))).toEqual([]);
    expect(paths('exclude').filter((path) => path.includes('.test.'))).toEqual([]);
    expect([paths('only'), paths('exclude'), paths('include')].map(({ length }) => length)).toEqual([15, 15, 30]);
  });

  it('as a list of files has as many files as were asked for, each once', () => {
    const files = search('weigh crate', { limit: 25, hitsPerFile: 1 }).map(({ path }) => path);
    expect(files).toHaveLength(25);
    expect(new Set(files)).toHaveLength(25);
    expect(files[0]).toBe('src/crates/stack.ts');
  });

  it('keeps to a budget in JSON unless told how else hits are printed', () => {
    const all = ask('crate', { contextLines: 20 });
    expect(all.truncated).toBeUndefined();
    for (const maxTokens of [40, 100, 200, 400]) {
      const { hits, truncated } = ask('crate', { contextLines: 20, maxTokens });
      expect(estimateTokens(hits.reduce((sum, hit) => sum + jsonCharacters(hitJson(hit)), 0))).toBeLessThanOrEqual(
        hits.length === 1 && hits[0]!.snippet === '' ? Infinity : maxTokens,
      );
      expect(hits.map(({ path, startLine }) => [path, startLine])).toEqual(
        all.hits.slice(0, hits.length).map(({ path, startLine }) => [path, startLine]),
      );
      expect(truncated?.hitsLeftOut ?? 0).toBe(all.hits.length - hits.length);
    }
    expect(ask('crate', { maxTokens: 3, charactersOf: () => 4 }).hits).toHaveLength(3);
  });
});
