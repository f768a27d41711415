import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckedOut } from '../../src/discovery/git-state.js';
import { temporaryFolder, type TemporaryFolder } from '../generated-tree.js';

let folder: TemporaryFolder;
let root: string;

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=Fruit', '-c', 'user.email=fruit@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

beforeEach(() => {
  folder = temporaryFolder();
  root = realpathSync(folder.path);
  git('init', '--quiet', '--initial-branch=main');
  folder.write('apple.ts', 'export const apple = 1;\n');
  folder.write('shelf/pear.ts', 'export const pear = 1;\n');
  folder.write('.gitignore', 'dist\n');
});

afterEach(() => folder.remove());

describe('what is checked out', () => {
  test('is nothing outside of git and before the first commit', async () => {
    expect(await readCheckedOut(root)).toBeUndefined();
    rmSync(join(root, '.git'), { recursive: true });
    expect(await readCheckedOut(root)).toBeUndefined();
  });

  test('is a commit, and what differs from it: changed, deleted, renamed, not tracked, but not what is ignored', async () => {
    git('add', '.');
    git('commit', '--quiet', '-m', 'Fruit');
    const commit = git('rev-parse', 'HEAD');
    expect(await readCheckedOut(root)).toEqual({ commit, differing: [] });
    folder.write('apple.ts', 'export const apple = 2;\n');
    folder.write('dist/apple.js', 'const apple = 2;\n');
    folder.write('über die "Birnen".ts', '// pears\n');
    git('mv', 'shelf/pear.ts', 'shelf/quince.ts');
    expect(await readCheckedOut(root)).toEqual({
      commit,
      differing: ['apple.ts', 'shelf/pear.ts', 'shelf/quince.ts', 'über die "Birnen".ts'],
    });
    // Below a folder, its own files only, by paths from there.
    expect(await readCheckedOut(join(root, 'shelf'))).toEqual({ commit, differing: ['pear.ts', 'quince.ts'] });
  });

  test('is told without running a program that the repository names', async () => {
    folder.write('.gitattributes', '*.ts filter=rotten\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'Fruit');
    mkdirSync(join(root, 'dist'));
    const trace = join(root, 'dist', 'ran');
    for (const key of ['filter.rotten.clean', 'filter.rotten.process', 'core.fsmonitor']) {
      git('config', key, `touch '${trace}'; cat`);
    }
    git('config', 'filter.rotten.required', 'true');
    // Of the same size as before: only a look at its content tells.
    folder.write('apple.ts', 'export const apple = 2;\n');
    expect((await readCheckedOut(root))?.differing).toEqual(['apple.ts']);
    expect(existsSync(trace)).toBe(false);
    // What git itself does there: such a repository is no idle fear.
    spawnSync('git', ['status'], { cwd: root });
    expect(existsSync(trace)).toBe(true);
  });
});
