import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MindIndexError } from '../../../src/shared/errors.js';
import { mergeSegments } from '../../../src/storage/segment-merge.js';
import { SegmentReader } from '../../../src/storage/segment-reader.js';
import { contentOf, sampleFiles, segmentOf, sourceOf } from './segment-samples.js';

/** One segment with a bit of everything. */
const SEGMENT = segmentOf(
  fc.sample(sampleFiles, { seed: 20, numRuns: 40 }).toSorted((a, b) => b.length - a.length)[0]!,
);

type Outcome = 'read' | 'segment-corrupt';

/** Runs `work`; anything thrown but `segment-corrupt` is thrown on. */
function outcomeOf(work: () => void): Outcome {
  try {
    work();
    return 'read';
  } catch (error) {
    if (error instanceof MindIndexError && error.code === 'segment-corrupt') return 'segment-corrupt';
    throw error;
  }
}

/** Asks a damaged segment everything, ignoring its checksums. */
function readEverything(bytes: Uint8Array): void {
  const reader = new SegmentReader(sourceOf(bytes));
  outcomeOf(() => contentOf(reader));
  for (let file = 0; file < reader.fileCount; file++) {
    outcomeOf(() => reader.path(file));
    outcomeOf(() => {
      const [first, end] = reader.chunksOf(file);
      if (end > first) reader.vectors(first, end - first);
    });
  }
  for (let chunk = 0; chunk < reader.chunkCount; chunk++) {
    outcomeOf(() => reader.names(chunk));
    outcomeOf(() => reader.path(reader.fileOf(chunk)));
  }
  for (const term of ['', 'apple', 'fruit1010', '苹果', '🍏x', '\uffff']) {
    outcomeOf(() => {
      const entry = reader.lookup(term);
      if (entry !== undefined) reader.postings(entry);
    });
  }
}

/** Whether opening and verifying notices the damage. */
function isNoticed(bytes: Uint8Array): boolean {
  let problems: readonly string[] = [];
  const outcome = outcomeOf(() => {
    problems = new SegmentReader(sourceOf(bytes)).verify();
  });
  return outcome === 'segment-corrupt' || problems.length > 0;
}

function changed(position: number, byte: number): Uint8Array {
  const bytes = SEGMENT.slice();
  bytes[position] = byte;
  return bytes;
}

describe('a damaged segment', () => {
  it('is noticed wherever it is cut off', () => {
    for (let length = 0; length < SEGMENT.length; length++) {
      expect(
        outcomeOf(() => void new SegmentReader(sourceOf(SEGMENT.subarray(0, length)))),
        `${length}`,
      ).toBe('segment-corrupt');
    }
  });

  it('is noticed whichever byte has changed, in one bit or in all', () => {
    for (let position = 0; position < SEGMENT.length; position++) {
      for (const mask of [1 << (position % 8), 0xff]) {
        expect(isNoticed(changed(position, SEGMENT[position]! ^ mask)), `${position}`).toBe(true);
      }
    }
  });

  it('answers or says that it is corrupt, whatever is asked, one byte after the other', () => {
    for (let position = 0; position < SEGMENT.length; position++) {
      for (const byte of [0, 0x7f, 0xff, SEGMENT[position]! + 1])
        outcomeOf(() => readEverything(changed(position, byte)));
    }
  });

  it('does so for any number of changes anywhere', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: SEGMENT.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = SEGMENT.slice();
        for (const [position, byte] of list) bytes[position] = byte;
        outcomeOf(() => readEverything(bytes));
        outcomeOf(() => void mergeSegments([{ source: sourceOf(bytes), dead: new Set([1]) }]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so when it is not a segment at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void outcomeOf(() => readEverything(bytes))));
  });
});
