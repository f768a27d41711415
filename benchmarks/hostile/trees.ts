import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../../src/shared/events.js';
import type { CampaignOptions, KindResult } from './campaign.js';
import { inputOf } from './input-files.js';
import { randomBytes, sources } from './kinds/sources.js';

const BIN = fileURLToPath(new URL('../../bin/mind-index.js', import.meta.url));
/** Files of one tree: enough for two threads to have several batches each. */
const TREE_FILES = 250;

/**
 * Hostile sources as whole trees, indexed by the built program with its real threads, then searched and verified. A run that
 * fails is a finding; the inputs are those of `sources` and `random-bytes`, whose judges find the guilty file.
 */
export async function runTrees(files: number, options: CampaignOptions): Promise<KindResult> {
  const findings: string[] = [];
  let [judged, slowestMs, slowest, peakBytes] = [0, 0, -1, 0];
  const outcomes = new Map<string, number>();
  for (let first = 0; first < files; first += TREE_FILES) {
    const root = mkdtempSync(join(tmpdir(), 'hostile-tree-'));
    const count = Math.min(TREE_FILES, files - first);
    for (let number = first; number < first + count; number++) {
      const kind = number % 4 === 0 ? randomBytes : sources;
      for (const [path, bytes] of inputOf(kind, options.seed, number).files)
        writeFileSync(join(root, `${number}-${path}`), bytes);
    }
    const started = performance.now();
    const problem = await runTree(root, options, (summary) => {
      peakBytes = Math.max(peakBytes, summary.peakRssBytes);
      for (const [reason, number] of [['read', summary.files] as const, ...Object.entries(summary.skipped)]) {
        outcomes.set(reason, (outcomes.get(reason) ?? 0) + number);
      }
      if (summary.failed.length > 0) outcomes.set('failed', (outcomes.get('failed') ?? 0) + summary.failed.length);
    });
    if (performance.now() - started > slowestMs) [slowestMs, slowest] = [performance.now() - started, first];
    judged += count;
    if (problem === undefined) rmSync(root, { recursive: true, force: true });
    else {
      findings.push(`trees ${first} to ${first + count - 1}: ${problem}; kept in ${root}`);
      options.say(`FINDING ${findings.at(-1)!}`);
    }
  }
  return { kind: 'trees', judged, outcomes, slowestMs, slowest, peakBytes, findings };
}

async function runTree(
  root: string,
  options: CampaignOptions,
  seen: (summary: RunSummary) => void,
): Promise<string | undefined> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MIND_INDEX_INLINE_MAX_FILES: '0', NO_COLOR: '1' };
  const call = (...args: string[]) =>
    spawnSync(process.execPath, [BIN, ...args], {
      encoding: 'utf8',
      env,
      maxBuffer: 2 ** 28,
      timeout: options.deadlineMs * 5,
      killSignal: 'SIGKILL',
    });
  const indexing = call('index', root, '--workers', '2', '--json');
  if (indexing.status !== 0)
    return `indexing ended with ${indexing.signal ?? indexing.status}: ${indexing.stderr.slice(-500)}`;
  const summary = JSON.parse(indexing.stdout.trim().split('\n').at(-1)!) as RunSummary;
  seen(summary);
  if (summary.threads.lost.length > 0) return `threads were lost: ${summary.threads.lost.join('; ')}`;
  for (const args of [
    ['search', '--root', root, '--json', 'sell', 'fruit'],
    ['verify', root, '--source'],
  ]) {
    const { status, signal, stdout, stderr } = call(...args);
    if (status !== 0) return `\`${args[0]}\` ended with ${signal ?? status}: ${(stdout + stderr).slice(-500)}`;
  }
  return undefined;
}
