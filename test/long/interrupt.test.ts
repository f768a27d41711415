import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnyEvent, RunSummary } from '../../src/shared/events.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, mindIndex, problemsOf, startMindIndex } from '../program.js';

let tree: TemporaryFolder;
let expected: string;

beforeAll(() => {
  tree = temporaryFolder();
  // Large enough that a run takes a few seconds on any machine.
  fillTree(tree, 900, 12);
  expected = indexed(tree.path).digest;
});

beforeEach(() => void mindIndex(['clean', tree.path]));
afterAll(() => tree.remove());

/** Waits until the run has told of an event, then calls `act`; returns how the run ended and what it printed. */
async function actAt(name: AnyEvent['event'], act: (run: ChildProcess) => void) {
  const run = startMindIndex(['index', tree.path, '--json', '--workers', '2']);
  let [stdout, stderr, actedMs] = ['', '', 0];
  run.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  run.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (actedMs > 0 || !stdout.includes(`{"event":"${name}"`)) return;
    actedMs = performance.now();
    act(run);
  });
  const [code, signal] = (await once(run, 'close')) as [number | null, string | null];
  return { code, signal, stdout, stderr, tookMs: performance.now() - actedMs };
}

function summaryOf(stdout: string): RunSummary {
  const last = eventsOf(stdout).at(-1)!;
  if (last.event !== 'run-finished') throw new Error(`the last event is ${last.event}`);
  return last;
}

describe('an interrupt', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends the run within a second, and the next run goes on from there',
    async (signal) => {
      const run = await actAt('segment-committed', (child) => child.kill(signal));
      expect(run.code).toBe(130);
      expect(run.tookMs).toBeLessThan(1500);
      const stopped = summaryOf(run.stdout);
      expect([stopped.outcome, stopped.files > 0]).toEqual(['interrupted', true]);
      expect(
        problemsOf(tree.path).filter((problem) => !problem.endsWith('is in the tree but not in the index')),
      ).toEqual([]);

      const { work, digest } = indexed(tree.path);
      expect([work.unchanged, digest]).toEqual([stopped.files, expected]);
    },
  );

  test('before anything was found ends the run too', async () => {
    const run = await actAt('run-started', (child) => child.kill('SIGINT'));
    expect([run.code, summaryOf(run.stdout).outcome]).toEqual([130, 'interrupted']);
    expect(indexed(tree.path).digest).toBe(expected);
  });

  test('that is repeated ends the process at once, and loses nothing that was committed', async () => {
    const run = await actAt('segment-committed', (child) => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 5);
    });
    // Either the first one was quick enough, or the second ended the process by its own effect: a shell reports 130.
    expect([130, 'SIGINT']).toContain(run.code ?? run.signal);
    expect(run.tookMs).toBeLessThan(1500);
    expect(indexed(tree.path).digest).toBe(expected);
  });
});
