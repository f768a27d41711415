import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileDigest, indexDigest, type DigestedChunk } from '../../../src/pipeline/index-digest.js';
import { KIND_CODES } from '../../../src/storage/segment-format.js';

const CHUNKS: readonly DigestedChunk[] = [
  { startLine: 1, endLine: 4, kind: 'class', symbol: 'Basket' },
  { startLine: 5, endLine: 9, kind: 'method', symbol: 'weigh' },
];
const HASH = new Uint8Array(32).fill(1);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the digest of a file', () => {
  it('changes with the path, the content and every part of every chunk', () => {
    const [first, second] = CHUNKS as [DigestedChunk, DigestedChunk];
    const variants = [
      fileDigest('basket.ts', HASH, CHUNKS),
      fileDigest('baskets.ts', HASH, CHUNKS),
      fileDigest('basket.ts', new Uint8Array(32).fill(2), CHUNKS),
      fileDigest('basket.ts', HASH, []),
      fileDigest('basket.ts', HASH, [first]),
      fileDigest('basket.ts', HASH, [second, first]),
      fileDigest('basket.ts', HASH, [{ ...first, startLine: 2 }, second]),
      fileDigest('basket.ts', HASH, [{ ...first, endLine: 3 }, second]),
      fileDigest('basket.ts', HASH, [{ ...first, kind: 'type' }, second]),
      fileDigest('basket.ts', HASH, [first, { ...second, symbol: 'price' }]),
    ];
    expect(new Set(variants.map(hex))).toHaveLength(variants.length);
  });

  it('is the same for equal input, also where that carries more than the digest knows', () => {
    const more = CHUNKS.map((chunk) => ({ ...chunk, parent: 'Shop', names: ['Basket'] }));
    expect(hex(fileDigest('basket.ts', HASH, more))).toBe(hex(fileDigest('basket.ts', HASH, CHUNKS)));
  });

  it('differs for different lists of chunks', () => {
    const chunk = fc.record({
      startLine: fc.integer({ min: 1, max: 120 }),
      endLine: fc.integer({ min: 1, max: 120 }),
      kind: fc.constantFrom(...KIND_CODES),
      symbol: fc.constantFrom('', '1', '2 3', 'Basket', 'Größe'),
    });
    const chunks = fc.array(chunk, { maxLength: 3 });
    fc.assert(
      fc.property(chunks, chunks, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(hex(fileDigest('shop.ts', HASH, a))).not.toBe(hex(fileDigest('shop.ts', HASH, b)));
      }),
    );
  });
});

describe('the digest of an index', () => {
  const digests = ['apple.ts', 'pear.ts', 'plum.ts'].map((path) => fileDigest(path, HASH, CHUNKS));

  it('changes with every file, their order and the settings', () => {
    const [apple, pear, plum] = digests as [Uint8Array, Uint8Array, Uint8Array];
    const variants = [
      indexDigest(digests, 'builtin'),
      indexDigest(digests, 'none'),
      indexDigest([], 'builtin'),
      indexDigest([apple, pear], 'builtin'),
      indexDigest([apple, plum], 'builtin'),
      indexDigest([pear, apple, plum], 'builtin'),
    ];
    expect(new Set(variants)).toHaveLength(variants.length);
  });

  it('is 64 hexadecimal digits and the same for an array and a stream', () => {
    function* stream() {
      yield* digests;
    }
    expect(indexDigest(stream(), 'builtin')).toMatch(/^[0-9a-f]{64}$/);
    expect(indexDigest(stream(), 'builtin')).toBe(indexDigest(digests, 'builtin'));
  });

  it('does not change from version to version, unless this line does', () => {
    expect(indexDigest(digests, 'builtin')).toMatchInlineSnapshot(
      `"e7470357952b942388d9073371412134ff0a407d1748233d86f362ccde70d8f5"`,
    );
  });
});
