import { cpSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strikeRun, type Place } from '../../benchmarks/kills/struck-run.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex } from '../program.js';

/** The layout of SQLite's write-ahead log: a header, then frames of a header and a page each (sqlite.org/walformat.html). */
const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_BYTES = 16 * 1024;
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES;

let tree: TemporaryFolder;
let elsewhere: TemporaryFolder;
let expected: string;
let log: string;

beforeAll(() => {
  tree = temporaryFolder();
  elsewhere = temporaryFolder();
  fillTree(tree, 168, 8);
  expected = indexed(tree.path, ['--index-dir', join(elsewhere.path, 'whole')]).digest;
  const place: Place = {
    program: fileURLToPath(new URL('../..', import.meta.url)),
    root: tree.path,
    indexDir: join(elsewhere.path, 'killed'),
    log: join(elsewhere.path, 'log'),
  };
  // Little memory makes small batches, and so more commits.
  // Killed before the log is copied back (but for the empty one of before), so that it still holds all commits.
  const run = strikeRun(place, { kind: 'checkpoint:before', at: 2 }, ['--workers', '2', '--max-memory', '224mb']);
  expect(run.signal).toBe('SIGKILL');
  log = join(place.indexDir, 'index.db-wal');
}, 60_000);

afterAll(() => {
  tree.remove();
  elsewhere.remove();
});

/** What is left of the killed index when its log is cut; the number of files it holds, when it is sound. */
function afterLosing(length: number): { readonly indexDir: string; readonly files: number } {
  const indexDir = join(elsewhere.path, 'cut');
  rmSync(indexDir, { recursive: true, force: true });
  cpSync(join(elsewhere.path, 'killed'), indexDir, { recursive: true });
  truncateSync(join(indexDir, 'index.db-wal'), length);
  const verified = mindIndex(['verify', tree.path, '--index-dir', indexDir, '--json']);
  const report = JSON.parse(verified.stdout) as { readonly problems: readonly string[]; readonly files: number };
  expect([length, report.problems]).toEqual([length, []]);
  return { indexDir, files: report.files };
}

/** Where every transaction ends, as its last frame says: the size of the database afterwards is not 0. */
function commitEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let end = LOG_HEADER_BYTES + FRAME_BYTES; end <= bytes.length; end += FRAME_BYTES) {
    if (bytes.readUInt32BE(end - FRAME_BYTES + 4) !== 0) ends.push(end);
  }
  return ends;
}

describe('a power cut that takes the end of the log', () => {
  test('leaves a sound index at every border of a frame and within frames; no less is kept when less is lost', () => {
    const bytes = readFileSync(log);
    const frames = Math.floor((bytes.length - LOG_HEADER_BYTES) / FRAME_BYTES);
    expect(commitEnds(bytes).length).toBeGreaterThan(3);
    let filesBefore = 0;
    for (let frame = 0; frame <= frames; frame++) {
      const border = LOG_HEADER_BYTES + frame * FRAME_BYTES;
      const within = frame % 8 === 0 ? [border + 7, border + FRAME_BYTES / 2] : [];
      for (const length of [border, ...within]) {
        const { files } = afterLosing(Math.min(length, bytes.length));
        expect(files).toBeGreaterThanOrEqual(filesBefore);
        filesBefore = files;
      }
    }
    expect(filesBefore).toBeGreaterThan(0);
  });

  test('costs the lost commits, which the next run makes again: the digest is equal', () => {
    const bytes = readFileSync(log);
    const lengths = [0, 5, ...commitEnds(bytes).flatMap((end) => [end - 1, end])];
    for (const length of lengths) {
      const { indexDir, files } = afterLosing(length);
      const { digest, work } = indexed(tree.path, ['--index-dir', indexDir]);
      expect([length, digest, work.unchanged]).toEqual([length, expected, files]);
    }
  });
});
