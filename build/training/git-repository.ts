import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const MAX_OUTPUT_BYTES = 1 << 30;
const BLOBS_PER_CALL = 500;
const COMMITS_PER_CALL = 50;

export interface TreeFile {
  readonly path: string;
  readonly blob: string;
}

export interface CommitSummary {
  readonly id: string;
  readonly subject: string;
  readonly paths: readonly string[];
}

/** Reads trees and history of a local clone by the command `git`; nothing is fetched and no work tree needed. */
export class GitRepository {
  private constructor(private readonly directory: string) {}

  /** The clone of `owner/name` among mirrors: `owner+name/repo` or `owner+name.git`; undefined when there is none. */
  static find(mirrors: string, name: string): GitRepository | undefined {
    const base = join(mirrors, name.replace('/', '+'));
    const directory = [join(base, 'repo'), `${base}.git`].find((path) => existsSync(join(path, 'HEAD')));
    return directory === undefined ? undefined : new GitRepository(directory);
  }

  head(): string {
    return this.git(['rev-parse', 'HEAD']).toString().trim();
  }

  /** Regular files of a commit's tree, in the order of their paths. */
  files(commit: string): TreeFile[] {
    const listing = this.git(['ls-tree', '-r', '-z', commit]).toString();
    return [...listing.matchAll(/100\d+ blob ([0-9a-f]+)\t([^\0]+)\0/g)].map(([, blob, path]) => ({
      blob: blob!,
      path: path!,
    }));
  }

  /** The text of a file of a commit's tree; undefined when there is none. */
  text(commit: string, path: string): string | undefined {
    const content = this.git(['show', `${commit}:${path}`]);
    return content.length === 0 ? undefined : content.toString();
  }

  /** Contents in order; blobs that the clone lacks are left out. */
  *contents<T extends TreeFile>(files: readonly T[]): Generator<readonly [file: T, content: Buffer]> {
    for (let first = 0; first < files.length; first += BLOBS_PER_CALL) {
      const batch = files.slice(first, first + BLOBS_PER_CALL);
      const output = this.git(['cat-file', '--batch'], linesOf(batch.map(({ blob }) => blob)));
      let at = 0;
      for (const file of batch) {
        const lineEnd = output.indexOf(10, at);
        const [, type, size] = output.toString('latin1', at, lineEnd).split(' ');
        at = lineEnd + 1;
        if (type !== 'blob') continue;
        yield [file, output.subarray(at, at + Number(size))];
        at += Number(size) + 1;
      }
    }
  }

  /** The newest commits with one parent that are reachable from `commit`, newest first, with the paths they touch. */
  history(commit: string, count: number): CommitSummary[] {
    const format = '--format=%x00%H%x09%s';
    const log = this.git(['log', '--no-merges', `-n${count}`, '--no-renames', '--name-only', format, commit]);
    return log
      .toString()
      .split('\0')
      .slice(1)
      .map((record) => {
        const [head, ...paths] = record.split('\n').filter((line) => line !== '');
        const [id, subject] = head!.split('\t');
        return { id: id!, subject: subject ?? '', paths };
      });
  }

  /** The patches of commits, by commit id, with three lines around each change. */
  *patches(ids: readonly string[]): Generator<readonly [id: string, patch: string]> {
    for (let first = 0; first < ids.length; first += COMMITS_PER_CALL) {
      const batch = ids.slice(first, first + COMMITS_PER_CALL);
      const format = '--format=%x00%H';
      const output = this.git(['diff-tree', '--stdin', '-r', '-p', '-U3', '--no-renames', format], linesOf(batch));
      for (const record of output.toString().split('\0').slice(1)) {
        yield [record.slice(0, record.indexOf('\n')), record.slice(record.indexOf('\n') + 1)];
      }
    }
  }

  /** What git prints; an object that the clone lacks ends the output early, and is not fetched. */
  private git(args: readonly string[], input = ''): Buffer {
    const { stdout, error } = spawnSync('git', ['--git-dir', this.directory, '-c', 'core.quotePath=false', ...args], {
      input,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, GIT_NO_LAZY_FETCH: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    if (error) throw error;
    return stdout;
  }
}

/** Objects for the standard input of git, which wants the last line ended too. */
function linesOf(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join('');
}
