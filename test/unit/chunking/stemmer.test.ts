import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stem } from '../../../src/chunking/stemmer.js';

const lowerWord = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 1, maxLength: 16 });
/** Words that end as English does: random letters alone would hardly ever meet a rule. */
const inflected = fc
  .tuple(lowerWord, fc.constantFrom('s', 'es', 'ies', 'ed', 'ied', 'ing', 'er', 'ers', 'or', 'ation', 'ator', 'ly'))
  .map(([word, ending]) => word + ending);

describe('words that name one thing share a stem', () => {
  test.each([
    ['parse parses parsed parser parsers parsing'],
    ['validate validates validated validating validation validations validator validators'],
    ['create creates created creating creation creator'],
    ['query queries queried querying'],
    ['retry retries retried retrying'],
    ['cache caches cached caching'],
    ['index indexes indexed indexing indexer'],
    ['map maps mapped mapping mapper'],
    ['log logs logged logging logger'],
    ['handle handles handled handling handler handlers'],
    ['connect connects connected connecting connection connections connector'],
    ['apple apples'],
    ['basket baskets'],
    ['box boxes'],
    ['class classes'],
    ['address addresses addressed addressing'],
    ['manage manages managed manager managers managing management'],
    ['render renders rendered renderer rendering'],
    ['filter filters filtered filtering'],
    ['buffer buffers buffered buffering'],
    ['register registers registered registering'],
    ['trigger triggers triggered triggering'],
    ['monitor monitors monitored monitoring'],
    ['authenticate authenticated authentication authenticator'],
    ['duplicate duplicates duplicated duplication'],
    ['modify modifies modified modifying modifier modification'],
    ['implement implements implemented implementing implementation'],
    ['document documents documented documentation'],
    ['execute executes executed execution executor executable'],
    ['serialize serialized serializer serialization'],
    ['embed embeds embedded embedding embedder'],
  ])('%s', (words) => {
    expect(new Set(words.split(' ').map(stem))).toHaveLength(1);
  });
});

describe('words that mean different things stay apart', () => {
  test.each([
    ['auth', 'author'],
    ['string', 'str'],
    ['replication', 'reply'],
    ['error', 'err'],
    ['anchor', 'anch'],
    ['status', 'stat'],
    ['thing', 'the'],
    ['bus', 'bush'],
    ['use', 'us'],
    ['pear', 'peach'],
    ['price', 'prize'],
    ['access', 'accept'],
    ['process', 'procedure'],
    ['listen', 'list'],
    ['analysis', 'analog'],
    ['need', 'nee'],
    ['red', 'reed'],
    ['sing', 'single'],
    ['input', 'in'],
  ])('%s and %s', (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});

describe('the stem of a word', () => {
  it('is the word itself when that is short, not lower-case ASCII or a number', () => {
    for (const word of ['red', 'is', 'x', '', '2024', 'http2', 'größen', 'Äpfel', 'Apples', '苹果'])
      expect(stem(word)).toBe(word);
  });

  it('is never longer than the word and never empty', () => {
    fc.assert(
      fc.property(fc.oneof(lowerWord, inflected), (word) => {
        const result = stem(word);
        expect(result.length).toBeLessThanOrEqual(word.length);
        expect(result.length).toBeGreaterThanOrEqual(Math.min(3, word.length));
      }),
    );
  });

  it('is its own stem, unless it ends as a plural does', () => {
    fc.assert(
      fc.property(fc.oneof(lowerWord, inflected), (word) => {
        const result = stem(word);
        fc.pre(!result.endsWith('s'));
        expect(stem(result)).toBe(result);
      }),
    );
  });
});
