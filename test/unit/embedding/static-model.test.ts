import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dequantise, digestOf, identityModule, modelFile, quantise } from '../../../build/training/model-file.js';
import { StaticEmbedder } from '../../../src/embedding/static-embedder.js';
import { STATIC_MODEL_PATH, StaticModel, verifyModel } from '../../../src/embedding/static-model.js';
import { STATIC_MODEL_IDENTITY } from '../../../src/embedding/static-model-identity.js';
import { VectorKernel } from '../../../src/shared/vector-kernel.js';

const DIMENSIONS = 128;
const FRUIT = ['apple', 'basket', 'melon', 'pear'];
const rows = Float32Array.from({ length: FRUIT.length * DIMENSIONS }, (_, i) => Math.sin(i) * (1 + (i >> 7)));
const whole = modelFile(FRUIT, quantise(rows, DIMENSIONS), DIMENSIONS);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'static-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(content: Buffer): string {
  const path = join(folder, 'model.bin');
  writeFileSync(path, content);
  return path;
}

function changed(change: (file: Buffer) => void): Buffer {
  const copy = Buffer.from(whole);
  change(copy);
  return copy;
}

/** The model with nothing behind it up to a size, for which no disk is taken. */
function enlarged(size: number): string {
  const path = written(whole);
  truncateSync(path, size);
  return path;
}

function load(content: Buffer): StaticModel {
  return StaticModel.load(new VectorKernel(), DIMENSIONS, written(content));
}

describe('a model file', () => {
  it('is read as it was written', () => {
    const kernel = new VectorKernel();
    const model = StaticModel.load(kernel, DIMENSIONS, written(whole));
    const { components, scales } = quantise(rows, DIMENSIONS);
    expect(FRUIT.map((term) => model.terms.find(term))).toEqual([0, 1, 2, 3]);
    expect(model.scales).toEqual(scales);
    expect(new Int8Array(kernel.bytes(model.rows, components.length))).toEqual(components);
    expect(model.rows % 16).toBe(0);
  });

  it.each([
    ['is missing', () => join(folder, 'nowhere.bin'), /cannot be opened/],
    ['is a folder', () => folder, /not a file/],
    ['is empty', () => written(Buffer.alloc(0)), /no header/],
    ['is something else', () => written(changed((file) => file.write('fruit'))), /does not begin as a model/],
    ['is of a later version', () => written(changed((file) => file.writeUInt32LE(2, 4))), /version 2, not 1/],
    [
      'has rows of another width',
      () => written(changed((file) => file.writeUInt32LE(256, 8))),
      /256 components, not 128/,
    ],
    ['is larger than any memory', () => enlarged(6 * 2 ** 30), /6442450944 bytes, not/],
    ['was cut off', () => written(whole.subarray(0, -1)), /bytes, not/],
    ['has more terms than bytes', () => written(changed((file) => file.writeUInt32LE(1e9, 12))), /bytes, not/],
    ['has an empty term', () => written(changed((file) => file.writeUInt32LE(0, 36))), /term 0 is empty/],
    ['has terms beyond their bytes', () => written(changed((file) => file.writeUInt32LE(99, 48))), /leave gaps/],
  ])('is refused when it %s', (_, path, message) => {
    expect(() => StaticModel.load(new VectorKernel(), DIMENSIONS, path())).toThrow(
      expect.objectContaining({ code: 'model-damaged', message: expect.stringMatching(message) as string }),
    );
  });

  it('is refused or read, but never crashes the reader, whatever byte is damaged', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        try {
          load(changed((file) => file.writeUInt8(value, at))).terms.find('melon');
        } catch (error) {
          expect(error).toMatchObject({ code: 'model-damaged' });
        }
      }),
    );
  });
});

describe('quantised rows', () => {
  it('differ from the exact ones by no more than a component and a scale are rounded', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
        (row) => {
          const values = Float32Array.from([...row, ...row.map((value) => value / 16)]);
          const near = dequantise(quantise(values, DIMENSIONS), DIMENSIONS);
          const peak = Math.max(...row.map(Math.abs));
          values.forEach((value, i) => {
            const bound = (peak / (i < DIMENSIONS ? 1 : 16)) * (0.5 / 127) + peak / 0xffff + 1e-6;
            expect(Math.abs(value - near[i]!)).toBeLessThanOrEqual(bound);
          });
        },
      ),
    );
  });
});

describe('the model that is shipped', () => {
  const shipped = readFileSync(STATIC_MODEL_PATH);

  it('is the one that the identity names', () => {
    const digest = createHash('sha256').update(shipped).digest('hex');
    expect(STATIC_MODEL_IDENTITY).toBe(`builtin-static-v1-128-${digest.slice(0, 12)}`);
    expect(identityModule(digestOf(shipped), DIMENSIONS)).toContain(`'${STATIC_MODEL_IDENTITY}'`);
    const card = JSON.parse(readFileSync(new URL('./static-model.json', STATIC_MODEL_PATH), 'utf8')) as object;
    expect(card).toMatchObject({ sha256: digest, bytes: shipped.length });
  });

  it('is verified byte by byte before an index is built with it', () => {
    const shipped = readFileSync(STATIC_MODEL_PATH);
    expect(() => verifyModel(STATIC_MODEL_IDENTITY)).not.toThrow();
    shipped[shipped.length - 1]! ^= 1;
    expect(() => verifyModel(STATIC_MODEL_IDENTITY, written(shipped))).toThrow(
      expect.objectContaining({ code: 'model-damaged' }),
    );
    expect(() => verifyModel(STATIC_MODEL_IDENTITY, folder)).toThrow(
      expect.objectContaining({ code: 'model-damaged' }),
    );
  });

  it('is small enough for a package', () => {
    expect(shipped.length).toBeLessThanOrEqual(8_000_000);
  });

  it('knows what programmers mean by the same thing', () => {
    const embedder = new StaticEmbedder();
    const vector = (...terms: string[]) => embedder.embedTerms({ terms, weights: terms.map(() => 1) });
    const cosine = (a: Int8Array, b: Int8Array) => {
      const dot = (x: Int8Array, y: Int8Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    for (const [term, meaning, stranger] of [
      ['delet', 'remov', 'color'],
      ['cfg', 'config', 'socket'],
      ['auth', 'login', 'pixel'],
      ['err', 'error', 'font'],
      ['async', 'await', 'licens'],
      ['dir', 'fold', 'http'],
    ] as const) {
      expect(cosine(vector(term), vector(meaning)), `${term} is ${meaning}`).toBeGreaterThan(
        0.15 + cosine(vector(term), vector(stranger)),
      );
    }
  });
});
