import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corpusDigest, generateCorpus } from '../../../src/bench/corpus/corpus.js';
import { Random } from '../../../src/bench/corpus/random.js';

const corpus = [...generateCorpus({ files: 3000, seed: 1 })];

describe('generateCorpus', () => {
  it('gives the same bytes for the same seed, on every machine', () => {
    expect(corpusDigest(generateCorpus({ files: 200, seed: 7 }))).toBe(
      '67b0f5ed6438f6a7f67d161b3b0e883fb31728cbbd0247df3be90dd3b5f8cc9e',
    );
  });

  it('gives other bytes for another seed', () => {
    const first = corpusDigest(generateCorpus({ files: 20, seed: 1 }));
    expect(corpusDigest(generateCorpus({ files: 20, seed: 2 }))).not.toBe(first);
  });

  it('gives as many files as asked for, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), (files, seed) => {
        expect([...generateCorpus({ files, seed })]).toHaveLength(files);
      }),
      { numRuns: 20 },
    );
  });

  it('averages about five kilobytes, with many small files and a few large ones', () => {
    const sizes = corpus.map(({ text }) => text.length).sort((left, right) => left - right);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(4600);
    expect(mean).toBeLessThan(5400);
    expect(sizes[1500]!).toBeLessThan(mean * 0.8);
    expect(sizes.at(-1)!).toBeGreaterThan(mean * 5);
  });

  it('writes ASCII, so that lengths are bytes', () => {
    expect(corpus.filter(({ text }) => Buffer.byteLength(text) !== text.length)).toEqual([]);
  });

  it('never repeats a path or a content', () => {
    expect(new Set(corpus.map(({ path }) => path)).size).toBe(corpus.length);
    expect(new Set(corpus.map(({ text }) => text.slice(text.indexOf('\n')))).size).toBe(corpus.length);
  });

  it('imports only what the imported file exports', () => {
    const texts = new Map(corpus.map(({ path, text }) => [path, text]));
    let imports = 0;
    for (const { path, text } of corpus) {
      for (const [, name, from] of text.matchAll(/^import \{ (\w+) \} from '(\.[^']+)\.js';$/gm)) {
        const target = texts.get(posix.join(posix.dirname(path), `${from}.ts`));
        expect(target, `${path} imports ${from}`).toContain(`export class ${name} {`);
        imports++;
      }
    }
    expect(imports).toBeGreaterThan(corpus.length);
  });

  it('has tests beside modules, several levels of folders, comments, classes, interfaces and functions', () => {
    const tests = corpus.filter(({ path }) => path.endsWith('.test.ts'));
    expect(tests.length / corpus.length).toBeGreaterThan(0.08);
    expect(Math.min(...corpus.map(({ path }) => path.split('/').length))).toBeGreaterThanOrEqual(4);
    const all = corpus.map(({ text }) => text).join('');
    for (const part of ['/**', '// ', 'export class ', 'export interface ', 'function ', 'async ', "it('"]) {
      expect(all.split(part).length, part).toBeGreaterThan(200);
    }
  });
});

describe('Random', () => {
  it('stays within the bounds of every draw', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(1000),
        fc.integer({ min: -50, max: 50 }),
        fc.nat(50),
        (seed, stream, min, span) => {
          const random = new Random(seed, stream);
          for (let draw = 0; draw < 20; draw++) {
            const value = random.integer(min, min + span);
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(min + span);
          }
        },
      ),
    );
  });

  it('draws normal numbers with mean 0 and deviation 1', () => {
    const random = new Random(3);
    const draws = Array.from({ length: 20_000 }, () => random.normal());
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  it('gives unlike streams for neighbouring stream numbers', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, stream) => new Random(1, stream).next()));
    expect(firsts.size).toBe(1000);
  });
});
