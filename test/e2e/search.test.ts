import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/cli/terminal-text.js';
import { estimateTokens } from '../../src/search/token-budget.js';
import { openIndex } from '../built-library.js';
import { indexed, mindIndex, programWords } from '../program.js';

const LONG_FOLDER = 'packages/warehouse/src/main/java/org/fruit/market/stall/counting/quarterly';

let shop: string;

beforeAll(() => {
  shop = realpathSync(mkdtempSync(join(tmpdir(), 'mind-index-search-')));
  const write = (path: string, text: string) => {
    mkdirSync(join(shop, dirname(path)), { recursive: true });
    writeFileSync(join(shop, path), text);
  };
  for (let at = 0; at < 30; at += 1) {
    const body = Array.from({ length: 14 }, (_, line) => `  crate.add(${line}); // one more of ${at}`).join('\n');
    write(
      `src/crate-${at}.ts`,
      `/** Packs crate ${at}. */\nexport function packCrate${at}(crate: Crate) {\n${body}\n}\n`,
    );
  }
  write('test/crate.test.ts', `test('a crate is packed', () => {\n  packCrate(crate);\n});\n`);
  write('src/crate-kind.ts', 'export enum CrateKind {\n  Open,\n  Closed,\n}\n');
  const wide = '果物の箱を詰める'.repeat(12);
  write(
    `${LONG_FOLDER}/EveryCrate.java`,
    `class EveryCrate {\n  /** 棚卸 ${wide} */\n  void stocktakeOfEveryCrateInTheWarehouse() {\n\t\tcount("${'crate '.repeat(40)}");\n  }\n}\n`,
  );
  indexed(shop);
});
afterAll(() => rmSync(shop, { recursive: true, force: true }));

const search = (...args: string[]) => mindIndex(['search', ...args], { cwd: shop });

interface Answer {
  readonly hits: readonly { readonly path: string; readonly kind: string; readonly snippet: string }[];
  readonly files: readonly object[];
  readonly truncated?: { readonly hitsLeftOut: number; readonly linesLeftOut: number };
}

const searchJson = (...args: string[]) => JSON.parse(search(...args, '--json').stdout) as Answer;

