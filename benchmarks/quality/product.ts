import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type * as Searching from '../../src/app/searching.js';
import type * as ConfigModule from '../../src/config/config.js';
import { variableOf, type SettingKey } from '../../src/config/config.js';
import type { RunSummary } from '../../src/shared/events.js';
import type { IndexedRepository } from './quality-run.js';

/** The harness measures the product as it is shipped: `bin` for indexing, `dist` for searching in process. */
const CHECKOUT = new URL('../../', import.meta.url);

/** Settings of mind-index by key, as `mind-index config` lists them; values as one would type them. */
export type Settings = Readonly<Record<string, string>>;

/** Version in package.json. */
export function productVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', CHECKOUT), 'utf8')) as { version: string }).version;
}

/** Indexes a tree with the command line, in a process of its own. */
export async function buildIndex(
  tree: string,
  indexDir: string,
  settings: Settings,
): Promise<Omit<IndexedRepository, 'name' | 'language'>> {
  const began = performance.now();
  const bin = fileURLToPath(new URL('bin/mind-index.js', CHECKOUT));
  const child = spawn(process.execPath, [bin, tree, '--index-dir', indexDir, '--json'], {
    env: { ...process.env, ...variablesOf(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  const indexMs = performance.now() - began;
  if (code !== 0) throw new Error(`indexing \`${tree}\` ended with code ${code}\n${stderr.trim()}`);
  const { files, chunks, bytes, digest } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as RunSummary;
  return { files, chunks, bytes, indexMs, digest };
}

/** Opens an index for queries in this process. */
export async function openBuiltIndex(
  tree: string,
  indexDir: string,
  settings: Settings,
): Promise<Searching.SearchIndex> {
  const { openIndex } = (await import(new URL('dist/app/searching.js', CHECKOUT).href)) as typeof Searching;
  const { loadConfig } = (await import(new URL('dist/config/config.js', CHECKOUT).href)) as typeof ConfigModule;
  return openIndex(await loadConfig({ path: tree, flags: { ...settings, indexDir } }));
}

function variablesOf(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [variableOf(key as SettingKey), value] as const),
  );
}
