import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Invocation } from '../../src/cli/invocation.js';
import { createProgram } from '../../src/cli/program.js';
import { temporaryFolder, type TemporaryFolder } from '../generated-tree.js';
import { indexed, mindIndex, programWords } from '../program.js';

const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const SHOP = fileURLToPath(new URL('../../fixtures/search-shop/', import.meta.url));
const workflow = readFileSync(join(EXAMPLES, 'github-actions.yml'), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly needs?: string; readonly steps: readonly Step[] }>>;
}

/** The words of every call of mind-index in a piece of shell. */
function callsIn(shell: string): string[][] {
  return shell
    .split(/\n|\|\||&&|;/)
    .map((line) => [...line.trim().matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word.replace(/^["']|["']$/g, '')))
    .filter(([command]) => command === 'mind-index' || command === 'mind_index')
    .map(([, ...words]) => words);
}

/** Flags of `words` that the command does not have. */
function unknownFlags(words: readonly string[]): string[] {
  const program = createProgram(Invocation.ofProcess());
  const command = program.commands.find((each) => each.name() === words[0]) ?? indexCommand(program);
  const known = [...program.options, ...command.options].flatMap(({ long, short }) => [long, short]);
  return words.filter((word) => /^--?[a-z]/.test(word) && !known.includes(word));
}

function indexCommand(program: Command): Command {
  return program.commands.find((each) => each.name() === 'index')!;
}

describe('the workflow', () => {
  const { jobs } = parse(workflow) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const calls = steps.flatMap(({ run }) => callsIn(run ?? ''));

  test('is YAML with jobs whose steps each do one thing', () => {
    expect(Object.keys(jobs)).toEqual(['build', 'search']);
    expect(jobs['search']!.needs).toBe('build');
    expect(steps.filter(({ uses, run }) => (uses === undefined) === (run === undefined))).toEqual([]);
  });

  test('calls commands that exist, with flags that they have', () => {
    expect(calls.map(([command]) => command)).toEqual(
      expect.arrayContaining(['import', '.', 'verify', 'export', 'status', 'search']),
    );
    expect(calls.flatMap(unknownFlags)).toEqual([]);
    expect(unknownFlags(['export', '--outptu', 'x'])).toEqual(['--outptu']);
  });

  test('hands one file from the cache and the artifact to the commands', () => {
    const named = steps.flatMap(({ with: input }) => input?.['path'] ?? []);
    expect(new Set(named)).toEqual(new Set(['code-index.mindx']));
    for (const command of ['import', 'export']) {
      const words = calls.filter(([name]) => name === command);
      expect(words.length).toBeGreaterThan(0);
      expect(words.every((all) => all.includes('code-index.mindx'))).toBe(true);
    }
  });
});

describe('the shell script', () => {
  let folder: TemporaryFolder;
  const at = (name: string) => join(folder.path, name);

  beforeEach(() => {
    folder = temporaryFolder();
    cpSync(SHOP, at('source'), { recursive: true });
    cpSync(SHOP, at('target'), { recursive: true });
  });

  afterEach(() => folder.remove());

  function prebuild() {
    return spawnSync('sh', [join(EXAMPLES, 'prebuild.sh'), at('source'), at('target'), folder.path], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder.path, MIND_INDEX: programWords([]).join(' ') },
    });
  }

  test('takes an index to another checkout and proves it there', () => {
    appendFileSync(at('target/README.md'), '\nClosed on holidays.\n');
    const { status, stdout, stderr } = prebuild();
    expect([status, stderr]).toEqual([0, expect.stringContaining('0 added, 1 changed, 0 removed')]);
    expect(stdout).toContain('The export is sound');
    expect(stdout).toContain('The index is sound');
    expect(indexed(at('target'), ['--index-dir', at('full')]).digest).toBe(indexed(at('target')).digest);
  });

  test('builds the index from the files where the settings differ', () => {
    folder.write('target/mind-index.config.json', '{ "embedder": "none" }');
    const { status, stderr } = prebuild();
    expect([status, stderr]).toEqual([0, expect.stringContaining('was made with other settings')]);
    expect(mindIndex(['status', at('target'), '--json']).stdout).toContain('"embedder":"none"');
  });

  test('is the shell that it says it is', () => {
    execFileSync('sh', ['-n', join(EXAMPLES, 'prebuild.sh')]);
    const calls = callsIn(readFileSync(join(EXAMPLES, 'prebuild.sh'), 'utf8').replace(/^\s*(\d \| \d\)) /gm, ''));
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.flatMap(unknownFlags)).toEqual([]);
    rmSync(at('source'), { recursive: true });
    expect(prebuild().status).toBe(2);
  });
});
