import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelModule } from '../../../build/compile-kernel.js';
import { VectorKernel } from '../../../src/shared/vector-kernel.js';

const int8 = fc.integer({ min: -128, max: 127 });
const dimensions = fc.constantFrom(128, 256, 384);

function vectorOf(size: number): fc.Arbitrary<Int8Array> {
  return fc.array(int8, { minLength: size, maxLength: size }).map((values) => Int8Array.from(values));
}

function bytesOf(size: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: size, maxLength: size });
}

function place(kernel: VectorKernel, data: Int8Array | Uint8Array): number {
  const offset = kernel.allocate(data.length);
  kernel.bytes(offset, data.length).set(new Uint8Array(data.buffer, data.byteOffset, data.length));
  return offset;
}

function differingBits(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0);
}

describe('the vector kernel', () => {
  it('is what its WebAssembly text compiles to', async () => {
    const read = (name: string) => readFileSync(new URL(`../../../src/shared/${name}`, import.meta.url), 'utf8');
    expect(await kernelModule(read('vector-kernel.wat'))).toBe(read('vector-kernel-bytes.ts'));
  });

  it('counts differing bits as plain JavaScript does', () => {
    const sample = dimensions.chain((size) =>
      fc.tuple(bytesOf(size / 8), fc.array(bytesOf(size / 8), { maxLength: 20 })),
    );
    fc.assert(
      fc.property(sample, ([query, rows]) => {
        const kernel = new VectorKernel();
        const bits = place(kernel, Uint8Array.from(rows.flatMap((row) => [...row])));
        const at = place(kernel, query);
        const distances = kernel.hamming(bits, rows.length, query.length, at, kernel.allocate(rows.length * 2));
        expect([...distances]).toEqual(rows.map((row) => differingBits(row, query)));
      }),
    );
  });

  it('multiplies vectors as plain JavaScript does', () => {
    fc.assert(
      fc.property(
        dimensions.chain((size) => fc.tuple(vectorOf(size), vectorOf(size))),
        ([a, b]) => {
          const kernel = new VectorKernel();
          const expected = a.reduce((sum, value, i) => sum + value * b[i]!, 0);
          expect(kernel.dot(place(kernel, a), place(kernel, b), a.length)).toBe(expected);
        },
      ),
    );
  });

  it('does not overflow where every component is extreme', () => {
    const kernel = new VectorKernel();
    const extreme = new Int8Array(1024).fill(-128);
    const at = place(kernel, extreme);
    expect(kernel.dot(at, at, 1024)).toBe(1024 * 128 * 128);
    const bits = place(kernel, new Uint8Array(128).fill(255));
    const zero = place(kernel, new Uint8Array(128));
    expect([...kernel.hamming(bits, 1, 128, zero, kernel.allocate(2))]).toEqual([1024]);
  });

  it('sums weighted rows as plain JavaScript does', () => {
    const sample = dimensions.chain((size) =>
      fc.record({
        size: fc.constant(size),
        rows: fc.array(fc.record({ row: vectorOf(size), weight: fc.integer({ min: 1, max: 0x7fff }) }), {
          maxLength: 12,
        }),
      }),
    );
    fc.assert(
      fc.property(sample, ({ size, rows }) => {
        const kernel = new VectorKernel();
        const offsets = Uint32Array.from(rows, ({ row }) => place(kernel, row));
        const list = kernel.allocate(rows.length * 4);
        const weights = kernel.allocate(rows.length * 4);
        const sums = kernel.allocate(size * 4);
        kernel.words(list, rows.length).set(offsets);
        kernel.words(weights, rows.length).set(rows.map(({ weight }) => weight));
        const expected = Array.from({ length: size }, (_, d) =>
          rows.reduce((sum, { row, weight }) => sum + row[d]! * weight, 0),
        );
        expect([...kernel.weightedSum(list, weights, rows.length, size, sums)]).toEqual(expected);
      }),
    );
  });

  it('gives out memory that does not overlap, aligned, and keeps its content while it grows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const kernel = new VectorKernel();
        const offsets = sizes.map((size, i) => {
          const offset = kernel.allocate(size);
          kernel.bytes(offset, size).fill(i + 1);
          return offset;
        });
        offsets.forEach((offset, i) => {
          expect(offset % 16).toBe(0);
          expect(kernel.bytes(offset, sizes[i]!).every((byte) => byte === i + 1)).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });
});
