import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DamagedTextError,
  MAX_TEXT_BLOCK_BYTES,
  TEXT_BLOCK_BYTES,
  TextBlockWriter,
  inflateTextBlock,
  sliceTextBlock,
  type TextSlice,
} from '../../../src/storage/text-blocks.js';

function lengthsOf(slices: readonly TextSlice[]): Map<number, number> {
  const lengths = new Map<number, number>();
  for (const { block, offset, byteLength } of slices) {
    if (byteLength > 0) lengths.set(block, Math.max(lengths.get(block) ?? 0, offset + byteLength));
  }
  return lengths;
}

function readBack(blocks: readonly Uint8Array[], slices: readonly TextSlice[]): string[] {
  const lengths = lengthsOf(slices);
  return slices.map((slice) => {
    if (slice.byteLength === 0) return '';
    const block = inflateTextBlock(blocks[slice.block]!, lengths.get(slice.block)!);
    return Buffer.from(sliceTextBlock(block, slice)).toString('utf8');
  });
}

const crate = (bytes: number) => 'apple pear '.repeat(Math.ceil(bytes / 11)).slice(0, bytes);

describe('text blocks', () => {
  it('give back every text that UTF-8 can hold, in whatever sizes they come', () => {
    const unit = fc.string({ unit: 'binary', maxLength: 200 });
    const text = fc.tuple(unit, fc.constantFrom(1, 1, 1, 100, 2_000)).map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const ofStrings = new TextBlockWriter();
        const slices = texts.map((one) => ofStrings.add(one));
        const blocks = ofStrings.finish();
        expect(readBack(blocks, slices)).toEqual(texts);

        const ofBytes = new TextBlockWriter();
        expect(texts.map((one) => ofBytes.addBytes(Buffer.from(one)))).toEqual(slices);
        expect(ofBytes.finish()).toEqual(blocks);

        expect([...lengthsOf(slices).keys()].toSorted((a, b) => a - b)).toEqual(blocks.map((_, number) => number));
        for (const length of lengthsOf(slices).values()) {
          const alone = slices.some((slice) => slice.byteLength === length);
          if (!alone) expect(length).toBeLessThan(2 * TEXT_BLOCK_BYTES);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keep a byte order mark, NUL and line ends', () => {
    const texts = ['\uFEFFapple', 'pe\0ar', 'plum\r\nfig\rkiwi\n', '\u{1F34E}', ''];
    const writer = new TextBlockWriter();
    const slices = texts.map((text) => writer.add(text));
    expect(readBack(writer.finish(), slices)).toEqual(texts);
  });

  it('hold whole files up to about 64 KiB, and a large file alone', () => {
    const writer = new TextBlockWriter();
    const sizes = [TEXT_BLOCK_BYTES - 1, 10, TEXT_BLOCK_BYTES, 7, 0, 3 * TEXT_BLOCK_BYTES, 8];
    const slices = sizes.map((size) => writer.add(crate(size)));
    expect(slices.map(({ block, offset }) => [block, offset])).toEqual([
      ...[[0, 0], [0, TEXT_BLOCK_BYTES - 1], [1, 0], [2, 0], [0, 0], [3, 0]], // prettier-ignore
      [2, 7],
    ]);
    expect(writer.finish()).toHaveLength(4);
  });

  it('are no blocks for no text', () => {
    const writer = new TextBlockWriter();
    writer.add('');
    expect(writer.finish()).toEqual([]);
  });

  it('own their memory, so that they can be handed to another thread', () => {
    const writer = new TextBlockWriter();
    for (const size of [5, 70_000, 40_000, 40_000]) writer.add(crate(size));
    for (const block of writer.finish()) expect(block.buffer.byteLength).toBe(block.length);
  });
});

describe('a damaged block', () => {
  const text = Buffer.from(crate(5_000));
  const good = deflateSync(text);

  it('is an error that says so, wherever a bit is flipped or the end is missing', () => {
    fc.assert(
      fc.property(fc.nat({ max: good.length * 8 - 1 }), fc.nat({ max: good.length - 1 }), (bit, length) => {
        const flipped = Buffer.from(good);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        let read: Buffer | undefined;
        try {
          read = inflateTextBlock(flipped, text.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedTextError);
        }
        // Some bits of a header mean nothing; whatever is read is what was written.
        if (read !== undefined) expect(read.equals(text)).toBe(true);
        expect(() => inflateTextBlock(good.subarray(0, length), text.length)).toThrow(DamagedTextError);
      }),
    );
  });

  it('inflates to no more than it should', () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    expect(() => inflateTextBlock(bomb, 1_000)).toThrow(DamagedTextError);
    for (const length of [0, -1, Number.NaN, MAX_TEXT_BLOCK_BYTES + 1, Infinity]) {
      expect(() => inflateTextBlock(good, length)).toThrow(/not a length/);
    }
    expect(() => inflateTextBlock(good, text.length + 1)).toThrow(/5000 bytes instead of 5001/);
    expect(() => inflateTextBlock(good, MAX_TEXT_BLOCK_BYTES)).toThrow(/5000 bytes instead of/);
  });

  it('has no slice outside of it', () => {
    for (const [offset, byteLength] of [
      [-1, 2],
      [0, -1],
      [4_999, 2],
      [5_001, 0],
      [Number.NaN, 1],
      [0, Infinity],
    ]) {
      // prettier-ignore
      expect(() => sliceTextBlock(text, { offset: offset!, byteLength: byteLength! })).toThrow(/lie outside/);
    }
    expect(sliceTextBlock(text, { offset: 4_999, byteLength: 1 })).toHaveLength(1);
  });
});
