import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SegmentReader } from '../../../src/storage/segment-reader.js';
import { ShopIndex } from '../search/shop-index.js';

let shop: ShopIndex;

const SCRIPT = [
  'def count_apples(crates):',
  ...Array.from({ length: 5 }, (_, at) => `    crates[${at}].weigh()`),
  '',
  '',
  'def count_pears(crates):',
  ...Array.from({ length: 5 }, (_, at) => `    crates[${at}].weigh()`),
];

beforeAll(async () => {
  shop = await ShopIndex.build({ embedder: 'none', storeText: true, batchFiles: 3 });
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(shop.root, name), lines.join('\n'));
  write('scripts/stocktake', ['#!/usr/bin/env python3', ...SCRIPT, '']);
  write('scripts/bare', SCRIPT);
  write('scripts/notes.md', ['#!/usr/bin/env python3', ...SCRIPT, '']);
  // A grammar that no path of the shop asks for, and a script that is nothing but its first line.
  write('scripts/juice', ['#!/usr/bin/ruby -w', 'def squeeze(fruit)', '  fruit.juice', 'end', '']);
  write('scripts/empty', ['#!/bin/sh']);
  await shop.update();
});
afterAll(() => shop.remove());

function chunksOf(path: string): string[] {
  return shop.reading((reader) =>
    reader.segments().flatMap(({ id }) => {
      const segment = new SegmentReader(reader.openSegment(id));
      const file = Array.from({ length: segment.fileCount }, (_, at) => at).find((at) => segment.path(at) === path);
      if (file === undefined) return [];
      const [first, end] = segment.chunksOf(file);
      return Array.from({ length: end - first }, (_, at) => {
        const { names } = segment.names(first + at);
        return `${segment.kind(first + at)} ${names[0] ?? ''}`.trim();
      });
    }),
  );
}

it('a script without a known ending is split by the syntax that its first line names', () => {
  expect(chunksOf('scripts/stocktake').slice(-2)).toEqual(['function count_apples', 'function count_pears']);
  expect(chunksOf('scripts/juice')).toEqual(['function squeeze']);
  expect(chunksOf('scripts/empty')).toEqual(['text']);
});

it('without such a line it is split by lines, and a known ending wins', () => {
  expect(new Set(chunksOf('scripts/bare'))).toEqual(new Set(['text']));
  expect(chunksOf('scripts/notes.md').join()).not.toContain('count_pears');
});
