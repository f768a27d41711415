import { describe, expect, it } from 'vitest';
import { chooseScenarios, scenariosFor } from '../../../src/bench/scenario.js';
import { drawQueries } from '../../../src/bench/search-queries.js';
import { textTable } from '../../../src/bench/text-table.js';

const names = (scenarios: readonly { readonly name: string }[]) => scenarios.map(({ name }) => name);

describe('chooseScenarios', () => {
  const all = scenariosFor([1, 2]);

  it('measures floors beside every number of workers', () => {
    expect(names(all)).toEqual([
      'workers-1',
      'parse-1',
      'read-1',
      'workers-2',
      'parse-2',
      'read-2',
      'auto',
      'aggressive',
      'no-change',
      'one-changed',
      'search',
      'cli-search',
    ]);
  });

  it('keeps all without names, and the order of the round with them', () => {
    expect(chooseScenarios(all, [])).toEqual(all);
    expect(names(chooseScenarios(all, ['auto', 'workers-2']))).toEqual(['workers-2', 'auto']);
  });

  it('takes an asterisk at the end for any rest', () => {
    expect(names(chooseScenarios(all, ['read-*']))).toEqual(['read-1', 'read-2']);
  });

  it('refuses a name that matches nothing, and says what there is', () => {
    expect(() => chooseScenarios(all, ['workers-3'])).toThrow('there is no scenario `workers-3`');
  });
});

describe('drawQueries', () => {
  const texts = [
    'export function weighBasket(fruitList: Fruit[]) {\n  return totalOf(fruitList);\n}\n',
    'const ripePlum = 1;\n',
  ];

  it('draws the same queries for the same seed, each of them once, from words of the texts', () => {
    const queries = drawQueries(texts, 8, 5);
    expect(queries).toEqual(drawQueries(texts, 8, 5));
    expect(new Set(queries).size).toBe(queries.length);
    const source = texts.join(' ').toLowerCase();
    for (const word of queries.flatMap((query) => query.toLowerCase().split(' '))) expect(source).toContain(word);
  });

  it('gives up where there is too little to ask for', () => {
    expect(drawQueries(['a = b\n'], 5, 1)).toEqual([]);
    expect(drawQueries([], 5, 1)).toEqual([]);
  });
});

describe('textTable', () => {
  it('aligns columns, those marked with `<` to the left', () => {
    const table = textTable(
      ['<fruit', 'price'],
      [
        ['apple', '2'],
        ['watermelon', '10'],
      ],
    );
    expect(table).toBe('fruit       price\n----------  -----\napple           2\nwatermelon     10');
  });
});
