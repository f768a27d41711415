import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnyEvent } from '../../src/shared/events.js';
import { makeControlGroup, type ControlGroup } from '../control-group.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, problemsOf, programWords } from '../program.js';

const LIMIT_BYTES = 512 * 2 ** 20;
const HOG_BYTES = 300 * 2 ** 20;
const HOG = `const held = Buffer.alloc(${HOG_BYTES}, 1); setInterval(() => held[0], 1000);`;
/** Short windows, so that a run of seconds sees pressure come and go. */
const QUICK = {
  MIND_INDEX_SCALING_LONG_WINDOW_MS: '500',
  MIND_INDEX_SCALING_COOLDOWN_DOWN_MS: '250',
  MIND_INDEX_SCALING_COOLDOWN_UP_MS: '250',
};

let tree: TemporaryFolder;
let group: ControlGroup | undefined;

beforeEach(() => {
  tree = temporaryFolder();
  fillTree(tree, 1800, 24);
  group = makeControlGroup(LIMIT_BYTES);
});

afterEach(() => {
  tree.remove();
  group?.remove();
});

/** Starts a process inside the group. */
function startInside(words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const options = {
    stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  };
  const [command, ...rest] = [...group!.under, ...words];
  return spawn(command!, rest, options);
}

test('memory that somebody else takes sends workers away, and brings them back when it is free again', async (context) => {
  if (group === undefined) return context.skip('control groups cannot be made here');
  const expected = indexed(tree.path).digest;
  let hog: ChildProcess | undefined;
  const run = startInside(programWords(['index', tree.path, '--json', '--force']), QUICK);
  let stdout = '';
  const count = (decision: string) => stdout.split(`"decision":"${decision}"`).length - 1;
  run.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (hog === undefined && count('up') > 0) hog = startInside([process.execPath, '-e', HOG]);
    if (hog?.killed === false && count('down') + count('pause') > 0) hog.kill('SIGKILL');
  });
  const [code] = (await once(run, 'close')) as [number | null];
  hog?.kill('SIGKILL');
  if (hog !== undefined && hog.exitCode === null && hog.signalCode === null) await once(hog, 'close');

  expect(code).toBe(0);
  const steps = eventsOf(stdout).filter(
    (event): event is AnyEvent & { event: 'scale-decision' } => event.event === 'scale-decision',
  );
  const trace = steps.map(({ decision, from, to }) => `${decision} ${from}-${to}`).join(', ');
  expect(trace).toMatch(/^up 1-2, .*down 2-1.*, up 1-2/);
  expect(eventsOf(stdout).at(-1)).toMatchObject({ digest: expected, failed: [] });
  expect(problemsOf(tree.path)).toEqual([]);
});
