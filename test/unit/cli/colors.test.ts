import { describe, expect, test } from 'vitest';
import { makeColors, wantsColor } from '../../../src/cli/colors.js';

const plain = { ci: false, noColor: false, forceColor: undefined, dumb: false } as const;

describe('colour', () => {
  test.each([
    ['on a terminal', { color: 'auto', terminal: plain, isTTY: true }, true],
    ['not into a pipe', { color: 'auto', terminal: plain, isTTY: false }, false],
    ['not where NO_COLOR asks for none', { color: 'auto', terminal: { ...plain, noColor: true }, isTTY: true }, false],
    ['not on a dumb terminal', { color: 'auto', terminal: { ...plain, dumb: true }, isTTY: true }, false],
    ['where FORCE_COLOR wants it', { color: 'auto', terminal: { ...plain, forceColor: 'on' }, isTTY: false }, true],
    [
      'not where FORCE_COLOR=0 forbids it',
      { color: 'auto', terminal: { ...plain, forceColor: 'off' }, isTTY: true },
      false,
    ],
    ['where the setting says always', { color: 'always', terminal: { ...plain, noColor: true }, isTTY: false }, true],
    [
      'not where the setting says never',
      { color: 'never', terminal: { ...plain, forceColor: 'on' }, isTTY: true },
      false,
    ],
  ] as const)('is used %s', (_where, facts, wanted) => {
    expect(wantsColor(facts)).toBe(wanted);
  });

  test('leaves text alone where it is not wanted', () => {
    expect(makeColors(false).path('apple.ts')).toBe('apple.ts');
    expect(makeColors(true).path('apple.ts')).toContain('\x1b[');
  });
});
