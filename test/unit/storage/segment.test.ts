import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SegmentBuilder } from '../../../src/storage/segment-builder.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { SegmentReader } from '../../../src/storage/segment-reader.js';
import {
  DIMENSIONS,
  SampleWriter,
  contentOf,
  expectedContent,
  sampleFiles,
  segmentOf,
  sourceOf,
  type SampleFile,
} from './segment-samples.js';

function reading(bytes: Uint8Array): SegmentReader {
  return new SegmentReader(sourceOf(bytes));
}

/** A file of one chunk that holds the given terms. */
function fileWith(path: string, terms: readonly string[]): SampleFile {
  const chunk = {
    startLine: 1,
    endLine: 9,
    kind: 'function',
    symbol: 'weigh',
    parent: 'Scale',
    names: ['weigh'],
  } as const;
  const vector = new Int8Array(DIMENSIONS).fill(3);
  return { path, chunks: [{ chunk, postings: new Map(terms.map((term) => [term, 1])), length: terms.length, vector }] };
}

describe('a segment', () => {
  it('gives back all that it was built from', () => {
    fc.assert(
      fc.property(sampleFiles, (files) => {
        const reader = reading(segmentOf(files));
        expect(contentOf(reader)).toEqual(expectedContent(files));
        expect(reader.verify()).toEqual([]);
      }),
    );
  });

  it('finds every term it holds and no other', () => {
    fc.assert(
      fc.property(sampleFiles, fc.array(fc.string({ unit: 'binary', maxLength: 8 })), (files, questions) => {
        const reader = reading(segmentOf(files));
        const entries = new Map([...reader.terms()].map((entry) => [entry.term, entry]));
        for (const [term, entry] of entries) {
          expect(reader.lookup(term)).toEqual(entry);
          for (const near of [`${term}\0`, term.slice(0, -1), `${term}z`])
            expect(reader.lookup(near)).toEqual(entries.get(near));
        }
        for (const question of questions) expect(reader.lookup(question)).toEqual(entries.get(question));
      }),
    );
  });

  it('keeps a dictionary of many blocks in ascending order', () => {
    const terms = Array.from({ length: 2_000 }, (_, i) => `pear${(i * 7919) % 2_000}`);
    const reader = reading(segmentOf([fileWith('orchard.ts', terms)]));
    expect([...reader.terms()].map(({ term }) => term)).toEqual(terms.toSorted());
    for (const term of terms) expect(reader.lookup(term)?.documentFrequency).toBe(1);
    expect(reader.lookup('apple')).toBeUndefined();
    expect(reader.lookup('pear2000')).toBeUndefined();
    expect(reader.lookup('plum')).toBeUndefined();
  });

  it('does not depend on the numbers that a vocabulary gave to terms', () => {
    fc.assert(
      fc.property(sampleFiles, fc.array(fc.string({ unit: 'binary', minLength: 1 })), (files, others) => {
        const writer = new SampleWriter();
        const earlier = new SampleWriter();
        for (const file of files.toReversed()) earlier.add(file);
        const seen = new SampleWriter();
        for (const term of [...others, ...earlier.terms]) seen.add(fileWith('', [term]));
        for (const file of files) writer.add(file);
        const terms = [...new Set([...seen.terms, ...writer.terms])];
        const ids = new Map(terms.map((term, id) => [term, id]));
        const builder = new SegmentBuilder(DIMENSIONS);
        for (const { path, chunks } of files) {
          builder.beginFile(path);
          for (const { chunk, postings, length, vector } of chunks) {
            const occurrences = {
              ids: Uint32Array.from(postings.keys(), (term) => ids.get(term)!),
              postings: Uint8Array.from(postings.values()),
              length,
            };
            builder.addChunk(chunk, occurrences, vector);
          }
        }
        expect(builder.finish(terms)).toEqual(writer.finish());
      }),
    );
  });

  it('has no trace of a file that was taken back', () => {
    fc.assert(
      fc.property(sampleFiles, sampleFiles, fc.array(fc.boolean()), (files, abandoned, choices) => {
        const writer = new SampleWriter();
        files.forEach((file, i) => {
          const broken = abandoned[i];
          if (broken !== undefined && choices[i] !== false) {
            writer.add(broken);
            writer.builder.abandonFile();
          }
          writer.add(file);
        });
        for (const broken of abandoned.slice(files.length)) {
          writer.add(broken);
          writer.builder.abandonFile();
        }
        expect(writer.builder.fileCount).toBe(files.length);
        expect(writer.finish()).toEqual(segmentOf(files));
      }),
    );
  });

  it('does without vectors', () => {
    const builder = new SegmentBuilder(0);
    builder.beginFile('kiosk.ts');
    const chunk = { startLine: 1, endLine: 2, kind: 'text', symbol: '', parent: '', names: [] } as const;
    builder.addChunk(chunk, { ids: Uint32Array.of(0), postings: Uint8Array.of(1), length: 1 }, undefined);
    const reader = reading(builder.finish(['fig']));
    expect([reader.dimensions, reader.chunkCount, reader.vectors(0, 1).length, reader.bits(0, 1).length]).toEqual([
      0, 1, 0, 0,
    ]);
    expect(reader.names(0)).toEqual({ parent: '', names: [] });
  });

  it('cuts names that no record could address, and keeps the symbol', () => {
    const names = ['weigh', ...Array.from({ length: 9_000 }, (_, i) => `constant${i}`)];
    const [file] = [fileWith('constants.ts', ['fig'])];
    const sample = file!.chunks[0]!;
    const reader = reading(segmentOf([{ ...file!, chunks: [{ ...sample, chunk: { ...sample.chunk, names } }] }]));
    expect(reader.names(0).parent).toBe('Scale');
    expect(reader.names(0).names[0]).toBe('weigh');
    expect(reader.names(0).names.length).toBeGreaterThan(1_000);
  });
});

describe('merging segments', () => {
  /** Files in groups, each of which becomes a segment, and which of them are dead. */
  const groups = fc.array(fc.tuple(sampleFiles, fc.array(fc.boolean(), { maxLength: 6 })), {
    minLength: 1,
    maxLength: 4,
  });

  it('makes the segment that the living files alone would have made', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const isDead = (choices: readonly boolean[], file: number) => choices[file] === true;
        const { bytes, ...merged } = mergeSegments(
          parts.map(([files, choices]) => ({
            source: sourceOf(segmentOf(files)),
            dead: new Set([...files.keys()].filter((file) => isDead(choices, file))),
          })),
        );
        const living = parts.flatMap(([files, choices]) => files.filter((_, file) => !isDead(choices, file)));
        const reader = reading(bytes);
        expect(contentOf(reader)).toEqual(expectedContent(living));
        expect(reader.verify()).toEqual([]);
        expect(merged.fileCount).toBe(living.length);
        expect(merged.chunkCount).toBe(reader.chunkCount);
        let next = 0;
        expect(merged.placements.map((places) => [...places])).toEqual(
          parts.map(([files, choices]) => files.map((_, file) => (isDead(choices, file) ? -1 : next++))),
        );
      }),
    );
  });

  it('refuses a damaged segment rather than giving it a new checksum', () => {
    const bytes = segmentOf([fileWith('kiosk.ts', ['fig', 'lime', 'melon'])]);
    bytes[bytes.length - 1]! ^= 1;
    expect(() => mergeSegments([{ source: sourceOf(bytes), dead: new Set() }])).toThrow(
      expect.objectContaining({ code: 'segment-corrupt' }),
    );
  });
});
