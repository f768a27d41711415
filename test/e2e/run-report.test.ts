import { mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FinishedRun, RunRecord } from '../../src/shared/trace.js';
import { Browser, findBrowser } from '../browser.js';
import { fillTree, temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, startMindIndex } from '../program.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">.ts`;

/** Runs of the program take long on a busy machine. */
const HOOK_TIMEOUT_MS = 120_000;

let tree: TemporaryFolder;
let small: TemporaryFolder;
let out: TemporaryFolder;

beforeAll(() => {
  tree = temporaryFolder();
  fillTree(tree, 600, 12);
  small = temporaryFolder();
  small.write('src/apple.ts', 'export const apple = 1;\n');
  small.write('logo.png', 'apple');
  small.write(HOSTILE, 'export const pear = 2;\n');
  out = temporaryFolder();
  // Work stops early, so that little memory is enough for decisions.
  const env = { MIND_INDEX_SCALING_STOP_PRESSURE: '0.55', MIND_INDEX_SCALING_RESUME_PRESSURE: '0.5' };
  indexed(tree.path, ['--workers', '4', '--max-memory', '224mb'], { env });
  indexed(small.path);
}, HOOK_TIMEOUT_MS);

afterAll(() => {
  for (const folder of [tree, small, out]) folder.remove();
});

const status = (folder: string, ...args: string[]) => mindIndex(['status', folder, ...args]);
const runOf = (folder: string, ...args: string[]) =>
  JSON.parse(status(folder, '--run', ...args, '--json').stdout) as FinishedRun;

