import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discover, type Discovery } from '../../src/discovery/walk.js';

const USER = ['-c', 'user.name=Fruit Seller', '-c', 'user.email=seller@shop.example'];

let base: string;
let shop: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'mind-index-hostile-git-')));
  shop = join(base, 'shop');
  mkdirSync(shop);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function git(...args: string[]): string {
  return execFileSync('git', [...USER, ...args], { cwd: shop, encoding: 'utf8' });
}

function write(path: string, content = 'sold'): void {
  mkdirSync(join(shop, path, '..'), { recursive: true });
  writeFileSync(join(shop, path), content);
}

async function find(): Promise<Discovery> {
  return discover({
    root: shop,
    include: [],
    exclude: [],
    maxFileBytes: 1_000,
    indexDir: join(shop, '.mind-index'),
    gitConfigHome: { home: join(base, 'home'), variables: { PATH: process.env['PATH'] ?? '' } },
  });
}

function paths({ candidates }: Discovery): string[] {
  return candidates.map(({ path }) => path);
}

/** An index of git (version 2) with the given paths, which git itself would refuse to add. */
function gitIndexOf(names: readonly string[]): Buffer {
  const entries = names.toSorted().map((name) => {
    const fixed = Buffer.alloc(62);
    fixed.writeUInt32BE(0o100644, 24);
    fixed.fill(0x11, 40, 60);
    fixed.writeUInt16BE(name.length, 60);
    const length = fixed.length + name.length;
    return Buffer.concat([fixed, Buffer.from(name), Buffer.alloc(8 - (length % 8))]);
  });
  const header = Buffer.from('DIRC\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(entries.length, 8);
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

test('paths of git’s index that lead out of the tree are not followed', async () => {
  git('init', '-q');
  write('apple.ts');
  writeFileSync(join(base, 'till.ts'), 'outside');
  const names = ['../till.ts', '/etc/passwd', './apple.ts', 'x/../../till.ts', 'apple.ts', '.git/config'];
  writeFileSync(join(shop, '.git/index'), gitIndexOf(names));
  const found = await find();
  expect(paths(found)).toEqual(['apple.ts']);
  expect(found.skipped).toEqual([]);
});

test('nothing that a repository’s configuration names is run, not even to fetch an object that the index lacks', async () => {
  git('init', '-q');
  for (const path of ['crate/deep/fig.ts', 'stall/pear.ts', 'plum.ts']) write(path);
  git('add', '.');
  git('commit', '-qm', 'open');
  git('sparse-checkout', 'set', '--cone', '--sparse-index', 'stall');
  const tree = git('rev-parse', 'HEAD:crate').trim();
  rmSync(join(shop, '.git/objects', tree.slice(0, 2), tree.slice(2)));
  const proof = join(base, 'ran');
  const program = `touch '${proof}'; false`;
  appendFileSync(
    join(shop, '.git/config'),
    `[core]\n repositoryformatversion = 1\n sshCommand = "${program}"\n fsmonitor = "${program}"\n pager = "${program}"
 hooksPath = hooks\n[extensions]\n partialClone = origin\n[remote "origin"]\n promisor = true\n url = ssh://fruit.example/shop
[protocol "ssh"]\n allow = always\n[pager]\n ls-files = true\n`,
  );
  for (const hook of ['post-index-change', 'fsmonitor-watchman']) {
    writeFileSync(join(shop, '.git/hooks', hook), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  }
  // The trap works: git alone runs the program.
  expect(() => git('ls-files', '--stage')).not.toThrow();
  expect(existsSync(proof)).toBe(true);
  rmSync(proof);
  expect(paths(await find())).toContain('stall/pear.ts');
  expect(existsSync(proof)).toBe(false);
});

test('pipes and devices are not read where git has its files', async () => {
  execFileSync('mkfifo', [join(shop, '.git'), join(base, 'pipe')]);
  write('apple.ts');
  expect(paths(await find())).toEqual(['apple.ts']);
  rmSync(join(shop, '.git'));
  git('init', '-q');
  for (const file of ['/dev/zero', join(base, 'pipe')]) {
    appendFileSync(join(shop, '.git/config'), `[core]\n excludesFile = ${file}\n`);
    expect(paths(await find())).toEqual(['apple.ts']);
  }
  execFileSync('mkfifo', [join(shop, '.gitignore'), join(shop, '.mindindexignore')]);
  expect(paths(await find())).toEqual(['apple.ts']);
});

test('a configuration that includes itself many times is read to an end', async () => {
  git('init', '-q');
  write('apple.ts');
  appendFileSync(join(shop, '.git/config'), '[include]\n path = config\n'.repeat(50));
  expect(paths(await find())).toEqual(['apple.ts']);
});

test.each([
  ['in bytes', { '.gitignore': `${'# long\n'.repeat(200_000)}apple.ts\n` }, '.gitignore'],
  ['in rules', { '.gitignore': `${'a\n'.repeat(270_000)}apple.ts\n` }, '.gitignore'],
  ['with the paths that come before them', { 'a b/.gitignore': 'apple.ts\n'.repeat(20_000) }, 'a b/.gitignore'],
  [
    'together',
    { '.gitignore': 'pear.ts\n'.repeat(20_000), 'a b/.gitignore': 'fig.ts\n'.repeat(10_000) },
    'a b/.gitignore',
  ],
])('ignore files that are too long %s are named and not applied', async (_, files, named) => {
  git('init', '-q');
  write('apple.ts');
  write('a b/apple.ts');
  write('a b/fig.ts');
  for (const [path, rules] of Object.entries(files)) write(path, rules);
  const found = await find();
  expect(paths(found)).toEqual(expect.arrayContaining(['a b/apple.ts', 'a b/fig.ts', 'apple.ts']));
  expect(found.warnings.map(({ message }) => message)).toEqual([
    `the ignore rules in \`${join(shop, named)}\` are too long (262144 bytes with those above them) and were not applied`,
  ]);
});
