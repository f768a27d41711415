import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GitContent, objectFormatAround } from '../../src/discovery/git-content.js';
import { readIndexFile } from '../../src/discovery/git-index-file.js';
import { planChanges } from '../../src/pipeline/change-plan.js';
import { sameContentBy } from '../../src/pipeline/run-plan.js';
import type { FileRecord } from '../../src/storage/store.js';

let base: string;
let root: string;
let made = 0;

beforeAll(() => void (base = mkdtempSync(join(tmpdir(), 'git-content-'))));
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => void (root = join(base, `shop${made++}`)));

const home = () => ({ home: join(base, 'home') });
const env = () => ({ PATH: process.env['PATH'], HOME: join(base, 'home'), GIT_CONFIG_NOSYSTEM: '1' });
const IDENTITY = ['-c', 'user.name=Fig', '-c', 'user.email=fig@shop.test'];
const git = (...args: string[]) =>
  execFileSync('git', [...IDENTITY, '-C', root, ...args], { env: env(), stdio: 'pipe' }).toString();

function plant(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Writes until the clock of the file system has moved on. */
function untilNextTick(): void {
  const probe = join(base, 'probe');
  const time = () => {
    writeFileSync(probe, '');
    return lstatSync(probe).ctimeMs;
  };
  for (const start = time(); time() === start;);
}

/** A file as an index elsewhere would know it: the content of now, and a stamp that says nothing. */
function recordOf(path: string): FileRecord {
  const bytes = readFileSync(join(root, path));
  // Git's own program names the content, with no filter between.
  const oid = Buffer.from(git('hash-object', '--no-filters', path).trim(), 'hex');
  return {
    ...{ path, sizeBytes: bytes.length, mtimeMs: 0, ctimeMs: 0, state: 'indexed', reason: '' },
    contentHash: sha256(bytes),
    gitOid: oid,
    ...{ digest: null, chunkCount: 0, segmentId: 0, ordinal: 0 },
  };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** The files that a run would not read, a minute from now, when nothing is too young to be trusted. */
function unread(records: readonly FileRecord[], folder = root): string[] {
  const candidates = records.flatMap(({ path }) => {
    const stat = lstatSync(join(folder, path), { throwIfNoEntry: false });
    if (!stat?.isFile()) return [];
    const { size: sizeBytes, mtimeMs, ctimeMs } = stat;
    return [{ path, sizeBytes, mtimeMs, ctimeMs, fileClass: 'source' as const }];
  });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  try {
    const isSame = sameContentBy(() => GitContent.open(folder, home()));
    const nothing = { skipped: [], unreadableDirectories: [] };
    return planChanges(records, candidates, nothing, () => true, isSame).restamped.map(({ path }) => path);
  } finally {
    vi.useRealTimers();
  }
}

const PATHS = ['apple.txt', 'pear.txt', 'src/plum.txt', 'src/deep/fig.txt'];
const CONTENTS = ['one\ntwo\n', 'two\none\n', 'one\r\ntwo\r\n', '$Id$ six\n', 'zwo\r\none\n', '', 'abcdefgh'];
const ATTRIBUTES = [
  '* text=auto',
  '* text eol=crlf',
  '* ident',
  '* filter=rotate',
  '* -text',
  '*.txt working-tree-encoding=UTF-16LE',
];

type Step =
  | { readonly kind: 'write'; readonly path: string; readonly content: string }
  | { readonly kind: 'add-and-write'; readonly path: string; readonly content: string }
  | { readonly kind: 'touch'; readonly path: string }
  | { readonly kind: 'checkout-anew'; readonly path: string }
  | { readonly kind: 'attributes'; readonly where: string; readonly line: string }
  | { readonly kind: 'config'; readonly key: string; readonly value: string }
  | { readonly kind: 'branch' }
  | { readonly kind: 'add-all' }
  | { readonly kind: 'stash' };

const path = fc.constantFrom(...PATHS);
const content = fc.constantFrom(...CONTENTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('write' as const, 'add-and-write' as const), path, content }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('touch', 'checkout-anew'), path }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('branch', 'add-all', 'stash') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('attributes' as const),
      where: fc.constantFrom('.gitattributes', 'src/.gitattributes', '.git/info/attributes'),
      line: fc.constantFrom(...ATTRIBUTES),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('config' as const),
      key: fc.constant('core.autocrlf'),
      value: fc.constantFrom('true', 'input', 'false'),
    }),
  },
);

