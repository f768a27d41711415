import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEmbedder } from '../../../src/embedding/create-embedder.js';
import { IndexedText } from '../../../src/search/indexed-text.js';
import { SearchIndex } from '../../../src/search/search-index.js';
import { openSqliteReader } from '../../../src/storage/sqlite-reader.js';
import { ShopIndex } from './shop-index.js';

const GOLDEN = fileURLToPath(new URL('golden-queries.txt', import.meta.url));

/** What people and programs ask: names, paths, questions, messages, and words that stand nowhere. */
const QUERIES = [
  'Basket',
  'calculate_price',
  'Drawer.GiveChange',
  'removeRottenFruit',
  'till/prices.py',
  'stock/fruit.ts',
  'how is change given with the fewest coins',
  'who takes rotten fruit out of the basket',
  'tests of the basket',
  'discount on a price',
  'deliver crates to customers',
  'opening hours of the shop',
  'error: no change left in the drawer',
  '苹果价格',
  'cfg of the shop',
  'cheaper for loyal clients',
];

let shop: ShopIndex;
let index: SearchIndex;

beforeAll(async () => {
  shop = await ShopIndex.build({ embedder: 'builtin', storeText: true, batchFiles: 100, fixture: '.' });
  const reader = openSqliteReader(shop.indexDir);
  const texts = new IndexedText(shop.root, reader);
  index = new SearchIndex(
    reader,
    texts,
    () => createEmbedder('builtin'),
    { hitsPerFile: 3 },
    () => [],
  );
});
afterAll(() => {
  index.close();
  shop.remove();
});

it('answers the golden queries on the fixtures as before: a change of ranking is a change of this file', async () => {
  const answers = QUERIES.map((query) => {
    const { hits } = index.search(query, { limit: 4, paths: [], languages: [], contextLines: 0 });
    return [query, ...hits.map((hit) => `  ${hit.path}:${hit.startLine}-${hit.endLine} ${hit.symbol}`.trimEnd())].join(
      '\n',
    );
  });
  await expect(`${answers.join('\n\n')}\n`).toMatchFileSnapshot(GOLDEN);
});
