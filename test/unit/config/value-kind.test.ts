import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteSize,
  decimal,
  filePath,
  globList,
  oneOf,
  onOrOff,
  orAuto,
  orNone,
  parseBytes,
  wholeNumber,
} from '../../../src/config/value-kind.js';

describe('sizes', () => {
  test.each([
    ['512mb', 512 * 2 ** 20],
    ['512 MB', 512 * 2 ** 20],
    ['1GiB', 2 ** 30],
    ['2g', 2 ** 31],
    ['1.5k', 1536],
    ['1048576', 2 ** 20],
    ['7b', 7],
    [7, 7],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  test.each(['', 'mb', '-1mb', '1 mb mb', '1e9', 'Infinity', '0x10', null, [], true])('%j is none', (raw) => {
    expect(parseBytes(raw)).toBeUndefined();
  });

  test('below the bound are not allowed', () => {
    const atLeast128 = byteSize(128 * 2 ** 20, '128mb');
    expect(atLeast128.parse('127mb')).toBeUndefined();
    expect(atLeast128.parse('128mb')).toBe(128 * 2 ** 20);
    expect(atLeast128.parse(0.5)).toBeUndefined();
  });
});

describe('numbers', () => {
  test('whole ones keep their bounds, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.integer(), fc.integer().map(String), fc.anything()), (raw) => {
        const value = wholeNumber(1, 256).parse(raw);
        return value === undefined || (Number.isInteger(value) && value >= 1 && value <= 256);
      }),
    );
  });

  test('text means the same as the number it spells', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 256 }), (n) => wholeNumber(1, 256).parse(String(n)) === n));
  });

  test('with a fraction are allowed where shares are meant', () => {
    expect(decimal(0, 1).parse('0.85')).toBe(0.85);
    expect(decimal(0, 1).parse(1.1)).toBeUndefined();
    expect(decimal(0, 1).parse(NaN)).toBeUndefined();
  });

  test('may be left to the program where `auto` is allowed', () => {
    expect(orAuto(wholeNumber(1, 4)).parse('auto')).toBe('auto');
    expect(orAuto(wholeNumber(1, 4)).parse('3')).toBe(3);
    expect(['none', '3', 'auto', '9'].map(orNone(wholeNumber(1, 4)).parse)).toEqual(['none', 3, undefined, undefined]);
  });
});

test('a switch takes the words people write', () => {
  expect(['true', '1', 'Yes', 'ON', true].map((raw) => onOrOff.parse(raw))).toEqual(Array(5).fill(true));
  expect(['false', '0', 'no', 'off', false].map((raw) => onOrOff.parse(raw))).toEqual(Array(5).fill(false));
  expect(['', 'maybe', 1, null, 'constructor'].map((raw) => onOrOff.parse(raw))).toEqual(Array(5).fill(undefined));
});

test('a word is one of the list, or what a switch means by it', () => {
  const color = oneOf(['auto', 'always', 'never'], { on: 'always', off: 'never' });
  expect([color.parse('auto'), color.parse(false), color.parse('true'), color.parse('pink')]).toEqual([
    'auto',
    'never',
    'always',
    undefined,
  ]);
});

test('commas part glob patterns, except within braces', () => {
  expect(globList.parse('src/**, *.{ts,js}')).toEqual(['src/**', '*.{ts,js}']);
  expect(globList.parse(['a,b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(globList.parse(['a', 1])).toBeUndefined();
  expect(globList.parse('a,,b')).toBeUndefined();
  expect(globList.parse([])).toEqual([]);
});

test('a path is any text that can name a file', () => {
  expect(filePath.parse('日本 fruit')).toBe('日本 fruit');
  expect([filePath.parse(''), filePath.parse('a\0b'), filePath.parse(3)]).toEqual([undefined, undefined, undefined]);
});
