import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inputOf, writeInput } from './input-files.js';
import type { Report } from './judge-process.js';
import type { HostileKind } from './kind.js';

/** How inputs are judged. */
export interface CampaignOptions {
  readonly seed: number;
  readonly inputs: number;
  /** An input that takes longer hangs. */
  readonly deadlineMs: number;
  /** An input that makes the process grow by more takes too much. */
  readonly growthBytes: number;
  /** Where guilty inputs are kept. */
  readonly keep: string;
  /** No input is begun after this long; absent where all are to be judged. */
  readonly budgetMs?: number;
  readonly say: (line: string) => void;
}

/** What came of all inputs of one kind. */
export interface KindResult {
  readonly kind: string;
  readonly judged: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  readonly slowest: number;
  readonly peakBytes: number;
  readonly findings: readonly string[];
}

const PROCESS = fileURLToPath(new URL('./judge-process.ts', import.meta.url));

/** Judges the inputs of a kind in processes of their own; one that dies is replaced, behind the input that it died of. */
export async function runKind(kind: HostileKind, count: number, options: CampaignOptions): Promise<KindResult> {
  const tally = new Tally(kind, options);
  for (let next = 0; next < count && !tally.isTimeUp();) {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    try {
      next = await judgeFrom(next, count, folder, tally, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return tally.result();
}

/** Judges until the process ends, and returns the number of the input to go on with. */
async function judgeFrom(
  first: number,
  end: number,
  folder: string,
  tally: Tally,
  options: CampaignOptions,
): Promise<number> {
  const words = ['--import', 'tsx', PROCESS, tally.kind.name, options.seed, first, end, folder].map(String);
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr = (stderr + data.toString()).slice(-2_000)));
  let current: Report | undefined;
  let next = first;
  let reason = '';
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    const report = JSON.parse(line) as Report;
    if (report.state === 'begun') {
      if (tally.isTimeUp()) {
        reason = 'the time is up';
        child.kill('SIGKILL');
        continue;
      }
      current = report;
      next = report.number + 1;
      timer = setTimeout(() => {
        reason = `it takes longer than ${options.deadlineMs} ms`;
        child.kill('SIGKILL');
      }, options.deadlineMs);
    } else {
      tally.add(report, current?.peakBytes ?? 0);
      current = undefined;
    }
  }
  clearTimeout(timer);
  const { code, signal } = await ended;
  if (reason === 'the time is up') return end;
  if (current !== undefined) tally.blame(current.number, reason || `the process died (${signal ?? code}): ${stderr}`);
  else if (code !== 0)
    throw new Error(`the judge of \`${tally.kind.name}\` does not work (${signal ?? code}): ${stderr}`);
  return current === undefined ? end : next;
}

/** Counts what became of inputs, and keeps the guilty ones. */
class Tally {
  private readonly outcomes = new Map<string, number>();
  private readonly findings: string[] = [];
  private judged = 0;
  private startedMs = 0;
  private slowestMs = 0;
  private slowest = -1;
  private peakBytes = 0;

  constructor(
    readonly kind: HostileKind,
    private readonly options: CampaignOptions,
  ) {}

  /** Whether the budget is used up; it begins with the first input, not with the start of the process. */
  isTimeUp(): boolean {
    const { budgetMs = Infinity } = this.options;
    return this.judged > 0 && performance.now() - this.startedMs > budgetMs;
  }

  add(report: Report, peakBefore: number): void {
    const { number, state, outcome = '', detail = '', ms = 0, peakBytes = 0 } = report;
    if (this.judged++ === 0) this.startedMs = performance.now() - ms;
    if (ms > this.slowestMs) [this.slowestMs, this.slowest] = [ms, number];
    this.peakBytes = Math.max(this.peakBytes, peakBytes);
    if (state === 'finding') return this.blame(number, detail);
    const key = outcome === 'read' ? outcome : `${outcome}: ${detail.replace(/\d+/g, 'n').slice(0, 60)}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
    const growth = peakBytes - peakBefore;
    if (peakBefore > 0 && growth > this.options.growthBytes) {
      this.blame(number, `the process grew by ${Math.round(growth / 2 ** 20)} MiB`);
    }
  }

  blame(number: number, reason: string): void {
    const folder = join(this.options.keep, `${this.kind.name}-${this.options.seed}-${number}`);
    const input = inputOf(this.kind, this.options.seed, number);
    mkdirSync(this.options.keep, { recursive: true });
    writeInput(input, folder);
    writeFileSync(`${folder}.txt`, `${input.how}\n\n${reason}\n`);
    this.findings.push(`${this.kind.name} ${number} (${input.how}): ${reason}; kept in ${folder}`);
    this.options.say(`FINDING ${this.findings.at(-1)!}`);
  }

  result(): KindResult {
    const { outcomes, slowestMs, slowest, peakBytes, findings, judged } = this;
    return { kind: this.kind.name, judged, outcomes, slowestMs, slowest, peakBytes, findings };
  }
}
