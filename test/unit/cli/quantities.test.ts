import { describe, expect, test } from 'vitest';
import { bytes, count, duration, percent, plural, settingText, shortSeconds } from '../../../src/cli/quantities.js';

describe('quantities', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%d is written %s', (value, text) => expect(count(value)).toBe(text));

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KiB'],
    [1024, '1.0 KiB'],
    [59_900_000, '57.1 MiB'],
    [104_810_000, '100 MiB'],
    [1023.99 * 2 ** 20, '1.0 GiB'],
    [3 * 2 ** 50, '3,072 TiB'],
  ])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [59_949, '59.9 s'],
    [59_950, '1 m 00 s'],
    [123_000, '2 m 03 s'],
    [3_599_700, '1 h 00 m'],
  ])('%d milliseconds are %s', (ms, text) => expect(duration(ms)).toBe(text));

  test.each([
    [9, '9s'],
    [123, '2m 03s'],
    [3720, '1h 02m'],
  ])('%d seconds are %s', (seconds, text) => expect(shortSeconds(seconds)).toBe(text));

  test('a share is 100 % only when all is done', () => {
    expect([percent(999, 1000), percent(1000, 1000), percent(0, 0), percent(0, 5)]).toEqual([99, 100, 100, 0]);
  });

  test('one is not many', () => {
    expect([plural(1, 'file'), plural(2, 'file'), plural(0, 'file')]).toEqual(['1 file', '2 files', '0 files']);
  });

  test('a setting is shown with its unit', () => {
    expect(settingText(50, 'files')).toBe('50 files');
    expect(settingText(2 ** 20, 'bytes')).toBe('1.0 MiB');
    expect(settingText('auto', 'threads')).toBe('auto');
    expect([settingText([], undefined), settingText(['a', 'b'], undefined)]).toEqual(['none', 'a, b']);
  });
});
