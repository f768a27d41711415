import { expect, it } from 'vitest';
import { filterOf } from '../../../src/search/filter.js';
import {
  isDataPath,
  isDeclarationPath,
  isDocumentPath,
  isExamplePath,
  isTestPath,
} from '../../../src/search/path-class.js';

it.each([
  'test/basket.test.ts',
  'src/basket_test.go',
  'src/till/BasketTest.java',
  'spec/basket_spec.rb',
  'tests/conftest.py',
  'fixtures/shop/basket.ts',
])('%s is a test', (path) => expect(isTestPath(path)).toBe(true));

it.each(['src/basket.ts', 'src/contest.ts', 'src/latest/prices.py', 'attestation.go'])('%s is no test', (path) =>
  expect(isTestPath(path)).toBe(false),
);

it('tells examples, documents, data and declarations from sources', () => {
  expect(['examples/stall.ts', 'third_party/till.c', 'src/stall.ts'].map(isExamplePath)).toEqual([true, true, false]);
  expect(['README.md', 'prices.yaml', 'src/stall.ts'].map(isDocumentPath)).toEqual([true, false, false]);
  expect(['README.md', 'prices.yaml', 'src/stall.ts'].map(isDataPath)).toEqual([false, true, false]);
  expect(['till.h', 'till.d.ts', 'till.pyi', 'till.c', 'till.ts'].map(isDeclarationPath)).toEqual([
    ...[true, true, true, false, false],
  ]);
});

it('decides with the other filters of a query which files may answer', () => {
  const accepted = (tests: 'include' | 'exclude' | 'only') => {
    const filter = filterOf({ paths: ['src/**'], languages: ['typescript'], tests });
    return ['src/a.ts', 'src/a.test.ts', 'src/a.py', 'test/b.ts'].filter((path) => filter!(path));
  };
  expect(accepted('include')).toEqual(['src/a.ts', 'src/a.test.ts']);
  expect(accepted('exclude')).toEqual(['src/a.ts']);
  expect(accepted('only')).toEqual(['src/a.test.ts']);
  expect(filterOf({ paths: [], languages: [], tests: 'include' })).toBeUndefined();
});
