import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeColors } from '../../../src/cli/colors.js';
import { Output } from '../../../src/cli/output.js';
import { displayWidth, escapeControls, expandTabs, fitPath, fitWidth } from '../../../src/cli/terminal-text.js';
import { MindIndexError } from '../../../src/shared/errors.js';

const text = fc.string({ unit: 'binary' });

describe('text for a terminal', () => {
  test('has no control character left, whatever a file is called', () => {
    fc.assert(fc.property(text, (name) => !/[\p{Cc}\u2028\u2029\u202a-\u202e]/u.test(escapeControls(name))));
  });

  test('spells what it takes away', () => {
    expect(escapeControls('apple\n\x1b[31mpear\u202e\x07')).toBe('apple\\n\\x1b[31mpear\\u202e\\x07');
    expect(escapeControls('日本 fruit é')).toBe('日本 fruit é');
  });

  test('fits the columns it is given, and is whole where it fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (line, columns) => {
        const shown = fitWidth(line, columns);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        if (displayWidth(line) <= columns) expect(shown).toBe(line);
        else if (columns > 0) expect(shown.endsWith('…')).toBe(true);
      }),
    );
  });

  test('keeps both ends of a path that must be cut, the file name longest', () => {
    expect(fitPath('src/stock/basket.ts', 40)).toBe('src/stock/basket.ts');
    expect(fitPath('src/stock/store/basket.ts', 18)).toBe('src/st…e/basket.ts');
    expect(fitPath('src/stock/store/basket.ts', 13)).toBe('sr…/basket.ts');
    expect(fitPath('src/stock/basket.ts', 5)).toBe('…t.ts');
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (path, columns) => {
        const shown = fitPath(path, columns);
        expect(displayWidth(shown)).toBeLessThanOrEqual(columns);
        if (displayWidth(path) <= columns) expect(shown).toBe(path);
        else if (columns > 0) expect(shown).toContain('…');
      }),
    );
  });

  test('counts two columns for what is written that wide', () => {
    expect(displayWidth('りんご apple')).toBe(12);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(fitWidth('りんごジュース', 8)).toBe('りんご…');
  });

  test('has tabs filled up to the next stop', () => {
    expect(expandTabs('\tif (ripe)\t// eat')).toBe('    if (ripe)   // eat');
    expect(expandTabs('ab\tc')).toBe('ab  c');
  });
});

describe('what is printed', () => {
  const print = (work: (output: Output) => void): string => {
    let printed = '';
    const stream = { write: (part: string) => (printed += part) };
    work(new Output(stream, stream));
    return printed;
  };
  const colors = makeColors(false);

  test('of an error, its causes, a warning or a hint has no power over a terminal', () => {
    fc.assert(
      fc.property(text, (evil) => {
        const error = new MindIndexError('evil', evil, evil, 1, new Error(evil));
        const printed = print((output) => {
          output.error(error, { json: true, verbose: true, colors });
          output.warn({ message: evil, hint: evil }, colors);
        });
        expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('as JSON is the same value in escapes', () => {
    fc.assert(
      fc.property(text, (evil) => {
        const printed = print((output) => output.json({ evil }));
        expect(JSON.parse(printed)).toEqual({ evil });
        expect(printed.trimEnd()).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
