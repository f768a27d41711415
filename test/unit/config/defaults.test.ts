import { describe, expect, test } from 'vitest';
import { SETTING_KEYS, settingOf } from '../../../src/config/config.js';
import { SCALING_DEFAULTS } from '../../../src/scaling/scaling-defaults.js';

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

  test('holds the numbers that the scaling room was measured with', () => {
    const table = new Map<string, unknown>(SETTING_KEYS.map((key) => [key, settingOf(key).default]));
    for (const [name, { value }] of Object.entries(SCALING_DEFAULTS)) {
      // The deadline of an item is the deadline of a file, which the table has under its own name.
      if (name !== 'itemDeadlineMs') expect([name, table.get(`scaling.${name}`)]).toEqual([name, value]);
    }
  });
});
