import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { filterOf } from '../../../src/search/filter.js';
import { fileStem, PathTermCache } from '../../../src/search/path-terms.js';
import { parseQuery } from '../../../src/search/query.js';
import { uniqueTerms } from '../chunking/unique-terms.js';

describe('a query', () => {
  it('has the terms that documents have, and its words as they were typed', () => {
    expect(parseQuery('  total weight of addFruit() ')).toMatchObject({
      text: 'total weight of addFruit()',
      tokens: ['total', 'weight', 'of', 'addFruit'],
      terms: uniqueTerms('total weight of addFruit'),
    });
  });

  it('has the same terms as a document of the same text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.lorem()), (text) => {
        expect(parseQuery(text).terms).toEqual(uniqueTerms(text.trim()));
      }),
    );
  });

  it('is empty where there is nothing but punctuation', () => {
    for (const text of ['', '  ', '()', '-> :: #', '"…"']) {
      expect(parseQuery(text)).toMatchObject({ terms: [], tokens: [], symbol: undefined });
    }
  });

  test.each([
    ['addFruit', 'addFruit'],
    ['addFruit()', 'addFruit'],
    ['Basket.addFruit', 'addFruit'],
    ['Basket::add_fruit', 'add_fruit'],
    ['Basket#weigh', 'weigh'],
    ['basket->weigh()', 'weigh'],
    ['ripe?', 'ripe?'],
    ['save!', 'save!'],
    ['$price', '$price'],
    ['@fruit', '@fruit'],
    ['Größe', 'Größe'],
    ['basket', 'basket'],
  ])('%s asks for the symbol %s', (text, symbol) => {
    expect(parseQuery(text).symbol).toBe(symbol);
  });

  test.each([['how are prices made'], ['add fruit'], ['7up'], ['a + b'], ['prices?? now']])(
    '%s asks for no symbol',
    (text) => {
      expect(parseQuery(text).symbol).toBeUndefined();
    },
  );
});

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
  it('are those of the file name without extensions and of its directory', () => {
    expect(fileStem('src/till/price-list.test.ts')).toBe('price-list');
    expect(fileStem('.eslintrc')).toBe('.eslintrc');
    expect(fileStem('src/Makefile')).toBe('Makefile');
    const terms = new PathTermCache().of('src/fruitStock/price-list.test.ts');
    expect(terms.stem).toEqual(uniqueTerms('price list'));
    expect(terms.directory).toEqual(expect.arrayContaining(uniqueTerms('fruit stock')));
  });
});