function take(change: Step): void {
  try {
    if (change.kind === 'attributes') return plant(change.where, `${change.line}\n`);
    if (change.kind === 'config') return void git('config', change.key, change.value);
    if (change.kind === 'add-all') return void git('add', '-A');
    if (change.kind === 'stash') return void git('stash');
    if (change.kind === 'branch') return void git('checkout', '-f', '-');
    if (change.kind === 'touch') return utimesSync(join(root, change.path), 1000, 1000);
    if (change.kind === 'checkout-anew') {
      rmSync(join(root, change.path), { force: true });
      return void git('checkout', '--', change.path);
    }
    plant(change.path, change.content);
    if (change.kind === 'write') return;
    git('add', change.path);
    // Of the same length: only the times can tell.
    writeFileSync(join(root, change.path), change.content.replaceAll('o', 'u'));
  } catch {
    // Nothing to stash, a file that no branch has: git says no, and the tree stays as it is.
  }
}

function makeRepository(contents: readonly string[]): void {
  mkdirSync(root);
  git('init', '-q', '-b', 'main');
  git('config', 'filter.rotate.clean', 'tr a-z n-za-m');
  git('config', 'filter.rotate.smudge', 'tr a-z n-za-m');
  PATHS.forEach((each, at) => plant(each, contents[at]!));
  git('add', '-A');
  git('commit', '-qm', 'first');
  git('checkout', '-qb', 'other');
  PATHS.forEach((each, at) => plant(each, contents[at + PATHS.length]!));
  git('add', '-A');
  git('commit', '-qm', 'second', '--allow-empty');
}

