import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/shared/events.js';
import { makeControlGroup } from '../control-group.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, mindIndex } from '../program.js';

const MIB = 2 ** 20;
const CAPS_MIB = [256, 512, 1024];
/** A real repository instead of a generated tree. */
const REPOSITORY = process.env['REPOSITORY'];

let home: TemporaryFolder;
let tree: string;
let free: RunSummary;

beforeAll(() => {
  home = temporaryFolder();
  tree = REPOSITORY ?? join(home.path, 'tree');
  if (REPOSITORY === undefined)
    fillTree({ ...home, write: (path, content) => home.write(`tree/${path}`, content) }, 5200, 6);
  free = index([]);
});

afterAll(() => home.remove());

/** Indexes the tree from nothing. */
function index(args: readonly string[], under: readonly string[] = []): RunSummary {
  const indexDir = join(home.path, 'index');
  rmSync(indexDir, { recursive: true, force: true });
  const run = mindIndex(['index', tree, '--index-dir', indexDir, '--json', ...args], { under, timeoutMs: 800_000 });
  const last = eventsOf(run.stdout).at(-1);
  expect([run.status, run.signal, last?.event, run.stderr]).toEqual([0, null, 'run-finished', '']);
  return last as unknown as RunSummary;
}

/** One line for people who want the figures. */
function report(what: string, { durationMs, peakRssBytes, workers, threads, files }: RunSummary): void {
  const ratio = (durationMs / free.durationMs).toFixed(2);
  const peak = `${Math.round(peakRssBytes / MIB)} MiB`;
  const crew = `workers ${workers.min} to ${workers.max}, ${threads.started} threads of which ${threads.recycled} were replaced`;
  process.stdout.write(
    `${what}: ${files} files in ${Math.round(durationMs)} ms (${ratio} of no cap), peak RSS ${peak}, ${crew}\n`,
  );
}

describe(`a cap on memory, over ${REPOSITORY ?? 'a generated tree'}`, () => {
  test('is not needed', () => {
    report('no cap', free);
    expect(free.files).toBeGreaterThan(5000);
  });

  test.each(CAPS_MIB)('of %i MiB by a control group is kept, and changes nothing in the index', (mib) => {
    const group = makeControlGroup(mib * MIB);
    // Where no group can be made, the cap is the flag's, and the process's own accounting has to do.
    const capped = group === undefined ? index(['--max-memory', `${mib}mb`]) : index([], group.under);
    const kills = group?.oomKills() ?? 0;
    group?.remove();
    report(`${mib} MiB by ${group === undefined ? 'flag' : 'control group'}`, capped);
    expect(capped.digest).toBe(free.digest);
    expect(capped.failed).toEqual(free.failed);
    expect(kills).toBe(0);
    expect(capped.peakRssBytes).toBeLessThan(mib * MIB);
  });

  test('of 256 MiB by flag is kept as well', () => {
    const capped = index(['--max-memory', '256mb', '--workers', '4']);
    report('256 MiB by flag', capped);
    expect(capped.digest).toBe(free.digest);
    expect(capped.peakRssBytes).toBeLessThan(256 * MIB);
  });
});