describe('status --run', () => {
  test('tells the whole trace of a run under pressure: its decisions are those of the summary', () => {
    const { id, outcome, summary, trace } = runOf(tree.path);
    expect([id, outcome]).toEqual([1, 'complete']);
    const points = trace!.points;
    expect(points.length).toBeLessThanOrEqual(600);
    expect(points[0]).toMatchObject({ workers: 0, busy: 0, filesDone: 0, limitBytes: 224 * 2 ** 20 });
    expect(points.at(-1)).toMatchObject({ busy: 0, backlog: 0 });
    expect(points.at(-1)!.filesDone).toBeGreaterThanOrEqual(summary.work.added);
    for (const [at, point] of points.entries()) {
      expect(point.atMs).toBeGreaterThanOrEqual(points[at - 1]?.atMs ?? 0);
      expect(point.rssBytes).toBeLessThanOrEqual(summary.peakRssBytes);
    }
    const made = points.flatMap(({ decision }) => decision ?? []);
    expect(made.map(({ kind, from, to, reason }) => ({ kind, from, to, reason }))).toEqual(
      summary.scaleEvents.map(({ decision: kind, from, to, reason }) => ({ kind, from, to, reason })),
    );
    expect(made.length).toBeGreaterThan(0);
    const shown = status(tree.path, '--run');
    expect(shown.stdout).toContain('pause: memory pressure');
    expect(status(tree.path, '--run', 'last').stdout).toBe(shown.stdout);
    expect(status(tree.path, '--run', '1').stdout).toBe(shown.stdout);
  });

  test('has a trace of a run in the main thread too', () => {
    const { summary, trace } = runOf(small.path, '1');
    expect(summary.strategy).toEqual({ kind: 'inline' });
    expect(trace!.points.some(({ workers, busy }) => workers === 1 && busy === 1)).toBe(true);
    expect(trace!.points.at(-1)).toMatchObject({ filesDone: 2, busy: 0 });
  });

  test('lists runs, also one that was killed; `last` is the last that ended', async () => {
    const shop = temporaryFolder();
    try {
      fillTree(shop, 200, 12);
      indexed(shop.path);
      const child = startMindIndex(['index', shop.path, '--force', '--json', '--workers', '1']);
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.stdout!.on('data', (data: Buffer) => {
        if (data.toString().includes('"segment-committed"')) child.kill('SIGKILL');
      });
      await ended;
      const { runs } = JSON.parse(status(shop.path, '--run', 'list', '--json').stdout) as { runs: RunRecord[] };
      expect(runs.map(({ id, outcome }) => [id, outcome])).toEqual([
        [2, 'unfinished'],
        [1, 'complete'],
      ]);
      expect(status(shop.path, '--run', 'list').stdout).toMatch(/^ +2 .* unfinished$/m);
      expect(runOf(shop.path).id).toBe(1);
      const killed = status(shop.path, '--run', '2');
      expect([killed.status, killed.stdout]).toEqual([1, '']);
      expect(killed.stderr).toContain('run 2 is under way or was killed');
    } finally {
      shop.remove();
    }
  });

  test.each([
    ['99', 'there is no run `99`'],
    ['apples', 'there is no run `apples`'],
    ['./src', 'a folder stands before `--run`'],
    ['9999999999999999999999', 'there is no run'],
  ])('of an unknown run `%s` ends with 2', (name, said) => {
    const { status: code, stdout, stderr } = status(small.path, '--run', name);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  test('without an index says how to build one', () => {
    const { status: code, stderr } = status(out.path, '--run');
    expect(code).toBe(1);
    expect(stderr).toContain('build it with `mind-index <path>`');
  });
});

describe('status --report', () => {
  test('writes one page and says where, beside what is printed anyway', () => {
    const file = join(out.path, 'run.html');
    const { status: code, stdout, stderr } = status(small.path, '--report', file);
    expect([code, stderr]).toEqual([0, `Wrote \`${file}\`\n`]);
    expect(stdout).toBe(status(small.path, '--run').stdout);
    expect(readFileSync(file, 'utf8')).toContain('<td class="text">logo.png</td>');
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  test('replaces a file as a whole, follows a link, and leaves nothing else behind', () => {
    const folder = join(out.path, 'linked');
    mkdirSync(folder);
    writeFileSync(join(folder, 'old.html'), 'old');
    symlinkSync('old.html', join(folder, 'link.html'));
    expect(status(small.path, '--report', join(folder, 'link.html')).status).toBe(0);
    expect(readlinkSync(join(folder, 'link.html'))).toBe('old.html');
    expect(readFileSync(join(folder, 'old.html'), 'utf8')).toContain('<title>Run 1 of');
    expect(readdirSync(folder).toSorted()).toEqual(['link.html', 'old.html']);
  });

  test.each([
    ['a directory', () => out.path, 'it is a directory'],
    ['a device', () => '/dev/null', 'it is not an ordinary file'],
    ['a place in no directory', () => join(out.path, 'no/where.html'), 'there is no directory'],
    ['a place below a file', () => join(small.path, 'src/apple.ts/run.html'), 'cannot be written'],
  ])('refuses %s with 1', (_name, place, reason) => {
    const { status: code, stdout, stderr } = status(small.path, '--report', place());
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(reason);
    const bench = mindIndex(['bench', small.path, '--report', place()]);
    expect([bench.status, bench.stdout]).toEqual([1, '']);
    expect(bench.stderr).toContain(reason);
  });

  test('is of one run, not of the list', () => {
    expect(status(small.path, '--run', 'list', '--report', join(out.path, 'list.html')).status).toBe(2);
  });
});

const browserPath = findBrowser();

describe.skipIf(browserPath === undefined)(
  browserPath === undefined ? 'in a browser (skipped: no Chromium on the path)' : 'in a browser',
  () => {
    let browser: Browser;
    const files: string[] = [];

    beforeAll(async () => {
      browser = await Browser.start(browserPath!);
      const calls: [string, string[]][] = [
        ['pressed.html', ['status', tree.path, '--run']],
        ['small.html', ['status', small.path, '--run']],
        [
          'bench.html',
          ['bench', small.path, '--repeat', '2', '--workers-list', '1', '--only', 'workers-1,parse-1,auto'],
        ],
      ];
      for (const [name, args] of calls) {
        const file = join(out.path, name);
        const { status: code, stderr } = mindIndex([...args, '--report', file]);
        if (code !== 0) throw new Error(stderr);
        files.push(pathToFileURL(file).href);
      }
    }, HOOK_TIMEOUT_MS);

    afterAll(() => browser.close());

    test('asks for nothing but itself, breaks no policy, and fits any width', async () => {
      for (const file of files) {
        for (const width of [360, 400, 800, 1600]) {
          for (const isDark of [false, true]) {
            await browser.open(file, { width, height: 900, isDark });
            expect(browser.complaints, file).toEqual([]);
            expect(
              await browser.evaluate('document.documentElement.scrollWidth'),
              `${file} at ${width}`,
            ).toBeLessThanOrEqual(width);
          }
        }
      }
    });

    test('has no two labels over each other, and none cut off', async () => {
      const badLabels = `[...document.querySelectorAll('.plot, .axis')].flatMap((svg) => {
        const room = svg.getBoundingClientRect();
        const boxes = [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect()).filter(({ width }) => width > 0);
        return boxes.filter((a, at) => a.left < room.left - 1 || a.right > room.right + 1 || boxes.slice(at + 1).some((b) =>
          a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom));
      }).length`;
      for (const file of files) {
        for (const width of [360, 1280]) {
          await browser.open(file, { width, height: 900 });
          expect(await browser.evaluate(badLabels), `${file} at ${width}`).toBe(0);
        }
      }
    });

    test('tells under the pointer and by the keys what was at that time', async () => {
      await browser.open(files[0]!, { width: 1280, height: 900 });
      const tip = `[...document.querySelectorAll('.tip')].filter((tip) => !tip.hidden).map((tip) => tip.textContent).join()`;
      expect(await browser.evaluate(tip)).toBe('');
      const middle = await browser.evaluate<{ x: number; y: number }>(`(() => {
        const plot = document.querySelectorAll('.plot')[2];
        plot.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = plot.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      })()`);
      await browser.point(middle.x, middle.y);
      expect(await browser.evaluate(tip)).toMatch(/^.* of 224 MiB\npressure .*\n\d+ workers?, \d+ busy, .* waiting\n/);
      expect(await browser.evaluate(`document.querySelectorAll('.cursor.on').length`)).toBe(4);
      await browser.point(1, 1);
      expect(await browser.evaluate(tip)).toBe('');
      await browser.evaluate(`document.querySelector('.plot').focus()`);
      await browser.press('Home');
      const first = await browser.evaluate(tip);
      await browser.press('ArrowRight');
      expect(first).not.toBe('');
      expect(await browser.evaluate(tip)).not.toBe(first);
      await browser.press('Escape');
      expect(await browser.evaluate(tip)).toBe('');
    });

    test('shows its charts and tables without its script too, with reasons at the marks', async () => {
      await browser.open(files[0]!, { width: 800, height: 900, hasScript: false });
      expect(await browser.evaluate(`document.querySelectorAll('.plot path').length`)).toBeGreaterThanOrEqual(6);
      expect(await browser.evaluate(`document.querySelector('.plot .mark title').textContent`)).toContain('pause');
      expect(await browser.evaluate(`document.querySelectorAll('details tbody tr').length`)).toBeGreaterThan(4);
    });

    test('is legible: text has a contrast of 4.5 to 1 at least, in light, in dark, and in print', async () => {
      const contrasts = `(() => {
        const parse = (color) => color.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
          .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
          .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
        const behind = (node) => {
          for (let at = node; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            if (color.length < 4 || color[3] > 0) return color;
          }
          return [255, 255, 255];
        };
        return [...document.querySelectorAll('h1, h2, h3, p, dt, dd, small, th, td, li, summary, footer, svg text')].map((node) => {
          const style = getComputedStyle(node);
          const [a, b] = [light(parse(node.matches('text') ? style.fill : style.color)), light(behind(node))];
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        });
      })()`;
      for (const view of [{ isDark: false }, { isDark: true }, { isDark: true, media: 'print' }] as const) {
        await browser.open(files[0]!, { width: 800, height: 900, ...view });
        const found = await browser.evaluate<number[]>(contrasts);
        expect(found.length).toBeGreaterThan(50);
        expect(Math.min(...found), JSON.stringify(view)).toBeGreaterThanOrEqual(4.5);
      }
    });

    test('runs nothing that the name of a file says', async () => {
      rmSync(join(small.path, HOSTILE));
      mkdirSync(join(small.path, HOSTILE));
      const shop = join(small.path, HOSTILE);
      writeFileSync(join(shop, 'pear.ts'), 'export const pear = 2;\n');
      indexed(shop);
      const file = join(out.path, 'hostile.html');
      expect(mindIndex(['status', shop, '--report', file]).status).toBe(0);
      await browser.open(pathToFileURL(file).href, { width: 800, height: 900 });
      expect(browser.complaints).toEqual([]);
      expect(await browser.evaluate('document.querySelectorAll("img").length')).toBe(0);
      expect(await browser.evaluate('document.title')).toBe(`Run 1 of ${shop}`);
      expect(await browser.evaluate('document.querySelector("h1").textContent')).toBe(`Run 1 of ${shop}`);
    });
  },
);
