import fc from 'fast-check';
import ignore from 'ignore';
import { describe, expect, it } from 'vitest';
import { pinnedSource } from '../../../src/discovery/rule-expressions.js';
import { IgnoreRules } from '../../../src/discovery/ignore-rules.js';

const name = fc.constantFrom('a', 'b', 'ab', 'a*', '*b', '*', '?', 'a*b*', '[ab]', '**', '***');
const rule = fc
  .tuple(fc.constantFrom('', '/'), fc.array(name, { minLength: 2, maxLength: 7 }), fc.constantFrom('', '/'))
  .map(([first, names, last]) => first + names.join('/') + last);
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'c'), { minLength: 1, maxLength: 9 })
  .map((names) => names.join('/'));

describe('rules with several globstars', () => {
  it('mean what they mean without being pinned', () => {
    let pinned = 0;
    fc.assert(
      fc.property(rule, path, (line, asked) => {
        const plain = ignore({ allowRelativePaths: true }).add(line).test(asked).ignored;
        if (/\/\*\*.*\/\*\*/.test(line)) pinned++;
        expect(IgnoreRules.none(false).with(line, '').ignores(asked, false)).toBe(plain);
      }),
      { numRuns: 4_000 },
    );
    expect(pinned).toBeGreaterThan(200);
  });

  it('are pinned all but the last one', () => {
    expect(pinnedSource('^a(?:\\/[^\\/]+)*\\/b')).toBeUndefined();
    expect(pinnedSource('^a(?:\\/[^\\/]+)*\\/b(?:\\/[^\\/]+)*\\/c')).toBe(
      '^a(?:(?!\\/b(?=\\/))\\/[^\\/]+)*\\/b(?:\\/[^\\/]+)*\\/c',
    );
  });

  it('are answered at once on a path of a thousand names, where trying every division would outlast the test', () => {
    const rules = IgnoreRules.none(false).with('/**/a/**/a/**/a/**/a/**/a/**/b', '');
    expect(rules.ignores(`${'a/'.repeat(1_000)}bc`, false)).toBe(false);
    expect(rules.ignores(`${'a/'.repeat(1_000)}b`, false)).toBe(true);
  });
});

describe('rules that no expression can be made of', () => {
  it('match nothing, and leave the others as they are', () => {
    const lines = [
      '[a-z',
      'a[b[[:nonsense:]]c',
      '(('.repeat(2_000),
      `${'a*'.repeat(1_900)}`,
      'x'.repeat(9_000),
      'pear',
    ];
    const rules = IgnoreRules.none(false).with(lines.join('\n'), '');
    expect(rules.ignores('pear', false)).toBe(true);
    expect(rules.ignores('apple', false)).toBe(false);
  });
});
