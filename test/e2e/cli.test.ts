import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../bin/mind-index.js', import.meta.url));

let home: string;
let shop: string;

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'mind-index-cli-')));
  shop = join(home, 'fruit shop');
  mkdirSync(join(shop, 'src'), { recursive: true });
  writeFileSync(
    join(shop, 'src/basket.ts'),
    '/** A basket of fruit. */\nexport class Basket {\n  /** Takes the discount off the total price. */\n  applyCoupon(coupon: Coupon): number {\n    return this.total() * (1 - coupon.discount);\n  }\n}\n',
  );
  writeFileSync(join(shop, 'README.md'), '# Fruit shop\n\nSells apples.\n');
  writeFileSync(join(shop, 'apple.bin'), Buffer.from([0, 1, 2, 0]));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The environment of a test: ours, without anything that would change what is printed. */
function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { PATH, HOME: home, XDG_CACHE_HOME: join(tmpdir(), 'mind-index-test-cache'), ...extra };
}

/** Runs the built program and answers with what a user sees; paths, times and sizes that vary are masked. */
function run(args: readonly string[], { cwd = shop, env = {} }: { cwd?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: cleanEnvironment(env),
    encoding: 'utf8',
  });
  return { status, stdout: mask(stdout), stderr: mask(stderr) };
}

function mask(text: string): string {
  return text.replaceAll(home, '<home>').replace(/Node \d+\.\d+\.\d+/g, 'Node <version>');
}

