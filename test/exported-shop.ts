import { execFileSync } from 'node:child_process';
import { realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillTree, temporaryFolder, type TemporaryFolder } from './generated-tree.js';
import { indexed, mindIndex } from './program.js';

/** A git repository whose index was exported. */
export interface ExportedShop {
  readonly folder: TemporaryFolder;
  readonly source: string;
  readonly exported: string;
  readonly digest: string;
  /** Where `renewClone` puts a clone of the same commit, without an index. */
  readonly clone: string;
  renewClone(): void;
}

/** Runs git as somebody whose name is known. */
export function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Fruit', '-c', 'user.email=fruit@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}

/** Makes a repository of so many files, with its index and an export of it. */
export function exportShop(files: number): ExportedShop {
  const folder = temporaryFolder();
  const source = join(realpathSync(folder.path), 'fruit shop');
  fillTree({ ...folder, write: (path, content) => folder.write(`fruit shop/${path}`, content) }, files, 2);
  git(source, 'init', '--quiet', '--initial-branch=main');
  git(source, 'add', '.');
  git(source, 'commit', '--quiet', '-m', 'Fruit');
  const { digest } = indexed(source);
  const exported = join(folder.path, 'fruit.mindx');
  const { status, stderr } = mindIndex(['export', source, '-o', exported]);
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  const clone = join(folder.path, 'clone');
  const renewClone = () => {
    rmSync(clone, { recursive: true, force: true });
    git(folder.path, 'clone', '--quiet', source, clone);
  };
  return { folder, source, exported, digest, clone, renewClone };
}
