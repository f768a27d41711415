import { describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../../src/discovery/git-config.js';
import { IgnoreRules } from '../../../src/discovery/ignore-rules.js';
import { toByteString } from '../../../src/discovery/path-bytes.js';
import { expandBraces, PathGlobs } from '../../../src/discovery/path-globs.js';

describe('ignore rules', () => {
  const none = IgnoreRules.none(false);

  it('of a nested file hold below its directory only', () => {
    const rules = none.with('/build\n*.log\n', 'shop');
    expect(rules.ignores('shop/build', true)).toBe(true);
    expect(rules.ignores('shop/deep/apple.log', false)).toBe(true);
    expect(rules.ignores('build', true)).toBe(false);
    expect(rules.ignores('shop/deep/build', true)).toBe(false);
  });

  it('of a nested file may take back what a file above ignores, with all that is below', () => {
    const rules = none.with('fruit\n', '').with('!fruit\n', 'shop');
    expect(rules.ignores('shop/fruit', true)).toBe(false);
    expect(rules.ignores('shop/fruit/apple.ts', false)).toBe(false);
    expect(rules.ignores('fruit', true)).toBe(true);
  });

  it('work below directories whose names are patterns', () => {
    const rules = none.with('apple\n/pear', '[a]{b}*\nc');
    expect(rules.ignores('[a]{b}*\nc/apple', false)).toBe(true);
    expect(rules.ignores('[a]{b}*\nc/pear', false)).toBe(true);
  });

  it('compare bytes, not characters', () => {
    const rules = none.with(toByteString('?.txt\n'), '');
    expect(rules.ignores(toByteString('é.txt'), false)).toBe(false);
    expect(rules.ignores('e.txt', false)).toBe(true);
  });

  it('let stars after literal text cross directories, as git does', () => {
    const rules = none.with('app**/core\n', '');
    for (const path of ['appcore', 'apple/core', 'apple/pie/core', 'app/core'])
      expect(rules.ignores(path, false)).toBe(true);
    expect(rules.ignores('pie/apple/core', false)).toBe(false);
  });

  it('drop a byte order mark, comments, one carriage return, and spaces at the end', () => {
    const rules = none.with('\xef\xbb\xbfapple\r\n# pear\nplum  \n\\#fig\nkiwi\\ \n', '');
    for (const path of ['apple', 'plum', '#fig', 'kiwi ']) expect(rules.ignores(path, false)).toBe(true);
    expect(rules.ignores('# pear', false)).toBe(false);
  });
});

describe('globs of the command line', () => {
  it.each([
    ['*.ts', 'src/apple.ts', true],
    ['**/*.{ts,tsx}', 'src/apple.tsx', true],
    ['src/**/*.ts', 'src/shop/apple.ts', true],
    ['src/**/*.ts', 'lib/src/apple.ts', false],
    ['./src', 'src/apple.ts', true],
    ['src', 'lib/src/apple.ts', true],
    ['/src', 'lib/src/apple.ts', false],
    ['水/*', '水/apple.ts', true],
  ])('`%s` on `%s`: %s', (pattern, path, expected) => {
    expect(new PathGlobs([pattern]).matches(path, false)).toBe(expected);
  });

  it('take back with an exclamation mark', () => {
    const globs = new PathGlobs(['*.ts', '!*.test.ts']);
    expect(globs.matches('apple.ts', false)).toBe(true);
    expect(globs.matches('apple.test.ts', false)).toBe(false);
  });

  it('know which directories cannot hold a match', () => {
    const globs = new PathGlobs(['packages/{apple,pear}/src/**']);
    expect(['packages', 'packages/apple', 'packages/apple/src/deep'].every((path) => globs.mayMatchBelow(path))).toBe(
      true,
    );
    expect(['docs', 'packages/fig'].some((path) => globs.mayMatchBelow(path))).toBe(false);
  });

  it.each([
    ['a', ['a']],
    ['{a,b}.{x,y}', ['a.x', 'a.y', 'b.x', 'b.y']],
    ['{a,{b,c}}', ['a', 'b', 'c']],
    ['{a}', ['{a}']],
    ['\\{a,b}', ['\\{a,b}']],
    ['{a,b', ['{a,b']],
    ['{,s}rc', ['rc', 'src']],
  ])('expand the braces of `%s`', (pattern, expected) => {
    expect(expandBraces(pattern)).toEqual(expected);
  });
});

describe('git configuration', () => {
  it('reads sections, quotes, comments, continued lines and keys without a value', () => {
    const text =
      '# head\n[core]\n\tignoreCase ; on\n excludesFile = "~/my ignores" # mine\n[remote "Fruit Shop"] url = a\\\nb\n' +
      '[include]\n\tpath = more.cfg\n';
    expect(parseGitConfig(text)).toEqual([
      ['core.ignorecase', 'true'],
      ['core.excludesfile', '~/my ignores'],
      ['remote.Fruit Shop.url', 'ab'],
      ['include.path', 'more.cfg'],
    ]);
  });
});
