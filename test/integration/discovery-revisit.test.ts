import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { packFootprint, unpackFootprint, type Footprint } from '../../src/discovery/footprint.js';
import { revisit } from '../../src/discovery/revisit.js';
import { isUntouched } from '../../src/discovery/untouched.js';
import { discover, type Discovery, type DiscoveryOptions } from '../../src/discovery/walk.js';

let base: string;
let made = 0;

beforeAll(() => void (base = mkdtempSync(join(tmpdir(), 'discovery-revisit-'))));
afterEach(() => vi.useRealTimers());
afterAll(() => rmSync(base, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
const git = (root: string, ...args: string[]) => execFileSync('git', ['-C', root, ...args], { env, stdio: 'pipe' });

function optionsFor(root: string): DiscoveryOptions {
  return {
    ...{ root, include: [], exclude: ['left-out'], maxFileBytes: 50, indexDir: join(root, '.mind-index') },
    gitConfigHome: { home: join(base, 'home') },
  };
}

/** Discovers a tree as if it had been at rest for a minute, so that its times are trusted. */
async function discoverRested(root: string): Promise<Discovery> {
  untilNextTick();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  const found = await discover(optionsFor(root));
  vi.useRealTimers();
  return found;
}

/** Writes until the clock of the file system has moved on: what is written afterwards has other times. */
function untilNextTick(): void {
  const probe = join(base, 'probe');
  const time = () => {
    writeFileSync(probe, '');
    return lstatSync(probe).ctimeMs;
  };
  for (const start = time(); time() === start;);
}

/** What `revisit` finds with what `discover` found before, packed and unpacked as it is in an index. */
function again(root: string, before: Discovery): Promise<Discovery | undefined> {
  const footprint: Footprint = unpackFootprint(packFootprint(before.footprint!))!;
  const known = [...before.candidates.map(({ path }) => ({ path, reason: '' })), ...before.skipped];
  return revisit(optionsFor(root), footprint, known);
}

/** Whether nothing seems to have happened since `before`, where every content would have to be compared by its times. */
function seemsUntouched(root: string, before: Discovery): boolean {
  const unread = { mtimeMs: 0, ctimeMs: 0, sizeBytes: 0 };
  const known = [
    ...before.candidates.map((file) => ({ ...file, state: 'indexed' as const, reason: '', wasRead: true })),
    ...before.skipped.map((file) => ({ ...unread, ...file, state: 'skipped' as const, wasRead: false })),
  ];
  return isUntouched(optionsFor(root), unpackFootprint(packFootprint(before.footprint!))!, known, () => false);
}

/** Everything but the stamps of skipped files, which a walk does not always have. */
function contentOf({ candidates, skipped }: Discovery) {
  return { candidates, skipped: skipped.map(({ path, reason }) => ({ path, reason })) };
}

type Step =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'remove' | 'directory' | 'link' | 'track'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'ignore'; readonly path: string; readonly rule: string };

const name = fc.constantFrom('apple', 'pear', 'plum.ts', 'fig.log', 'left-out', 'package-lock.json', 'crate', '.env');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), path, bytes: fc.nat(80) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('remove', 'directory', 'link', 'track'), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ignore' as const),
      path: fc.constantFrom('', 'apple', 'crate'),
      rule: fc.constantFrom('*.log', 'pear', '!fig.log', '/plum.ts'),
    }),
  },
);

function take(root: string, change: Step): void {
  const absolute = join(root, change.path);
  try {
    if (change.kind === 'remove') return rmSync(absolute, { recursive: true, force: true });
    if (change.kind === 'track') return void git(root, 'add', '-f', change.path);
    mkdirSync(change.kind === 'ignore' || change.kind === 'directory' ? absolute : dirname(absolute), {
      recursive: true,
    });
    if (change.kind === 'write') writeFileSync(absolute, 'x'.repeat(change.bytes));
    if (change.kind === 'ignore') writeFileSync(join(absolute, '.gitignore'), `${change.rule}\n`);
    if (change.kind === 'link') symlinkSync(root, absolute);
    if (change.kind === 'rename') {
      mkdirSync(dirname(join(root, change.to)), { recursive: true });
      renameSync(absolute, join(root, change.to));
    }
  } catch {
    // A step that this tree does not allow, such as a directory where a file is: it goes without.
  }
}

describe('a second look at a tree', () => {
  it.each(['with git', 'without git'])(
    'finds what a whole walk finds, whatever happened in between, %s',
    { timeout: 120_000 },
    async (kind) => {
      let [answers, untouched] = [0, 0];
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 25 }),
          fc.array(step, { maxLength: 8 }),
          async (first, second) => {
            const root = join(base, `shop${made++}`);
            mkdirSync(root);
            if (kind === 'with git') git(root, 'init', '-q');
            for (const change of first) take(root, change);
            const before = await discoverRested(root);
            expect(seemsUntouched(root, before)).toBe(true);
            untilNextTick();
            for (const change of second) take(root, change);
            if (seemsUntouched(root, before)) {
              expect(contentOf(await discover(optionsFor(root)))).toEqual(contentOf(before));
              untouched++;
            }
            const found = await again(root, before);
            if (found === undefined) return;
            answers++;
            expect(contentOf(found)).toEqual(contentOf(await discover(optionsFor(root))));
          },
        ),
        { numRuns: 60 },
      );
      // Only new rules need a walk: most looks answer.
      expect(answers).toBeGreaterThan(20);
      expect(untouched).toBeGreaterThan(0);
    },
  );

  it('needs a walk where rules have changed, wherever they are', async () => {
    const root = join(base, 'ruled');
    mkdirSync(join(root, 'src'), { recursive: true });
    git(root, 'init', '-q');
    writeFileSync(join(root, '.gitignore'), '*.log\n');
    const before = await discoverRested(root);
    expect(await again(root, before)).toBeDefined();
    const rules = ['.gitignore', 'src/.gitignore', '.mindindexignore', '.git/info/exclude', '.git/config'];
    for (const file of [...rules.map((rule) => join(root, rule)), join(base, 'home/.gitconfig')]) {
      const rested = await discoverRested(root);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, file.endsWith('config') ? '[core]\n\tignorecase = true\n' : 'pear\n', { flag: 'a' });
      expect([file, await again(root, rested)]).toEqual([file, undefined]);
    }
  });

  it('needs a walk where the tree has become a repository, or another folder', async () => {
    const root = join(base, 'unruled');
    mkdirSync(root);
    const before = await discoverRested(root);
    expect(await again(root, before)).toBeDefined();
    git(root, 'init', '-q');
    expect(await again(root, before)).toBeUndefined();
    renameSync(root, `${root}-moved`);
    expect(await again(`${root}-moved`, before)).toBeUndefined();
  });
});
