import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from './product.js';

/** What the harness was asked to do. */
export interface QualityOptions {
  readonly evalDir: string | undefined;
  readonly mirrorsDir: string | undefined;
  readonly workDir: string;
  /** Names of the repositories to run; empty for all. */
  readonly only: readonly string[];
  readonly keepIndex: boolean;
  /** A kept run to report instead of running. */
  readonly read: string | undefined;
  readonly json: string | undefined;
  readonly results: string | undefined;
  readonly diff: string | undefined;
  /** Where to write what each signal is worth; measured only when asked for. */
  readonly signals: string | undefined;
  readonly settings: Settings;
}

/** How to call the harness. */
export const USAGE = `usage: npx tsx benchmarks/quality/run.ts --eval <dir> --mirrors <dir> [options]
  --eval <dir>       the collection: repos.json and annotations/<name>.json
  --mirrors <dir>    local git mirrors: <owner>+<name>/repo or <owner>+<name>.git; needed for trees not yet laid out
  --work <dir>       where trees/ and index/ are kept (default: mind-index-quality in the temporary folder)
  --only <a,b>       these repositories only
  --set <key=value>  a setting of mind-index, such as embedder=none (repeatable)
  --keep-index       bring existing indexes up to date instead of building them anew
  --json <file>      keep the run: scores, hits and times of every query
  --results <file>   write the rankings: {repository: {query: [[path, startLine, endLine], ...]}}
  --diff <file>      show what changed since a run kept with --json
  --signals <file>   write ablations and leave-one-repository-out scores of the ranking signals (minutes)
  --read <file>      report a kept run instead of running`;

/** Reads the command line; throws with a sentence on an unknown or missing option. */
export function readOptions(argv: readonly string[]): QualityOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      eval: { type: 'string' },
      mirrors: { type: 'string' },
      work: { type: 'string' },
      only: { type: 'string' },
      set: { type: 'string', multiple: true },
      'keep-index': { type: 'boolean' },
      json: { type: 'string' },
      results: { type: 'string' },
      diff: { type: 'string' },
      signals: { type: 'string' },
      read: { type: 'string' },
    },
  });
  if (values.read === undefined && values.eval === undefined)
    throw new Error('`--eval <dir>` or `--read <file>` is needed');
  return {
    evalDir: values.eval,
    mirrorsDir: values.mirrors,
    workDir: resolve(values.work ?? join(tmpdir(), 'mind-index-quality')),
    only: values.only?.split(',') ?? [],
    keepIndex: values['keep-index'] ?? false,
    read: values.read,
    json: values.json,
    results: values.results,
    diff: values.diff,
    signals: values.signals,
    settings: readSettings(values.set ?? []),
  };
}

function readSettings(pairs: readonly string[]): Settings {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
      if (key === undefined || value === undefined) throw new Error(`\`--set\` wants key=value, not \`${pair}\``);
      return [key, value];
    }),
  );
}
