import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { eventsOf, indexed, mindIndex, problemsOf } from '../program.js';

let tree: TemporaryFolder;
let expected: string;

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, 600, 12);
  expected = indexed(tree.path).digest;
});

afterAll(() => tree.remove());

describe('a memory limit below what the workers need', () => {
  test('stops admission, goes on with one worker to the end, says so, and changes nothing in the index', () => {
    const run = mindIndex(['index', tree.path, '--json', '--force', '--workers', '4', '--max-memory', '128mb']);
    const events = eventsOf(run.stdout);
    const last = events.at(-1)!;
    expect([run.status, last.event]).toEqual([0, 'run-finished']);
    expect(last).toMatchObject({
      digest: expected,
      outcome: 'complete',
      failed: [],
      workers: { initial: 4, min: 1, max: 4 },
    });
    const steps = events.filter((event) => event.event === 'scale-decision');
    expect(steps.map(({ decision, to }) => `${decision} ${to}`).slice(0, 2)).toEqual(['pause 4', 'resume 1']);
    expect(events).toContainEqual({
      event: 'warning',
      message: expect.stringMatching(
        /^the process took up to \d+ MiB of memory, more than its limit of 128 MiB$/,
      ) as string,
      hint: expect.stringContaining('raise `--max-memory`') as string,
    });
    expect(problemsOf(tree.path)).toEqual([]);
    expect(mindIndex(['status', tree.path, '--run']).stdout).toContain('going on with one worker');
  });
});
