import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stem } from '../../../src/chunking/stemmer.js';
import { scanTokens, splitIdentifier, termsOf } from '../../../src/chunking/terms.js';
import { uniqueTerms } from './unique-terms.js';

function tokensOf(text: string, from = 0, to = text.length): string[] {
  const tokens: string[] = [];
  scanTokens(text, from, to, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}

describe('the scan for tokens', () => {
  it('finds identifiers and words between punctuation', () => {
    expect(tokensOf('basket.add(apple_count, 3); // für Äpfel')).toEqual([
      'basket',
      'add',
      'apple_count',
      '3',
      'für',
      'Äpfel',
    ]);
  });

  it('stays between its two positions', () => {
    expect(tokensOf('apples and pears', 2, 12)).toEqual(['ples', 'and', 'p']);
  });

  it('leaves out what is too long for a word, such as hashes and base64', () => {
    expect(tokensOf(`ripe ${'a'.repeat(64)} ${'b'.repeat(65)} plum`)).toEqual(['ripe', 'a'.repeat(64), 'plum']);
  });

  it('visits separate ranges in order, made of letters, digits and underscores only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let last = -1;
        scanTokens(text, 0, text.length, (start, end) => {
          expect(start).toBeGreaterThan(last);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).not.toMatch(/[\s!-/:-@[-^`{-~]/);
          last = end;
        });
      }),
    );
  });
});

describe('splitting an identifier', () => {
  test.each([
    ['maxRetries', 'max retries'],
    ['max_retries', 'max retries'],
    ['MAX_RETRIES', 'max retries'],
    ['MaxRetries', 'max retries'],
    ['getHTTPResponse2', 'get http response 2'],
    ['HTTPServer', 'http server'],
    ['parseURL', 'parse url'],
    ['utf8Decoder', 'utf 8 decoder'],
    ['sha256', 'sha 256'],
    ['v2', 'v 2'],
    ['__init__', 'init'],
    ['__private__fruitCount', 'private fruit count'],
    ['ÄpfelÜbersicht', 'äpfel übersicht'],
    ['ценаЯблока', 'цена яблока'],
    ['fruit', 'fruit'],
    ['___', ''],
  ])('%s gives %s', (identifier, words) => {
    expect(splitIdentifier(identifier).join(' ')).toBe(words);
  });

  it('goes by the same rules for ASCII, which has a path of its own, as for every other script', () => {
    const identifier = fc.string({ unit: fc.constantFrom(...'abzABZ019_'), maxLength: 20 });
    fc.assert(
      fc.property(identifier, (name) => {
        const withAccent = splitIdentifier(`${name}_é`);
        expect([...splitIdentifier(name), 'é']).toEqual(withAccent);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the terms of an identifier', () => {
  it('are its stemmed words and its whole', () => {
    expect(termsOf('fruitBaskets')).toEqual(['fruitbasket', 'fruit', 'basket']);
    expect(termsOf('baskets')).toEqual(['basket']);
  });

  it('hold the whole as someone types it who does not know where its words end', () => {
    for (const identifier of ['maxRetries', 'fruitBaskets', 'to_string', 'CacheEntries', 'loadPricing']) {
      const joined = splitIdentifier(identifier).join('');
      expect(termsOf(identifier)).toContain(termsOf(joined)[0]);
    }
  });

  it('leave out stop words, but keep them inside the whole', () => {
    expect(termsOf('the')).toEqual([]);
    expect(termsOf('isEmpty')).toEqual(['isempty', 'empty']);
    expect(uniqueTerms('what is the price of an apple')).toEqual(['pric', 'apple'].map(stem));
  });

  it('leave out long numbers and single letters of compounds', () => {
    expect(termsOf('123456789')).toEqual([]);
    expect(termsOf('12345678')).toEqual(['12345678']);
    expect(termsOf('x_position')).toEqual(['xposition', 'posit'].map(stem));
    expect(termsOf('x')).toEqual(['x']);
  });

  it('are pairs of characters where a script has no spaces', () => {
    expect(termsOf('苹果价格')).toEqual(['苹果', '果价', '价格']);
    expect(termsOf('果')).toEqual(['果']);
    expect(termsOf('りんご')).toEqual(['りん', 'んご']);
    expect(termsOf('사과')).toEqual(['사과']);
  });

  it('find Latin words inside a script without spaces', () => {
    expect(uniqueTerms('使用HTTP请求')).toEqual(expect.arrayContaining(['使用', 'http', '请求']));
    expect(uniqueTerms('get苹果Prices')).toEqual(expect.arrayContaining([...uniqueTerms('prices'), 'get', '苹果']));
  });

  it('do not depend on how accents are composed', () => {
    expect(uniqueTerms('größenÜbersicht'.normalize('NFD'))).toEqual(uniqueTerms('größenÜbersicht'));
  });

  it('are distinct, lower case, well formed and never empty', () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
    const word = fc.string({ unit: fc.constantFrom(...'abzAZ019_éÄ苹果り\u0301\ud83c\udf4e') });
    fc.assert(
      fc.property(fc.oneof(text, word), (source) => {
        for (const token of tokensOf(source)) {
          const terms = termsOf(token);
          expect(new Set(terms)).toHaveLength(terms.length);
          for (const term of terms) {
            expect(term).not.toBe('');
            expect(term).toBe(term.toLowerCase());
            expect(Buffer.from(term).toString()).toBe(term);
          }
        }
      }),
    );
  });
});

describe('spellings of one name', () => {
  /** Two letters at least: of a single one nobody can tell whether `aB` are two words or one. */
  const word = fc.oneof(
    fc.constantFrom('apple', 'basket', 'retries', 'http', 'prices', 'the', 'größe', 'цена', 'id'),
    fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 2, maxLength: 8 }),
  );
  const words = fc.array(word, { minLength: 2, maxLength: 5 });
  const capitalised = (text: string) => text[0]!.toUpperCase() + text.slice(1);

  it('have the same terms in camel, Pascal, snake and screaming snake case', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const terms = (spelling: string) => new Set(uniqueTerms(spelling));
        const snake = terms(parts.join('_'));
        const pascal = parts.map(capitalised).join('');
        expect(terms(pascal)).toEqual(snake);
        expect(terms(parts[0]! + parts.slice(1).map(capitalised).join(''))).toEqual(snake);
        if (!parts.includes('größe')) expect(terms(parts.join('_').toUpperCase())).toEqual(snake);
      }),
    );
  });

  it('share the terms of their words with kebab case, which is also how a subtraction is written', () => {
    fc.assert(
      fc.property(words, (parts) => {
        const snake = uniqueTerms(parts.join('_'));
        for (const term of uniqueTerms(parts.join('-'))) expect(snake).toContain(term);
      }),
    );
  });

  it('are found by a question that names their words', () => {
    const document = new Set(uniqueTerms('export function computeBasketPrices(items: FruitItem[]) {'));
    for (const term of uniqueTerms('computing the price of baskets')) expect(document).toContain(term);
  });
});
