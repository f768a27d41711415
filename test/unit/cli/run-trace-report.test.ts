import { describe, expect, test } from 'vitest';
import { makeColors } from '../../../src/cli/colors.js';
import { runListText, runTraceText, thinned } from '../../../src/cli/run-trace-report.js';
import { pointAt, sampleRun } from '../../run-samples.js';

const colors = makeColors(false);
const down = { kind: 'down', from: 4, to: 2, reason: 'memory pressure 92 % is above 90 %: half less' } as const;
const pause = { kind: 'pause', from: 2, to: 2, reason: 'nothing new starts', joined: 3 } as const;

describe('the trace of a run', () => {
  test('shows what memory and workers did, and each decision with its reason', () => {
    const points = [
      pointAt(0, 60, { workers: 0, busy: 0 }),
      pointAt(250, 480, { psiSomeAvg10: 3.25, decision: down }),
      pointAt(500, 490, { workers: 2, decision: pause }),
    ];
    expect(runTraceText(sampleRun(points), colors, false)).toMatchInlineSnapshot(`
      "Run 7 of \`/orchard\`: complete
        began       2026-03-01T08:00:00.000Z, took 2.0 s
        files       1,190 added, 9 changed, 1 removed
        work        threads, began with 4 workers
        workers     began with 4, 2 to 4, ended with 2
        memory      peak 480 MiB of a limit of 512 MiB
        scaling     no decision

          at       rss    limit  short  long  psi %  workers  busy  waiting  files    bytes  decision
      ------  --------  -------  -----  ----  -----  -------  ----  -------  -----  -------  ----------------------------------------------------------
        0 ms  60.0 MiB  512 MiB   0.12  0.12               0     0       10      0      0 B
      250 ms   480 MiB  512 MiB   0.94  0.94    3.3        4     4       10    250  244 KiB  down 4 -> 2: memory pressure 92 % is above 90 %: half less
      500 ms   490 MiB  512 MiB   0.96  0.96               2     4       10    500  488 KiB  pause: nothing new starts (the last of 3 in a row)"
    `);
  });

  test('leaves out looks that do not fit, never a decision, an end or anything with all', () => {
    const points = Array.from({ length: 500 }, (_, at) =>
      pointAt(at * 250, 100, at % 50 === 7 ? { decision: down } : {}),
    );
    const lines = (all: boolean) => runTraceText(sampleRun(points), colors, all).split('\n');
    expect(lines(false).filter((line) => line.includes('down 4 -> 2'))).toHaveLength(10);
    expect(lines(false).at(-1)).toBe('34 of 500 points; `--verbose` and `--json` show all');
    expect(lines(true)).toHaveLength(500 + 10);
    const kept = thinned(points, 24);
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
  });

  test('says so where an older version kept none', () => {
    expect(runTraceText({ ...sampleRun([]), trace: undefined }, colors, false)).toContain('No trace is kept');
  });

  test.each([0, 1, 2, 23, 24, 25])('shows each of %i points once', (count) => {
    const points = Array.from({ length: count }, (_, at) => pointAt(at, 100));
    expect(thinned(points, 24)).toHaveLength(Math.min(24, count));
  });
});

test('the list of runs has those that did not end too', () => {
  const done = sampleRun([]);
  const killed = { ...done, id: 8, finishedAt: undefined, outcome: 'unfinished', summary: undefined } as const;
  expect(runListText([killed, done])).toMatchInlineSnapshot(`
    "run  began                     outcome     files in index  files read   took  steps  peak RSS
    ---  ------------------------  ----------  --------------  ----------  -----  -----  --------
      8  2026-03-01T08:00:00.000Z  unfinished
      7  2026-03-01T08:00:00.000Z  complete             1,200       1,200  2.0 s      0   480 MiB"
  `);
  expect(runListText([])).toBe('No run is recorded');
});