describe("what git's index says of a file", () => {
  it('is that its content is the same only where it is, whatever was done to the tree', { timeout: 300_000 }, () => {
    let notRead = 0;
    fc.assert(
      fc.property(
        fc.array(content, { minLength: 2 * PATHS.length, maxLength: 2 * PATHS.length }),
        fc.array(step, { maxLength: 4 }),
        fc.array(step, { maxLength: 7 }),
        (contents, before, after) => {
          root = join(base, `shop${made++}`);
          makeRepository(contents);
          before.forEach(take);
          const records = PATHS.filter((each) => lstatSync(join(root, each), { throwIfNoEntry: false })).map(recordOf);
          after.forEach(take);
          const same = unread(records);
          notRead += same.length;
          for (const record of records.filter((each) => same.includes(each.path))) {
            const now = sha256(readFileSync(join(root, record.path)));
            expect([record.path, now]).toEqual([record.path, record.contentHash]);
          }
          rmSync(root, { recursive: true });
        },
      ),
      { numRuns: 60 },
    );
    expect(notRead).toBeGreaterThan(40);
  });

  const CONTENT = ['one\n', 'two\n', 'six\n', 'ten\n', 'two\n', 'one\n', 'ten\n', 'six\n'];
  const rest = () => {
    untilNextTick();
    git('read-tree', 'HEAD');
    git('update-index', '-q', '--refresh');
  };

  it.each([2, 3, 4])('is understood in version %i, also from a folder below, and in a linked worktree', (version) => {
    makeRepository(CONTENT);
    git('update-index', '--index-version', String(version));
    rest();
    expect(unread(PATHS.map(recordOf))).toEqual(PATHS);
    const below = ['plum.txt', 'deep/fig.txt'];
    const inside = below.map((each) => ({ ...recordOf(`src/${each}`), path: each }));
    expect(unread(inside, join(root, 'src'))).toEqual(below);

    const records = PATHS.map(recordOf);
    const linked = `${root}-linked`;
    git('worktree', 'add', '-q', '--detach', linked);
    execFileSync('git', ['-C', linked, 'update-index', '-q', '--really-refresh'], { env: env() });
    // Those that were written last are as young as the index: they may be read.
    const trusted = unread(records, linked);
    const { mtimeNs, entries } = readIndexFile(
      join(root, '.git/worktrees', `${linked.split('/').at(-1)}`, 'index'),
      'sha1',
    )!;
    expect(trusted).toEqual(PATHS.filter((each) => entries.get(each)!.ctimeNs < mtimeNs));
  });

  it('is understood in a repository that names objects by SHA-256', () => {
    mkdirSync(root);
    git('init', '-q', '--object-format=sha256');
    plant('apple.txt', 'one\n');
    git('add', '-A');
    git('commit', '-qm', 'first');
    rest();
    expect(objectFormatAround(root, home())).toBe('sha256');
    expect(recordOf('apple.txt').gitOid).toHaveLength(32);
    expect(unread([recordOf('apple.txt')])).toEqual(['apple.txt']);
  });

  it('is not asked where it cannot be trusted', () => {
    makeRepository(CONTENT);
    rest();
    const records = PATHS.map(recordOf);
    const expectAll = () => expect(unread(records)).toEqual(PATHS);
    const expectNone = () => expect(unread(records)).toEqual([]);
    expectAll();

    git('update-index', '--assume-unchanged', 'apple.txt');
    git('update-index', '--skip-worktree', 'pear.txt');
    expect(unread(records)).toEqual(PATHS.slice(2));
    git('update-index', '--no-assume-unchanged', '--no-skip-worktree', 'apple.txt', 'pear.txt');

    git('update-index', '--split-index');
    expectNone();
    git('update-index', '--no-split-index');
    rest();
    expectAll();

    for (const line of ['* filter=rotate', '[attr]fruit ident', '* working-tree-encoding=UTF-16']) {
      plant('src/.gitattributes', line);
      expect(unread(records)).toEqual(PATHS.slice(0, 2));
      rmSync(join(root, 'src/.gitattributes'));
      plant('.git/info/attributes', line);
      expectNone();
      rmSync(join(root, '.git/info/attributes'));
    }
    plant('.gitattributes', '* text=auto eol=lf\n');
    expectAll();

    const index = join(root, '.git/index');
    const bytes = readFileSync(index);
    for (const damage of [20, bytes.length - 30]) {
      const damaged = Buffer.from(bytes);
      damaged[damage]! ^= 1;
      writeFileSync(index, damaged);
      expectNone();
    }
    writeFileSync(index, bytes);
    truncateSync(index, 100);
    expectNone();
    rmSync(index);
    expectNone();
  });

  it.each(['by the configuration', 'by attributes'])('does not hide that line ends were converted %s', (how) => {
    makeRepository(['one\n', 'one two', 'six\n', 'ten\n', 'two\n', 'one two', 'ten\n', 'six\n']);
    rest();
    const records = PATHS.map(recordOf);
    if (how === 'by attributes') plant('.git/info/attributes', '*.txt eol=crlf\n');
    else git('config', 'core.autocrlf', 'true');
    for (const each of PATHS) rmSync(join(root, each));
    git('checkout', '--', '.');
    rest();
    expect(readFileSync(join(root, 'apple.txt'), 'latin1')).toBe('two\r\n');
    const same = unread(records);
    expect([same.includes('apple.txt'), same.includes('pear.txt')]).toEqual([false, true]);
  });

  it('is nothing where there is no repository', () => {
    mkdirSync(root);
    expect(GitContent.open(root, home())).toBeUndefined();
    expect(objectFormatAround(root, home())).toBeUndefined();
  });
});
