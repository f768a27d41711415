import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discover } from '../../src/discovery/walk.js';

/** Names that look like rules, and rules that are hard to read: every generated tree mixes them. */
const NAMES = [
  'a',
  'b',
  'ab',
  'A',
  '.c',
  'a b',
  'a*',
  '[a]',
  '{b}',
  '#a',
  '!b',
  'é',
  'a\\b',
  'x.ts',
  'b ',
  ' a',
  '水',
  'n\nl',
  'a-c',
  'b]',
  '**',
  'a?',
];
const GLOBS = [
  '*',
  '**',
  '***',
  '?',
  '??',
  '*.ts',
  'a*',
  '*b',
  '*a*',
  'a**',
  '**b',
  'a?',
  '.*',
  '[a-c]',
  '[!a]',
  '[^b]*',
  '[a',
  '[a-',
  '[]]',
  '[!]a]',
  '[\\]]',
  '[/]',
  '[*]',
  '[b-a]',
  '[é]',
  '[[:alpha:]]',
  '[[:upper:]]*',
  '\\*',
  '\\[a]',
  '\\a',
  'a\\',
  '\\ ',
  'a\\ ',
  '\\!b',
  '\\#a',
  'b  ',
  'b\t',
  '{b,a}',
  '水*',
];
const ENDS = ['', '', '', '/', '/**', '/*', ' ', '  ', '\\ ', '\r', '\t', '\\', '//', '/ '];

const name = fc.constantFrom(...NAMES);
const rule = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '!', '#', ' ', '!!', '\\'),
    fc.constantFrom('', '', '/', '**/', '//'),
    fc.array(fc.constantFrom(...GLOBS, ...NAMES.filter((each) => !each.includes('\n'))), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom(...ENDS),
  )
  .map(([before, anchor, segments, end]) => before + anchor + segments.join('/') + end);
const rules = fc.array(rule, { minLength: 1, maxLength: 5 });
const tree = fc.record({
  files: fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 25 }),
  ignoreFiles: fc.array(fc.tuple(fc.array(name, { maxLength: 3 }), rules), { minLength: 1, maxLength: 3 }),
  infoExclude: fc.option(rules),
  byteOrderMark: fc.boolean(),
  tracked: fc.boolean(),
});

let base: string;
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'discovery-rules-'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
const git = (root: string, ...args: string[]) => execFileSync('git', ['-C', root, ...args], { env }).toString();

function plant(root: string, segments: readonly string[], content: string): void {
  const path = join(root, ...segments);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch {
    // One generated path needs a directory where another made a file: the tree goes without it.
  }
}

it('finds on any tree, under any rules, exactly what git lists', { timeout: 60_000 }, async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(tree, async ({ files, ignoreFiles, infoExclude, byteOrderMark, tracked }) => {
      const root = join(base, String(count++));
      mkdirSync(root);
      git(root, 'init', '-q');
      for (const file of files) plant(root, file, 'apple');
      if (tracked) git(root, 'add', '-f', '.');
      const start = byteOrderMark ? '\ufeff' : '';
      for (const [directory, lines] of ignoreFiles) plant(root, [...directory, '.gitignore'], start + lines.join('\n'));
      if (infoExclude !== null) plant(root, ['.git', 'info', 'exclude'], infoExclude.join('\n'));

      const listed = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
      const wanted = new Set(listed.split('\0').filter((path) => path !== ''));
      const indexDir = join(root, '.mind-index');
      const limits = { include: [], exclude: [], maxFileBytes: 1000, gitConfigHome: {} };
      const found = await discover({ root, indexDir, ...limits });
      const paths = [...found.candidates, ...found.skipped].map(({ path }) => path);
      expect(paths.sort()).toEqual([...wanted].sort());
      rmSync(root, { recursive: true });
    }),
    { numRuns: 100, seed: 20_261_121 },
  );
});
