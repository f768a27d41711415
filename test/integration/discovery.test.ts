import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSystem, type FileSystem } from '../../src/discovery/file-system.js';
import { discover, type Discovery, type DiscoveryOptions } from '../../src/discovery/walk.js';

let base: string;
let shop: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'discovery-'));
  shop = join(base, 'shop');
  mkdirSync(shop);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const git = (root: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Fig', '-c', 'user.email=fig@shop.test', '-C', root, ...args], {
    env: { PATH: process.env['PATH'], HOME: join(base, 'home'), GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();

/** Writes files (path to content) below a root. */
function plant(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const find = (root: string, options: Partial<DiscoveryOptions> = {}, fs?: FileSystem) =>
  discover(
    {
      root,
      include: [],
      exclude: [],
      maxFileBytes: 1_000_000,
      indexDir: join(root, '.mind-index'),
      gitConfigHome: { home: join(base, 'home') },
      ...options,
    },
    fs,
  );

const paths = (found: Discovery) => found.candidates.map((candidate) => candidate.path);
const reasons = (found: Discovery) => Object.fromEntries(found.skipped.map(({ path, reason }) => [path, reason]));
const everything = (found: Discovery) => [...found.candidates, ...found.skipped].map(({ path }) => path).sort();
const gitsView = (root: string) =>
  git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => path.replace(/\/$/, ''))
    .sort();

describe('in a git repository', () => {
  beforeEach(() => {
    git(shop, 'init', '-q');
  });

  it('ignored files are left out, except for those that git tracks', async () => {
    plant(shop, { '.gitignore': 'out/\n*.log\n', 'apple.ts': '', 'a.log': '', 'out/kept.ts': '', 'out/lost.ts': '' });
    git(shop, 'add', '-f', 'out/kept.ts');
    const found = await find(shop);
    expect(paths(found)).toEqual(['.gitignore', 'apple.ts', 'out/kept.ts']);
    expect(everything(found)).toEqual(gitsView(shop));
    expect(found.usedGit).toBe(true);
  });

  it('tracked files that were deleted, or whose directory became a link, are not part of the tree', async () => {
    plant(shop, { '.gitignore': 'out\n', 'pear.ts': '', 'out/kept.ts': '' });
    git(shop, 'add', '-f', '.');
    rmSync(join(shop, 'pear.ts'));
    rmSync(join(shop, 'out'), { recursive: true });
    plant(base, { 'elsewhere/kept.ts': '' });
    symlinkSync(join(base, 'elsewhere'), join(shop, 'out'));
    expect(paths(await find(shop))).toEqual(['.gitignore']);
  });

  it('rules come from the user, `info/exclude`, and every `.gitignore` down to the file', async () => {
    plant(base, {
      'home/.gitconfig': '[include]\n\tpath = more.cfg\n',
      'home/more.cfg': '[core]\n\texcludesFile = ~/my-ignores # mine\n',
      'home/my-ignores': '*.user\n*.mine\n',
    });
    plant(shop, {
      '.git/info/exclude': '*.repo\n!*.mine\n',
      '.gitignore': '*.top\n/deep/anchored\n',
      'deep/.gitignore': '!keep.top\n/local\n',
      'deep/a.user': '',
      'deep/a.mine': '',
      'deep/a.repo': '',
      'deep/a.top': '',
      'deep/keep.top': '',
      'deep/anchored/a': '',
      'deep/local/a': '',
      'deep/below/local/a': '',
    });
    const found = await find(shop);
    expect(paths(found)).toEqual([
      '.gitignore',
      'deep/.gitignore',
      'deep/a.mine',
      'deep/below/local/a',
      'deep/keep.top',
    ]);
    expect(everything(found)).toEqual(gitsView(shop));
  });

  it('the default user file is read where no setting names one', async () => {
    plant(base, { 'home/.config/git/ignore': '*.user\n', 'xdg/git/ignore': '*.xdg\n' });
    plant(shop, { 'a.user': '', 'a.xdg': '' });
    expect(paths(await find(shop))).toEqual(['a.xdg']);
    expect(
      paths(await find(shop, { gitConfigHome: { home: join(base, 'home'), xdgConfigHome: join(base, 'xdg') } })),
    ).toEqual(['a.user']);
  });

  it('a subdirectory as root obeys the rules above it', async () => {
    plant(shop, { '.gitignore': '*.log\n/fruit/out\n', 'fruit/a.log': '', 'fruit/out/a': '', 'fruit/apple.ts': '' });
    plant(shop, { 'fruit/tracked.log': '' });
    git(shop, 'add', '-f', 'fruit/tracked.log');
    const found = await find(join(shop, 'fruit'));
    expect(paths(found)).toEqual(['apple.ts', 'tracked.log']);
    expect(everything(found)).toEqual(gitsView(join(shop, 'fruit')));
  });

  it('a root that the repository ignores is read as a tree of its own, with a warning', async () => {
    plant(shop, { '.gitignore': 'vendor/\n', 'vendor/lib/apple.ts': '', 'vendor/lib/node_modules/x.js': '' });
    const found = await find(join(shop, 'vendor/lib'));
    expect(paths(found)).toEqual(['apple.ts']);
    expect(found.usedGit).toBe(false);
    expect(found.warnings).toHaveLength(1);
  });

  it('a repository inside is one entry, a directory that only looks like one is not', async () => {
    plant(shop, {
      'nested/deep/apple.ts': '',
      'fake/.git': 'gitdir: nowhere\n',
      'fake/pear.ts': '',
      'hollow/.git/x': '',
    });
    git(join(shop, 'nested'), 'init', '-q');
    const found = await find(shop);
    expect(reasons(found)).toEqual({ nested: 'nested-repository' });
    expect(paths(found)).toEqual(['fake/pear.ts']);
    expect(everything(found)).toEqual(gitsView(shop));
  });

  it('a repository inside whose files the outer one tracks is walked', async () => {
    plant(shop, { 'nested/apple.ts': '' });
    git(shop, 'add', '.');
    git(join(shop, 'nested'), 'init', '-q');
    plant(shop, { 'nested/pear.ts': '', 'nested/inner/fig.ts': '' });
    git(join(shop, 'nested/inner'), 'init', '-q');
    const found = await find(shop);
    expect(paths(found)).toEqual(['nested/apple.ts', 'nested/pear.ts']);
    expect(everything(found)).toEqual(gitsView(shop));
  });

  it('submodules are one entry, checked out or not, and roots of their own', async () => {
    const origin = join(base, 'origin');
    plant(origin, { 'apple.ts': '', '.gitignore': '*.log\n' });
    git(origin, 'init', '-q');
    git(origin, 'add', '.');
    git(origin, 'commit', '-qm', 'apples');
    git(shop, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'lib/full');
    git(shop, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'lib/empty');
    git(shop, 'submodule', 'deinit', '-f', 'lib/empty');
    plant(shop, { 'lib/empty/stray.ts': '', 'lib/full/a.log': '' });
    const found = await find(shop);
    expect(reasons(found)).toEqual({ 'lib/empty': 'nested-repository', 'lib/full': 'nested-repository' });
    expect(everything(found)).toEqual(gitsView(shop));
    expect(everything(await find(join(shop, 'lib/full')))).toEqual(['.gitignore', 'apple.ts']);
  });

  it('a linked worktree obeys the `info/exclude` of its repository', async () => {
    plant(shop, { 'apple.ts': '', '.git/info/exclude': '*.repo\n' });
    git(shop, 'add', '.');
    git(shop, 'commit', '-qm', 'apples');
    git(shop, 'worktree', 'add', '-q', join(base, 'tree'));
    plant(join(base, 'tree'), { 'a.repo': '', 'pear.ts': '' });
    const found = await find(join(base, 'tree'));
    expect(paths(found)).toEqual(['apple.ts', 'pear.ts']);
    expect(everything(found)).toEqual(gitsView(join(base, 'tree')));
  });

  it('a `.gitignore` that is a link or a directory has no rules', async () => {
    plant(base, { rules: '*\n' });
    symlinkSync(join(base, 'rules'), join(shop, '.gitignore'));
    plant(shop, { 'apple.ts': '', 'deep/.gitignore/fig.ts': '' });
    const found = await find(shop);
    expect(paths(found)).toEqual(['apple.ts', 'deep/.gitignore/fig.ts']);
    expect(everything(found)).toEqual(gitsView(shop));
  });

  it('`.mindindexignore` and `--exclude` apply on top, to tracked files too, and are counted', async () => {
    plant(shop, {
      '.gitignore': 'out/\n',
      '.mindindexignore': 'legacy/\n*.gen.ts\n',
      'apple.ts': '',
      'legacy/a.ts': '',
      'out/price.gen.ts': '',
      'out/price.ts': '',
      'samples/a.ts': '',
    });
    git(shop, 'add', '-f', '.');
    const found = await find(shop, { exclude: ['samples'] });
    expect(paths(found)).toEqual(['.gitignore', '.mindindexignore', 'apple.ts', 'out/price.ts']);
    expect(reasons(found)).toEqual({ legacy: 'excluded', 'out/price.gen.ts': 'excluded', samples: 'excluded' });
  });

  it('`--include` narrows the tree and never lists what cannot match', async () => {
    plant(shop, {
      'src/apple.ts': '',
      'src/apple.css': '',
      'docs/a/apple.ts': '',
      'src/out/x.ts': '',
      '.gitignore': 'out\n',
    });
    const listed: string[] = [];
    const watching = { ...fileSystem, list: (path: string) => (listed.push(path), fileSystem.list(path)) };
    const found = await find(shop, { include: ['src/**/*.{ts,tsx}'] }, watching);
    expect(paths(found)).toEqual(['src/apple.ts']);
    expect(found.skipped).toEqual([]);
    expect(listed).toEqual([`${shop}/`, `${shop}/src`]);
  });

  it('ignored directories are never listed', async () => {
    plant(shop, { '.gitignore': 'out\n', 'out/deep/a': '', 'src/a.ts': '' });
    const listed: string[] = [];
    await find(shop, {}, { ...fileSystem, list: (path) => (listed.push(path), fileSystem.list(path)) });
    expect(listed).toEqual([`${shop}/`, `${shop}/src`]);
  });

  it('without a working git the walk stands, with a warning', async () => {
    plant(shop, { 'apple.ts': '', '.git/index': 'no index' });
    const found = await find(shop);
    expect(paths(found)).toEqual(['apple.ts']);
    expect(found.warnings[0]?.message).toContain('`git ls-files` failed');
  });
});

describe('outside of git', () => {
  it('a default list is ignored, `.gitignore` files count, and repositories inside are entered', async () => {
    plant(shop, {
      'apple.ts': '',
      'node_modules/x/index.js': '',
      '.venv/bin/python': '',
      'dist/apple.js': '',
      'kept/.gitignore': '!dist\n*.log\n',
      'kept/dist/pear.ts': '',
      'kept/a.log': '',
      'clone/fig.ts': '',
    });
    git(join(shop, 'clone'), 'init', '-q');
    const found = await find(shop);
    expect(paths(found)).toEqual(['apple.ts', 'clone/fig.ts', 'kept/.gitignore', 'kept/dist/pear.ts']);
    expect(found.usedGit).toBe(false);
  });

  it('every skipped file has its reason', async () => {
    plant(shop, {
      'apple.ts': 'x',
      'apple.png': '',
      'yarn.lock': '',
      '.env': '',
      'shop.min.js': '',
      'large.txt': 'x'.repeat(1001),
      'limit.txt': 'x'.repeat(1000),
    });
    execFileSync('mkfifo', [join(shop, 'pipe')]);
    symlinkSync('apple.ts', join(shop, 'inner-link'));
    symlinkSync('/etc', join(shop, 'outer-link'));
    symlinkSync('.', join(shop, 'loop'));
    symlinkSync('nowhere', join(shop, 'broken.png'));
    const found = await find(shop, { maxFileBytes: 1000 });
    expect(paths(found)).toEqual(['apple.ts', 'limit.txt']);
    expect(reasons(found)).toEqual({
      '.env': 'secret',
      'apple.png': 'binary',
      'broken.png': 'symlink',
      'inner-link': 'symlink',
      'large.txt': 'too-large',
      loop: 'symlink',
      'outer-link': 'symlink',
      pipe: 'not-regular',
      'shop.min.js': 'minified',
      'yarn.lock': 'lock-file',
    });
    expect(found.candidates[0]).toMatchObject({ sizeBytes: 1, fileClass: 'source' });
  });

  it('secrets come in where a pattern names them, and only those', async () => {
    plant(shop, { '.env': '', 'till/.env.local': '', 'till/key.pem': '', 'till/apple.ts': '', 'till/secrets.yml': '' });
    expect(paths(await find(shop, { include: ['**'] }))).toEqual(['till/apple.ts']);
    const found = await find(shop, { include: ['**', '*.pem', '/till/.env*.local'] });
    expect(paths(found)).toEqual(['till/.env.local', 'till/apple.ts', 'till/key.pem']);
    expect(paths(await find(shop, { include: ['.env*'] }))).toEqual(['.env', 'till/.env.local']);
    expect(reasons(found)).toEqual({ '.env': 'secret', 'till/secrets.yml': 'secret' });
  });

  it('names may hold spaces, line breaks, CJK, backslashes and glob characters', async () => {
    const names = [
      'with space',
      'line\nbreak',
      '水果',
      '[a]{b}*',
      'back\\slash',
      '!x',
      '#x',
      '(a|b)',
      '?',
      '-n',
      "it's",
    ];
    for (const name of names) plant(shop, { [`${name}/${name}/${name}.ts`]: '', [`${name}.ts`]: '' });
    const found = await find(shop);
    const wanted = names.flatMap((name) => [`${name}/${name}/${name}.ts`, `${name}.ts`]);
    expect(paths(found)).toEqual(wanted.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it.each(['with space', 'line\nbreak', '水果', '[a]{b}*', 'back\\slash', '**', '!(x)'])(
    'a root may be called `%s`',
    async (name) => {
      const root = join(base, name);
      plant(root, { 'apple.ts': '', 'deep/pear.ts': '', 'deep/.gitignore': '/fig.ts', 'deep/fig.ts': '' });
      expect(paths(await find(root))).toEqual(['apple.ts', 'deep/.gitignore', 'deep/pear.ts']);
    },
  );

  it('a root may be a link', async () => {
    plant(shop, { 'apple.ts': '' });
    symlinkSync(shop, join(base, 'link'));
    expect(paths(await find(join(base, 'link')))).toEqual(['apple.ts']);
  });

  it('names that are not UTF-8 are counted, and told apart', async () => {
    plant(shop, { 'caf\ufffd.ts': '' });
    for (const name of ['caf\xe9.ts', 'caf\xe8.ts']) writeFileSync(Buffer.from(join(shop, name), 'latin1'), '');
    mkdirSync(Buffer.from(join(shop, 'd\xe9'), 'latin1'));
    const found = await find(shop);
    expect(paths(found)).toEqual(['caf\ufffd.ts']);
    expect(reasons(found)).toEqual({
      'caf\\xe8.ts': 'path-not-utf8',
      'caf\\xe9.ts': 'path-not-utf8',
      'd\\xe9': 'path-not-utf8',
    });
  });

  it('directories and files without permission are unreadable', async () => {
    plant(shop, { 'apple.ts': '', 'locked/fig.ts': '', 'mine.ts': '' });
    execFileSync('chmod', ['000', join(shop, 'mine.ts')]);
    const refusing: FileSystem = {
      ...fileSystem,
      isReadable: (path) => !path.endsWith('mine.ts'),
      list: (path) => {
        if (path.endsWith('locked')) throw Object.assign(new Error('refused'), { code: 'EACCES' });
        return fileSystem.list(path);
      },
    };
    const found = await find(shop, {}, refusing);
    expect(paths(found)).toEqual(['apple.ts']);
    expect(reasons(found)).toEqual({ locked: 'unreadable', 'mine.ts': 'unreadable' });
    expect(found.unreadableDirectories).toEqual(['locked']);
  });

  it('what vanishes during the walk is said to have vanished', async () => {
    plant(shop, { 'apple.ts': '', 'fig.ts': '', 'deep/pear.ts': '' });
    const vanishing: FileSystem = {
      ...fileSystem,
      list: (path) => {
        const entries = fileSystem.list(path);
        rmSync(join(shop, 'fig.ts'), { force: true });
        rmSync(join(shop, 'deep'), { force: true, recursive: true });
        return entries;
      },
    };
    const found = await find(shop, {}, vanishing);
    expect(paths(found)).toEqual(['apple.ts']);
    expect(reasons(found)).toEqual({ deep: 'vanished', 'fig.ts': 'vanished' });
  });

  it('the index inside the tree is not part of it', async () => {
    plant(shop, { 'apple.ts': '', 'deep/idx/data.ts': '', 'deep/pear.ts': '' });
    expect(paths(await find(shop, { indexDir: join(shop, 'deep/idx') }))).toEqual(['apple.ts', 'deep/pear.ts']);
  });

  it('a missing root, and a file as root, are errors that say so', async () => {
    plant(shop, { 'apple.ts': '' });
    await expect(find(join(shop, 'nowhere'))).rejects.toMatchObject({ code: 'path-missing' });
    await expect(find(join(shop, 'apple.ts'))).rejects.toMatchObject({ code: 'path-not-directory' });
  });

  it('an aborted signal ends the walk with its reason', async () => {
    plant(shop, { 'apple.ts': '' });
    const reason = new Error('enough');
    await expect(find(shop, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('an ignore file that cannot be read is a warning', async () => {
    plant(shop, { '.gitignore': '*.log\n', 'a.log': '' });
    const refusing: FileSystem = {
      ...fileSystem,
      read: (path) => {
        throw Object.assign(new Error(`refused ${path}`), { code: 'EACCES' });
      },
    };
    const found = await find(shop, {}, refusing);
    expect(paths(found)).toEqual(['.gitignore', 'a.log']);
    expect(found.warnings).toHaveLength(1);
    expect(readFileSync(join(shop, '.gitignore'), 'utf8')).toBe('*.log\n');
  });
});