describe('help', () => {
  test.each([
    [['--help']],
    [['index', '--help']],
    [['search', '--help']],
    [['status', '--help']],
    [['verify', '--help']],
    [['export', '--help']],
    [['import', '--help']],
    [['config', '--help']],
    [['clean', '--help']],
  ])('of %j goes to stdout and ends with 0', (args) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  test('the version is one line', () => {
    expect(run(['-V'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });
});

describe('wrong use ends with 2 and says what to do', () => {
  test.each([
    ['an unknown option', ['--wrokers', '2']],
    ['a bad number', ['--workers', 'many']],
    ['too little memory', ['--max-memory', '1mb']],
    ['a word that is not allowed', ['--embedder', 'magic']],
    ['too many paths', ['a', 'b']],
    ['a misspelt command', ['serach', 'apples']],
    ['a misspelt command without more', ['statsu']],
    ['a path that does not exist', ['nowhere']],
    ['a file instead of a folder', ['README.md']],
    ['a missing query', ['search']],
    ['an empty query', ['search', '']],
    ['a query of punctuation', ['search', '=> {};']],
    ['an unknown language', ['search', 'apples', '--lang', 'pythn']],
    ['a config file that is not there', ['config', '--config', 'nowhere.yaml']],
  ])('%s', (_title, args) => {
    const { status, stdout, stderr } = run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });

  test('an unknown variable', () => {
    const { status, stderr } = run(['config'], { env: { MIND_INDEX_WROKERS: '2' } });
    expect(status).toBe(2);
    expect(stderr).toMatchSnapshot();
  });

  test('with --json the error is also the last line of data', () => {
    const { status, stdout } = run(['--json', '--workers', 'many']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
      event: 'error',
      code: 'setting-invalid',
      message: '`workers` (flag `--workers`) must not be `many` (string)',
      hint: 'allowed: `auto` or a whole number from 1 to 256',
      exitCode: 2,
    });
  });
});

describe('config', () => {
  test('prints every setting and where it came from', () => {
    const stall = join(home, 'stall');
    mkdirSync(stall);
    writeFileSync(join(stall, 'mind-index.config.yaml'), 'chunk:\n  maxLines: 40\n');
    const { status, stdout } = run(['config', '-w', '2'], { cwd: stall, env: { MIND_INDEX_LIMIT: '5' } });
    expect(status).toBe(0);
    expect(stdout).toContain('config file  <home>/stall/mind-index.config.yaml');
    expect(stdout).toMatch(/^chunk\.maxLines +40 lines +file `<home>\/stall\/mind-index\.config\.yaml`$/m);
    expect(stdout).toMatch(/^limit +5 hits +variable `MIND_INDEX_LIMIT`$/m);
    expect(stdout).toMatch(/^workers +2 threads +flag `--workers`$/m);
    expect(stdout).toMatch(/^hitsPerFile +3 hits +default$/m);
  });

  test('prints them as JSON too', () => {
    const { settings, fingerprint } = JSON.parse(run(['config', '--json']).stdout) as {
      settings: Record<string, { value: unknown; source: object; variable: string }>;
      fingerprint: string;
    };
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(settings['workers']).toMatchObject({
      value: 'auto',
      source: { kind: 'default' },
      variable: 'MIND_INDEX_WORKERS',
    });
  });
});

describe('the way of a user', () => {
  let indexed: string;

  beforeAll(() => {
    indexed = join(home, 'indexed shop');
    cpSync(shop, indexed, { recursive: true });
    run([], { cwd: indexed });
  });

  test('indexing tells people on stderr what was done and what to do next', () => {
    const { status, stdout, stderr } = run([], { cwd: indexed });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('Indexed `<home>/indexed shop`');
    expect(stderr).toContain('0 added, 0 changed, 0 removed, 2 unchanged');
    expect(stderr).toContain('1 binary (no text)');
    expect(stderr).toContain('mind-index search');
  });

  test('indexing with --json prints events, the summary last', () => {
    const { status, stdout, stderr } = run(['--json'], { cwd: indexed });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ event: 'run-started' });
    expect(events.filter(({ event }) => event === 'run-finished')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      event: 'run-finished',
      outcome: 'complete',
      files: 2,
      skipped: { binary: 1 },
      failed: [],
      workers: {
        initial: expect.any(Number),
        min: expect.any(Number),
        max: expect.any(Number),
        final: expect.any(Number),
      },
      scaleEvents: [],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('indexing with --quiet says one line', () => {
    expect(run(['--quiet'], { cwd: indexed }).stderr).toMatch(/^Indexed 2 files, .*\n$/);
  });

  test('a search from a folder below finds the definition', () => {
    const { status, stdout, stderr } = run(['search', 'apply', 'coupon'], { cwd: join(indexed, 'src') });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toMatch(/^src\/basket\.ts:\d+-\d+ {2}\S+ \(\w+\) {2}[\d.]+$/);
    expect(stdout).toMatch(/^ {2}>\d+ {3}applyCoupon\(coupon: Coupon\): number \{$/m);
  });

  test('a search with --json answers in one line', () => {
    const { hits, query, tookMs } = JSON.parse(run(['search', 'coupon', '--json'], { cwd: indexed }).stdout) as {
      hits: Record<string, unknown>[];
      query: string;
      tookMs: number;
    };
    expect([query, typeof tookMs]).toEqual(['coupon', 'number']);
    expect(Object.keys(hits[0]!)).toEqual([
      'path',
      'startLine',
      'endLine',
      'kind',
      'symbol',
      'score',
      'fresh',
      'snippet',
    ]);
  });

  test('a search with --files prints paths only', () => {
    expect(run(['search', 'coupon', '--files', '-n', '1'], { cwd: indexed }).stdout).toBe('src/basket.ts\n');
  });

  test('a search that finds nothing says so and is no failure', () => {
    const { status, stdout, stderr } = run(['search', 'coupon', '--lang', 'zig'], { cwd: indexed });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('Nothing found for `coupon`');
  });

  test('a search without an index says how to build one', () => {
    const { status, stdout, stderr } = run(['search', 'coupon'], { cwd: shop });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });

  test('status and verify agree on the digest', () => {
    const status = JSON.parse(run(['status', '--json'], { cwd: indexed }).stdout) as { digest: string; state: object };
    const report = run(['verify', '--source', '--json'], { cwd: indexed });
    expect(status.state).toMatchObject({ kind: 'ready' });
    expect(report.status).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({ ok: true, digestRecomputed: status.digest });
  });

  test('a folder named like a command is indexed by its path', () => {
    mkdirSync(join(indexed, 'search'));
    writeFileSync(join(indexed, 'search', 'pear.md'), '# Pear\n');
    expect(run(['./search', '--quiet'], { cwd: indexed }).stderr).toMatch(/^Indexed 1 file/);
    expect(run(['index', 'search', '--quiet'], { cwd: indexed }).status).toBe(0);
    rmSync(join(indexed, 'search'), { recursive: true });
  });

  test('clean deletes the index of this folder, and says when there is none', () => {
    const stall = join(home, 'old stall');
    cpSync(shop, stall, { recursive: true });
    run([], { cwd: stall });
    expect(run(['clean'], { cwd: stall }).stderr).toMatch(/^Deleted `<home>\/old stall\/\.mind-index`, freed /);
    expect(existsSync(join(stall, '.mind-index'))).toBe(false);
    expect(run(['clean'], { cwd: stall })).toMatchObject({
      status: 0,
      stderr: 'No index in `<home>/old stall/.mind-index`\n',
    });
  });

  test.each([['status'], ['search apple'], ['config'], ['--version']])(
    'output that cannot be written is a failure: %s',
    (words) => {
      const line = `"${process.execPath}" "${PROGRAM}" ${words} >/dev/full`;
      const { status, stderr } = spawnSync('bash', ['-c', line], { cwd: indexed, env: cleanEnvironment() });
      expect([status, stderr.toString().match(/^error: .*$/gm)]).toEqual([
        1,
        ['error: the output cannot be written: ENOSPC: no space left on device, write'],
      ]);
    },
  );

  test('notes that nobody reads are no failure', () => {
    const line = `"${process.execPath}" "${PROGRAM}" status 2>/dev/full`;
    const { status, stdout } = spawnSync('bash', ['-c', line], { cwd: indexed, env: cleanEnvironment() });
    expect([status, stdout.toString()]).toEqual([0, expect.stringContaining('Index of')]);
  });

  test.each([
    ['--bogus', 2],
    ['status --check', 4],
    ['index nowhere', 2],
  ])('an exit code is the same where nobody reads the output: %s', (words, expected) => {
    const stale = join(home, 'stale');
    cpSync(indexed, stale, { recursive: true });
    writeFileSync(join(stale, 'new.ts'), 'export const fresh = 1;\n');
    // The reader is gone long before the first byte comes.
    const pipe = `"${process.execPath}" "${PROGRAM}" ${words} 2>&1 | true; exit \${PIPESTATUS[0]}`;
    expect(spawnSync('bash', ['-c', pipe], { cwd: stale, env: cleanEnvironment() }).status).toBe(expected);
    rmSync(stale, { recursive: true });
  });

  test('a reader that stops reading ends the program quietly', () => {
    const output = execFileSync(
      'bash',
      ['-o', 'pipefail', '-c', `"${process.execPath}" "${PROGRAM}" config | head -n 1`],
      {
        cwd: indexed,
        env: cleanEnvironment(),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    expect(mask(output)).toBe('root         <home>/indexed shop\n');
  });
});

describe.skipIf(!existsSync('/usr/bin/script'))('on a terminal', () => {
  test('progress is drawn as bars, the summary has colours, and the cursor is given back', () => {
    // Enough files for threads, so that the main thread is free to draw.
    const terrace = join(home, 'terrace');
    mkdirSync(terrace);
    const crate = 'export const crate = { apples: 3, pears: 4 };\n'.repeat(400);
    for (let at = 0; at < 150; at += 1) writeFileSync(join(terrace, `crate-${at}.ts`), `// ${at}\n${crate}`);
    const { stdout } = spawnSync('script', ['-qec', `"${process.execPath}" "${PROGRAM}" --force`, '/dev/null'], {
      cwd: terrace,
      env: cleanEnvironment({ TERM: 'xterm' }),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(stdout).toContain('chunk [');
    expect(stdout).toContain('\x1b[32mIndexed\x1b[39m');
    expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\x1b[?25l'));
  });
});

describe('a run in the middle of its work', () => {
  let orchard: string;

  beforeEach(() => {
    orchard = join(home, 'orchard');
    mkdirSync(orchard);
    const code = 'export function pick(tree: Tree): Fruit {\n  return tree.fruits.pop()!;\n}\n'.repeat(150);
    for (let at = 0; at < 600; at += 1) writeFileSync(join(orchard, `tree-${at}.ts`), `// tree ${at}\n${code}`);
  });

  afterEach(() => rmSync(orchard, { recursive: true }));

  test('ends in order with 130 where its reader goes away, and the next run goes on', () => {
    const words = `"${process.execPath}" "${PROGRAM}" --json --workers 1 | head -n 2; exit \${PIPESTATUS[0]}`;
    const { status, stderr } = spawnSync('bash', ['-c', words], { cwd: orchard, env: cleanEnvironment() });
    expect([status, stderr.toString()]).toEqual([130, expect.not.stringContaining('error')]);
    expect(run(['--quiet'], { cwd: orchard }).stderr).toMatch(/^Indexed 600 files/);
  });

  test('ends in order on a Ctrl-C that ends the reader of its output too', async () => {
    const words = `"${process.execPath}" "${PROGRAM}" --json --workers 1 | cat`;
    const group = spawn('bash', ['-c', words], { cwd: orchard, env: cleanEnvironment(), detached: true });
    let asked = false;
    group.stdout.on('data', (data: Buffer) => {
      if (!asked && data.includes('"segment-committed"')) asked = process.kill(-group.pid!, 'SIGINT');
    });
    group.stderr.resume();
    await new Promise((resolve) => group.on('close', resolve));
    // These notes are left behind by a run that did not come to its end.
    expect([asked, existsSync(join(orchard, '.mind-index/in-work'))]).toEqual([true, false]);
    expect(run(['--quiet'], { cwd: orchard }).stderr).toMatch(/^Indexed 600 files/);
  });

  test('ends with 1 and a reason where its output cannot be written, and the next run goes on', () => {
    const words = `"${process.execPath}" "${PROGRAM}" --json --workers 1 >/dev/full`;
    const { status, stderr } = spawnSync('bash', ['-c', words], { cwd: orchard, env: cleanEnvironment() });
    expect([status, stderr.toString().match(/^error: .*$/gm)]).toEqual([
      1,
      ['error: the output cannot be written: ENOSPC: no space left on device, write'],
    ]);
    expect(run(['--quiet'], { cwd: orchard }).stderr).toMatch(/^Indexed 600 files/);
  });

  test('ends cleanly with 130 on Ctrl-C, and the next run goes on', async () => {
    const child = spawn(process.execPath, [PROGRAM, '--json', '--workers', '1'], {
      cwd: orchard,
      env: cleanEnvironment(),
    });
    let stdout = '';
    let asked = false;
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
      // The first sign of real work; a signal before it would only test the start.
      if (!asked && stdout.includes('"segment-committed"')) asked = child.kill('SIGINT');
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
    expect({ status, event: last['event'], outcome: last['outcome'] }).toEqual({
      status: 130,
      event: 'run-finished',
      outcome: 'interrupted',
    });
    expect(run(['--quiet'], { cwd: orchard }).stderr).toMatch(/^Indexed 600 files/);
  });
});
