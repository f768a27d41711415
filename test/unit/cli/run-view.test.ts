import { describe, expect, test } from 'vitest';
import { Output } from '../../../src/cli/output.js';
import { LINE_INTERVAL_MS, printLines } from '../../../src/cli/progress-lines.js';
import { progressMode } from '../../../src/cli/progress.js';
import { RunView } from '../../../src/cli/run-view.js';
import { displayWidth } from '../../../src/cli/terminal-text.js';
import { EventBus } from '../../../src/shared/events.js';

const MIB = 2 ** 20;

function startRun() {
  const bus = new EventBus();
  const clock = { ms: 0 };
  const view = new RunView(bus, () => clock.ms);
  const progress = (share: number) =>
    bus.emit('stage-progress', {
      stage: 'chunk',
      filesDone: 10_000 * share,
      filesTotal: 10_000,
      bytesDone: 60 * MIB * share,
      bytesTotal: 60 * MIB,
    });
  return { bus, clock, view, progress };
}

describe('the view of a run', () => {
  test('counts files while they are looked for', () => {
    const { bus, view } = startRun();
    bus.emit('discovery-progress', { files: 1234 });
    expect(view.statusLine()).toBe('1,234 files found');
  });

  test('shows workers, memory and the time left as they change', () => {
    const { bus, clock, view, progress } = startRun();
    bus.emit('strategy-chosen', { strategy: { kind: 'threads', workers: 4 }, reason: 'many files' });
    bus.emit('memory-sampled', {
      atMs: 1,
      rssBytes: 231 * MIB,
      limitBytes: 400 * MIB,
      pressureShort: 0,
      pressureLong: 0,
    });
    progress(0);
    clock.ms = 5000;
    progress(0.25);
    expect(view.statusLine()).toBe('4 workers, 231 MiB of 400 MiB memory, ETA 15s');
    bus.emit('workers-changed', { workers: 1 });
    expect(view.statusLine()).toContain('1 worker,');
  });

  test('shows the steps of an export or import, until a run begins', () => {
    const { bus, view } = startRun();
    bus.emit('transfer-progress', { step: 'snapshot', bytesDone: 0, bytesTotal: 0 });
    expect(view.statusLine()).toBe('snapshot');
    bus.emit('transfer-progress', { step: 'unpack', bytesDone: 15 * MIB, bytesTotal: 60 * MIB });
    expect(view.statusLine()).toBe('unpack 25%  15.0 MiB/60.0 MiB');
    expect(view.plainLine()).toBe(view.statusLine());
    bus.emit('run-started', { root: '/shop', indexDir: '/shop/.mind-index' });
    expect(view.statusLine()).toBe('0 files found');
  });

  test('shows a stage as a bar that fits the terminal', () => {
    const { view, progress } = startRun();
    progress(0.25);
    expect(view.stageLine('chunk', 100)).toBe(
      'chunk [======------------------]  25%  2,500/10,000 files  15.0 MiB/60.0 MiB',
    );
    expect(displayWidth(view.stageLine('chunk', 40))).toBe(40);
  });

  test('goes into logs as a line every few seconds, driven by events', () => {
    const { bus, clock, view, progress } = startRun();
    const lines: string[] = [];
    const printed = printLines(
      bus,
      view,
      new Output({ write: () => {} }, { write: (line) => lines.push(line) }),
      () => clock.ms,
    );
    for (let ms = 0; ms <= 3 * LINE_INTERVAL_MS; ms += 100) {
      clock.ms = ms;
      progress(ms / (4 * LINE_INTERVAL_MS));
    }
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('chunk 25% (2,500/10,000 files, 15.0 MiB/60.0 MiB); ETA 15s\n');
    printed.stop();
    clock.ms += LINE_INTERVAL_MS;
    progress(1);
    expect(lines).toHaveLength(3);
  });
});

describe('progress', () => {
  const settings = {
    progress: 'auto',
    quiet: false,
    json: false,
    terminal: { ci: false, noColor: false, forceColor: undefined, dumb: false },
  } as const;

  test('is bars where somebody watches, and lines elsewhere', () => {
    expect(progressMode(settings, true)).toBe('bars');
    expect(progressMode(settings, false)).toBe('lines');
    expect(progressMode({ ...settings, terminal: { ...settings.terminal, ci: true } }, true)).toBe('lines');
    expect(progressMode({ ...settings, terminal: { ...settings.terminal, dumb: true } }, true)).toBe('lines');
  });

  test('is what the setting says, and silent with --quiet and --json', () => {
    expect(progressMode({ ...settings, progress: 'none' }, true)).toBe('none');
    expect(progressMode({ ...settings, quiet: true }, true)).toBe('none');
    expect(progressMode({ ...settings, json: true, progress: 'bars' }, true)).toBe('none');
  });
});
