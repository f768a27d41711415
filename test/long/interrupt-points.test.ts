import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { strikeRun, type Place } from '../../benchmarks/kills/struck-run.js';
import type { RunSummary } from '../../src/shared/events.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex } from '../program.js';

let tree: TemporaryFolder;
let elsewhere: TemporaryFolder;
let expected: string;
let place: Place;

beforeAll(() => {
  tree = temporaryFolder();
  elsewhere = temporaryFolder();
  fillTree(tree, 140, 6);
  place = {
    program: fileURLToPath(new URL('../..', import.meta.url)),
    root: tree.path,
    indexDir: join(elsewhere.path, 'index'),
    log: join(elsewhere.path, 'log'),
  };
  expected = indexed(tree.path, ['--index-dir', join(elsewhere.path, 'reference')]).digest;
}, 60_000);

beforeEach(() => void mindIndex(['clean', tree.path, '--index-dir', place.indexDir]));

afterAll(() => {
  tree.remove();
  elsewhere.remove();
});

/** Points from the beginning of a run to its end; the later ones come when there is nothing left to interrupt. */
test.each([
  ['lock:after', 1],
  ['schema:before', 1],
  ['begin:after', 2],
  ['note:before', 30],
  ['insert:before', 10],
  ['commit:before', 3],
  ['commit:after', 3],
  ['checkpoint:before', 2],
  ['checkpoint:after', 2],
])('a signal at %s %i ends the run in order: exit code 130, or 0 when everything was done', (kind, at) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const run = strikeRun(place, { kind, at }, ['--workers', '2'], { signal });
    expect(run.blow).toBeDefined();
    const summary = run.events.at(-1) as unknown as RunSummary;
    expect([signal, run.signal, run.status]).toEqual([signal, null, summary.outcome === 'complete' ? 0 : 130]);
    const verified = mindIndex(['verify', tree.path, '--index-dir', place.indexDir, '--json']);
    expect((JSON.parse(verified.stdout) as { readonly problems: readonly string[] }).problems).toEqual([]);
    const { work, digest } = indexed(tree.path, ['--index-dir', place.indexDir]);
    expect([work.unchanged, digest]).toEqual([summary.files, expected]);
    mindIndex(['clean', tree.path, '--index-dir', place.indexDir]);
  }
});
