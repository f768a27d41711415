import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PinnedRepository } from './collection.js';

/** Blobs of one tree are held in memory at once; pinned roots are far smaller. */
const MAX_TREE_BYTES = 1 << 30;

/**
 * Writes the pinned tree of a repository to `<treesDir>/<name>` from the raw blobs of a local mirror, so that no attribute
 * (export-ignore, line endings) changes a byte, and returns that folder. A tree that is there at the same revision is kept.
 * @throws when there is no mirror or it lacks the revision
 */
export function layOut(repository: PinnedRepository, mirrorsDir: string | undefined, treesDir: string): string {
  const tree = join(treesDir, repository.name);
  const stampPath = `${tree}.revision`;
  const stamp = `${repository.repo} ${repository.revision} ${repository.root ?? ''}\n`;
  if (existsSync(tree) && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return tree;

  const gitDir = findMirror(repository, mirrorsDir);
  const partial = `${tree}.partial`;
  rmSync(partial, { recursive: true, force: true });
  for (const { path, content } of readTree(gitDir, repository)) {
    const target = join(partial, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  rmSync(stampPath, { force: true });
  rmSync(tree, { recursive: true, force: true });
  renameSync(partial, tree);
  writeFileSync(stampPath, stamp);
  return tree;
}

function findMirror(repository: PinnedRepository, mirrorsDir: string | undefined): string {
  if (mirrorsDir === undefined) throw new Error(`\`--mirrors <dir>\` is needed to lay out \`${repository.name}\``);
  const base = join(mirrorsDir, repository.repo.replaceAll('/', '+'));
  const gitDir = [join(base, 'repo'), `${base}.git`, base].find((path) => existsSync(path));
  if (gitDir === undefined) throw new Error(`no mirror of \`${repository.repo}\` in \`${mirrorsDir}\``);
  return gitDir;
}

function readTree(gitDir: string, repository: PinnedRepository): { path: string; content: Buffer }[] {
  const under = repository.root === null ? [] : [repository.root];
  const files = git(gitDir, ['ls-tree', '-r', '-z', repository.revision, ...under])
    .toString('utf8')
    .split('\0')
    .flatMap((record) => {
      const match = /^(?:100644|100755) blob (\S+)\t([^]*)$/.exec(record);
      return match === null ? [] : [{ id: match[1]!, path: match[2]! }];
    });
  const blobs = git(gitDir, ['cat-file', '--batch'], files.map(({ id }) => `${id}\n`).join(''));
  let offset = 0;
  return files.map(({ id, path }) => {
    const headerEnd = blobs.indexOf('\n', offset);
    const size = Number(blobs.toString('latin1', offset, headerEnd).split(' ')[2]);
    if (!Number.isInteger(size)) throw new Error(`the mirror \`${gitDir}\` lacks blob ${id} of \`${path}\``);
    const content = blobs.subarray(headerEnd + 1, headerEnd + 1 + size);
    offset = headerEnd + 1 + size + 1;
    return { path, content };
  });
}

function git(gitDir: string, args: readonly string[], input = ''): Buffer {
  const done = spawnSync('git', ['--git-dir', gitDir, ...args], { input, maxBuffer: MAX_TREE_BYTES });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`git ${args[0]} in \`${gitDir}\`: ${done.stderr.toString('utf8').trim()}`);
  return done.stdout;
}
