import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TermCounter } from '../../../src/chunking/term-counter.js';
import { scanTokens, termsOf } from '../../../src/chunking/terms.js';
import { Vocabulary } from '../../../src/chunking/vocabulary.js';
import { FIELD_PARENT, FIELD_PATH, FIELD_SYMBOL, MAX_BODY_COUNT } from '../../../src/shared/posting.js';

interface Piece {
  readonly text: string;
  readonly field: number;
}

const BODY = 0;
const piece: fc.Arbitrary<Piece> = fc.record({
  text: fc
    .array(fc.constantFrom('apple', 'applePie', 'pear_count', 'the', 'x', '苹果价格', 'PLUM', '42', 'größe'), {
      maxLength: 40,
    })
    .map((words) => words.join(' ')),
  field: fc.constantFrom(BODY, FIELD_SYMBOL, FIELD_PATH, FIELD_PARENT),
});

function counted(counter: TermCounter, vocabulary: Vocabulary, pieces: readonly Piece[]) {
  counter.begin();
  for (const { text, field } of pieces) counter.add(text, 0, text.length, field);
  const { ids, postings, length } = counter.finish();
  return { postings: [...ids].map((id, i) => [vocabulary.terms[id]!, postings[i]!]), length };
}

/** The same with a Map. */
function naive(pieces: readonly Piece[]) {
  const counts = new Map<string, { body: number; fields: number }>();
  let length = 0;
  for (const { text, field } of pieces) {
    scanTokens(text, 0, text.length, (start, end) => {
      for (const term of termsOf(text.slice(start, end))) {
        const count = counts.get(term) ?? { body: 0, fields: 0 };
        counts.set(term, count);
        if (field === BODY) [count.body, length] = [count.body + 1, length + 1];
        else count.fields |= field;
      }
    });
  }
  return {
    postings: [...counts].map(([term, { body, fields }]) => [term, Math.min(body, MAX_BODY_COUNT) | fields]),
    length,
  };
}

describe('the term counter', () => {
  it('counts what a plain map counts, chunk after chunk', () => {
    const vocabulary = new Vocabulary();
    const counter = new TermCounter(vocabulary);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        expect(counted(counter, vocabulary, pieces)).toEqual(naive(pieces));
      }),
    );
  });

  it('counts occurrences in the body up to 15 and the length of the document without end', () => {
    const vocabulary = new Vocabulary();
    const text = 'kiwi '.repeat(100);
    expect(counted(new TermCounter(vocabulary), vocabulary, [{ text, field: BODY }])).toEqual({
      postings: [['kiwi', MAX_BODY_COUNT]],
      length: 100,
    });
  });

  it('marks the fields of a term beside its count, in any order', () => {
    const vocabulary = new Vocabulary();
    const counter = new TermCounter(vocabulary);
    const pieces = [
      { text: 'mango', field: FIELD_PATH },
      { text: 'mango mango', field: BODY },
      { text: 'mango', field: FIELD_SYMBOL },
      { text: 'mango', field: FIELD_SYMBOL },
    ];
    const expected = { postings: [['mango', 2 | FIELD_PATH | FIELD_SYMBOL]], length: 2 };
    expect(counted(counter, vocabulary, pieces)).toEqual(expected);
    expect(counted(counter, vocabulary, pieces.toReversed())).toEqual(expected);
  });

  it('leaves nothing behind for the next chunk, however large the last one was', () => {
    const vocabulary = new Vocabulary();
    const counter = new TermCounter(vocabulary);
    const large = Array.from({ length: 40_000 }, (_, i) => `fig${i.toString(36).replace(/\d/g, 'q')}z`).join(' ');
    const pieces = [{ text: large, field: BODY }];
    expect(counted(counter, vocabulary, pieces)).toEqual(naive(pieces));
    expect(counted(counter, vocabulary, [])).toEqual({ postings: [], length: 0 });
    expect(counted(counter, vocabulary, [{ text: 'melon', field: BODY }])).toEqual({
      postings: [['melon', 1]],
      length: 1,
    });
  });
});
