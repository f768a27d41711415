import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseShare, wordsOf } from '../../../src/search/phrase.js';

describe('the share of a message that a text says', () => {
  const word = fc.constantFrom('pear', 'plum', 'fig', 'kiwi', 'lime');
  const words = fc.array(word, { minLength: 3, maxLength: 12 });

  it('is 1 where the whole message stands in it, whatever is around', () => {
    fc.assert(
      fc.property(words, fc.array(word), fc.array(word), (message, before, after) => {
        expect(phraseShare(message, [...before, ...message, ...after])).toBe(1);
      }),
    );
  });

  it('is the longest run that both have, found by trying all', () => {
    fc.assert(
      fc.property(words, fc.array(word, { maxLength: 20 }), (message, text) => {
        let longest = 0;
        for (let from = 0; from < message.length; from++) {
          for (let to = from + 1; to <= message.length; to++) {
            const run = ` ${message.slice(from, to).join(' ')} `;
            if (` ${text.join(' ')} `.includes(run)) longest = Math.max(longest, to - from);
          }
        }
        expect(phraseShare(message, text)).toBe(longest < 3 ? 0 : longest / message.length);
      }),
    );
  });

  it('knows words by their letters, not by case or what stands between them', () => {
    const text = wordsOf('throw new Error(`Cannot weigh ${fruit}: the scale is missing`);');
    expect(phraseShare(wordsOf('cannot weigh plum: the scale is missing'), text)).toBeCloseTo(4 / 7, 12);
    expect(phraseShare(wordsOf('the basket'), text)).toBe(0);
  });
});