describe('a search can be narrowed', () => {
  test('to kinds, several with commas or by repeating the flag', () => {
    const kinds = (...args: string[]) =>
      new Set(searchJson('crate', '-n', '100', ...args).hits.map(({ kind }) => kind));
    expect(kinds('--kind', 'enum')).toEqual(new Set(['enum']));
    expect(kinds('--kind', 'enum,function')).toEqual(new Set(['enum', 'function']));
    expect(kinds('--kind', 'enum', '--kind', 'Function')).toEqual(new Set(['enum', 'function']));
  });

  test('to tests, or to everything else', () => {
    const paths = (tests: string) => searchJson('crate', '-n', '100', '--tests', tests).hits.map(({ path }) => path);
    expect(new Set(paths('only'))).toEqual(new Set(['test/crate.test.ts']));
    expect(paths('exclude')).not.toContain('test/crate.test.ts');
    expect(paths('include')).toContain('test/crate.test.ts');
  });

  test.each([
    ['an unknown kind', ['--kind', 'functoin']],
    ['a kind that is nothing like one', ['--kind', 'fn']],
    ['an unknown choice of tests', ['--tests', 'onyl']],
    ['a budget of nothing', ['--max-tokens', '0']],
  ])('but not by %s', (_title, args) => {
    const { status, stdout, stderr } = search('crate', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });

  test('and when that leaves nothing, the advice names the filters that were used', () => {
    const { status, stderr } = search('crate', '--kind', 'macro', '--lang', 'ts');
    expect(status).toBe(0);
    expect(stderr).toContain('drop `--lang` and `--kind`');
  });
});

describe('a list of files', () => {
  test('has one path per line, each once, and as many as were asked for', () => {
    const { stdout, stderr } = search('pack', 'crate', '--files', '-n', '20');
    const paths = stdout.trimEnd().split('\n');
    expect(paths).toHaveLength(20);
    expect(new Set(paths)).toHaveLength(20);
    expect(paths.filter((path) => !existsSync(join(shop, path)))).toEqual([]);
    expect(stderr).toBe('');
  });

  test('in JSON says where in each file, and nothing of its text', () => {
    const { files, hits } = searchJson('CrateKind', '--files', '-n', '1');
    expect(hits).toBeUndefined();
    expect(files).toEqual([
      { path: 'src/crate-kind.ts', score: expect.any(Number), startLine: 1, endLine: 4, fresh: 'fresh' },
    ]);
  });
});

describe('a budget', () => {
  test.each([60, 150, 400])('of %d tokens is kept, and what it leaves out is said on stderr', (tokens) => {
    const { stdout, stderr } = search('pack crate', '--max-tokens', String(tokens), '--context', '10');
    expect(estimateTokens(stdout.length)).toBeLessThanOrEqual(tokens);
    expect(stdout).toMatch(/^\S+:\d+-\d+ /);
    expect(stderr).toMatch(/^Left out .*lines? of snippets to stay within \d+ tokens\n {2}hint: /);
  });

  test('in JSON counts the JSON of the hits, and is told apart there', () => {
    const whole = searchJson('pack crate');
    const { hits, truncated } = searchJson('pack crate', '--max-tokens', '300');
    expect(whole.truncated).toBeUndefined();
    expect(estimateTokens(JSON.stringify(hits).length)).toBeLessThanOrEqual(300);
    expect(hits.map(({ path }) => path)).toEqual(whole.hits.slice(0, hits.length).map(({ path }) => path));
    expect(truncated).toEqual({ hitsLeftOut: whole.hits.length - hits.length, linesLeftOut: expect.any(Number) });
  });

  test('of paths counts the paths', () => {
    const { stdout, stderr } = search('pack crate', '--files', '-n', '30', '--max-tokens', '20');
    expect(estimateTokens(stdout.length)).toBeLessThanOrEqual(20);
    expect(stderr).toMatch(/^Left out \d+ hits to stay within 20 tokens\n/);
  });

  test('may be a setting, which a flag lifts', () => {
    const env = { MIND_INDEX_MAX_TOKENS: '60' };
    expect(mindIndex(['search', 'pack crate'], { cwd: shop, env }).stderr).toContain('to stay within 60 tokens');
    expect(mindIndex(['search', 'pack crate', '--max-tokens', 'none'], { cwd: shop, env }).stderr).toBe('');
  });

  test('that suffices changes nothing', () => {
    expect(search('pack crate', '--max-tokens', '100000')).toMatchObject({
      stdout: search('pack crate').stdout,
      stderr: '',
    });
  });
});

test('the library takes the same options', async () => {
  const index = await openIndex(shop, { settings: { maxTokens: 100 } });
  const narrowed = index.search('crate', {
    kinds: ['enum', 'test'],
    tests: 'exclude',
    hitsPerFile: 1,
    maxTokens: 5000,
  });
  expect(narrowed.hits.map(({ path, kind }) => [path, kind])).toEqual([['src/crate-kind.ts', 'enum']]);
  expect(narrowed.truncated).toBeUndefined();
  expect(index.search('pack crate').truncated).toEqual({
    hitsLeftOut: expect.any(Number),
    linesLeftOut: expect.any(Number),
  });
  index.close();
});

describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal of 80 columns', () => {
  /** What a terminal of so many columns shows, line by line, without colours. */
  function shown(columns: number, ...args: string[]): string[] {
    const program = programWords(['search', ...args])
      .map((word) => `'${word}'`)
      .join(' ');
    const { stdout } = spawnSync('script', ['-qec', `stty cols ${columns}; ${program}`, '/dev/null'], {
      cwd: shop,
      env: { PATH: process.env['PATH'], HOME: shop, TERM: 'xterm' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(stdout).toContain('\x1b[');
    return stdout.replace(/\x1b\[[\d;]*m/g, '').split(/\r?\n/);
  }

  test.each([80, 50])('(or %d) every line fits, and line numbers and file name of a long path are whole', (columns) => {
    const lines = shown(columns, 'stocktake of every crate 棚卸', '-n', '5', '--context', '6');
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    const heads = lines.filter((line) => line.includes('.java:'));
    expect(heads.length).toBeGreaterThan(0);
    expect(heads.filter((line) => !/…\S*\/EveryCrate\.java:\d+-\d+ {2}/.test(line))).toEqual([]);
    expect(lines.some((line) => /^ *>?\d+ .*果物.*…$/.test(line))).toBe(true);
  });

  test('but nothing is shortened where nobody watches', () => {
    expect(search('stocktake of every crate').stdout).toContain(`${LONG_FOLDER}/EveryCrate.java:`);
  });
});
