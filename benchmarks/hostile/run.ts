import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runKind, type CampaignOptions, type KindResult } from './campaign.js';
import { KINDS, kindOf } from './kinds.js';
import { runTrees } from './trees.js';

const USAGE = `usage: npx tsx benchmarks/hostile/run.ts [options]
  --inputs <n>    how many inputs in all (default: 10000)
  --seed <n>      make the same inputs again (default: from the clock)
  --only <a,b>    these kinds only: ${KINDS.map(({ name }) => name).join(', ')}, trees
  --deadline <s>  an input that takes longer hangs (default: 120)
  --growth <mib>  an input that makes the process grow by more is a finding (default: 384)
  --keep <dir>    where guilty inputs are kept (default: mind-index-hostile in the temporary folder)`;

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      inputs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string' },
      deadline: { type: 'string', default: '120' },
      growth: { type: 'string', default: '384' },
      keep: { type: 'string', default: join(tmpdir(), 'mind-index-hostile') },
    },
  });
  const options: CampaignOptions = {
    seed: wholeNumber('--seed', values.seed),
    inputs: wholeNumber('--inputs', values.inputs),
    deadlineMs: wholeNumber('--deadline', values.deadline) * 1_000,
    growthBytes: wholeNumber('--growth', values.growth) * 2 ** 20,
    keep: resolve(values.keep),
    say: (line) => console.log(line),
  };
  console.log(`SEED=${options.seed}`);
  const only = values.only?.split(',');
  const kinds = only === undefined ? KINDS : only.filter((name) => name !== 'trees').map(kindOf);
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  let findings = 0;
  for (const kind of kinds) {
    const result = await runKind(kind, Math.ceil((options.inputs * kind.share) / shares), options);
    console.log(resultText(result));
    findings += result.findings.length;
  }
  if (only === undefined || only.includes('trees')) {
    const result = await runTrees(Math.ceil(options.inputs / 20), options);
    console.log(resultText(result));
    findings += result.findings.length;
  }
  console.log(`${findings} findings`);
  return findings === 0 ? 0 : 1;
}

function resultText({ kind, judged, outcomes, slowest, slowestMs, peakBytes }: KindResult): string {
  const counts = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `  ${count} ${outcome}`);
  const peak = `peak ${Math.round(peakBytes / 2 ** 20)} MiB`;
  return [
    `${kind}: ${judged} inputs, slowest ${Math.round(slowestMs)} ms (number ${slowest}), ${peak}`,
    ...counts,
  ].join('\n');
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`\`${option}\` takes a whole number, not \`${text}\``);
  return Number(text);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${USAGE}`);
  process.exitCode = 2;
}
