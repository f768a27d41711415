import { describe, expect, test } from 'vitest';
import { SETTING_KEYS, settingOf } from '../../../src/config/config.js';

describe('the table of settings', () => {
  test.each(SETTING_KEYS.filter((key) => key !== 'cacheDir'))('allows the default of %s', (key) => {
    const { kind, default: value } = settingOf(key);
    expect(kind.parse(value)).toEqual(value);
  });

  test.each(SETTING_KEYS)('reads the default of %s from text as from a value', (key) => {
    const { kind, default: value } = settingOf(key);
    if (kind.isList || value === '') return;
    expect(kind.parse(String(value))).toEqual(value);
  });

  test('spells every flag once', () => {
    const flags = SETTING_KEYS.flatMap((key) => settingOf(key).flag?.split(', ') ?? []);
    expect(new Set(flags).size).toBe(flags.length);
  });

  test('gives every setting a summary and a reason, and every number a unit', () => {
    for (const key of SETTING_KEYS) {
      const { summary, reason, unit, default: value } = settingOf(key);
      expect([key, summary.length > 0, reason.length > 0]).toEqual([key, true, true]);
      if (typeof value === 'number') expect([key, unit]).not.toEqual([key, undefined]);
    }
  });
});
