import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { filterOf } from '../../../src/search/filter.js';
import { fileStem, PathFactCache } from '../../../src/search/path-facts.js';
import { parseQuery } from '../../../src/search/query.js';
import { uniqueTerms } from '../chunking/unique-terms.js';

describe('a query', () => {
  it('has the terms that documents have, and its words as they were typed', () => {
    expect(parseQuery('  total weight of addFruit() ')).toMatchObject({
      text: 'total weight of addFruit()',
      tokens: ['total', 'weight', 'of', 'addFruit'],
    });
    expect(termsOf('total weight of addFruit()')).toEqual(uniqueTerms('total weight of addFruit'));
  });

  it('has the same terms as a document of the same text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.lorem()), (text) => {
        expect(termsOf(text)).toEqual(uniqueTerms(text.trim()));
      }),
    );
  });

  it('is empty where there is nothing but punctuation', () => {
    for (const text of ['', '  ', '()', '-> :: #', '"…"']) {
      expect(parseQuery(text)).toMatchObject({ terms: [], joined: [], tokens: [], names: [] });
    }
  });

  it('joins neighbours as code would write them in one name', () => {
    expect(parseQuery('ripe fruit basket').joined.map(({ term }) => term)).toEqual(['ripefruit', 'fruitbasket']);
    expect(parseQuery('weight of the basket').joined).toEqual([]);
    expect(parseQuery('ripeFruit ripe fruit').joined.map(({ term }) => term)).not.toContain('ripefruit');
  });

  test.each([
    ['letters', 'a'.repeat(50_000)],
    ['accented letters', 'é'.repeat(50_000)],
    ['digits', '7'.repeat(50_000)],
    ['dollars', '$'.repeat(50_000)],
    ['underscores', 'a_'.repeat(25_000)],
    ['capitals', 'aB'.repeat(25_000)],
    ['qualifiers', 'a.'.repeat(25_000)],
    ['quotes', '"'.repeat(50_000)],
    ['colons', 'a: '.repeat(16_000)],
    ['words of failure', 'error '.repeat(8_000)],
  ])('is read in a time that grows with its length: %s', (_, text) => {
    const startedAt = performance.now();
    parseQuery(`fruit that is ripe ${text}`);
    // Squares of these lengths take minutes.
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('asks for a marked name once, however often it is said', () => {
    expect(parseQuery('addFruit before addFruit or Basket.addFruit').names).toEqual([
      { name: 'addFruit', qualifier: '' },
      { name: 'addFruit', qualifier: 'Basket' },
    ]);
  });

  test.each([
    ['addFruit', 'addFruit', ''],
    ['addFruit()', 'addFruit', ''],
    ['Basket.addFruit', 'addFruit', 'Basket'],
    ['Basket::add_fruit', 'add_fruit', 'Basket'],
    ['shop.Basket#weigh', 'weigh', 'Basket'],
    ['basket->weigh()', 'weigh', 'basket'],
    ['ripe?', 'ripe?', ''],
    ['save!', 'save!', ''],
    ['$price', '$price', ''],
    ['@fruit', '@fruit', ''],
    ['Größe', 'Größe', ''],
    ['basket', 'basket', ''],
  ])('%s is a name', (text, name, qualifier) => {
    expect(parseQuery(text)).toMatchObject({ kind: 'name', names: [{ name, qualifier }] });
  });

  test.each(['how are prices made', 'add fruit', '7up', 'a + b', 'prices?? now'])('%s is no name', (text) => {
    expect(parseQuery(text)).toMatchObject({ kind: 'prose', names: [] });
  });

  test.each([
    ['how basket.weigh rounds', ['weigh']],
    ['where addFruit and remove_fruit differ', ['addFruit', 'remove_fruit']],
    ['what weigh() returns for a Basket', ['weigh']],
    ['FruitBasket versus crate', ['FruitBasket']],
  ])('%s holds names', (text, names) => {
    const query = parseQuery(text);
    expect(query.kind).toBe('prose');
    expect(query.names.map(({ name }) => name)).toEqual(names);
  });

  test.each(['src/till/prices.py', 'prices.py', './src/stock/basket.ts', 'src/stock/basket'])(
    '%s is a path',
    (text) => {
      expect(parseQuery(text).kind).toBe('path');
    },
  );

  test.each([
    'TypeError: basket is not iterable',
    'Error: cannot weigh "plum": no scale',
    "thread 'till' panicked at 'no change left'",
    'fatal: unable to open drawer (locked)',
    "Can't open the drawer twice.",
  ])('%s is a message', (text) => {
    expect(parseQuery(text).kind).toBe('message');
  });
});

function termsOf(text: string): string[] {
  return parseQuery(text).terms.map(({ term }) => term);
}

describe('the filter of a query', () => {
  const passes = (paths: readonly string[], languages: readonly string[]) =>
    ['src/till/prices.py', 'src/stock/basket.ts', 'test/basket.test.ts', 'README.md', 'Makefile', 'LICENSE'].filter(
      filterOf({ paths, languages }) ?? (() => true),
    );

  it('lets everything through where there is none', () => {
    expect(passes([], [])).toHaveLength(6);
  });

  it('wants a path that matches one of the patterns', () => {
    expect(passes(['*.ts'], [])).toEqual(['src/stock/basket.ts', 'test/basket.test.ts']);
    expect(passes(['src/**', '*.md'], [])).toEqual(['src/till/prices.py', 'src/stock/basket.ts', 'README.md']);
    expect(passes(['src/{till,bank}'], [])).toEqual(['src/till/prices.py']);
    expect(passes(['*.ts', '!*.test.ts'], [])).toEqual(['src/stock/basket.ts']);
  });

  it('wants one of the languages', () => {
    expect(passes([], ['python'])).toEqual(['src/till/prices.py']);
    expect(passes([], ['python', 'markdown'])).toEqual(['src/till/prices.py', 'README.md']);
  });

  it('wants both where both are given', () => {
    expect(passes(['src/**'], ['typescript'])).toEqual(['src/stock/basket.ts']);
    expect(passes(['src/**'], ['markdown'])).toEqual([]);
  });
});

describe('the terms of a path', () => {
  it('are those of the file name without its last extension and of its directory', () => {
    expect(fileStem('src/till/price-list.test.ts')).toBe('price-list');
    expect(fileStem('.eslintrc')).toBe('.eslintrc');
    expect(fileStem('src/Makefile')).toBe('Makefile');
    const terms = new PathFactCache().of('src/fruitStock/price-list.test.ts');
    expect(terms).toMatchObject({ stem: uniqueTerms('price list test'), directory: uniqueTerms('fruit stock') });
  });

  it('are those of the directory where the file is only its entry', () => {
    const paths = ['src/fruitStock/index.ts', 'src/fruitStock/mod.rs', 'src/fruitStock/__init__.py'];
    for (const path of paths) {
      expect(new PathFactCache().of(path)).toMatchObject({ stem: uniqueTerms('fruit stock'), directory: ['src'] });
    }
    expect(new PathFactCache().of('index.ts').stem).toEqual(['index']);
  });
});
