import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/bench/corpus/random.js';
import type { RunSummary } from '../../src/shared/events.js';
import { spawnProgram, strikeRun, workLeft, type Blow, type Place, type StruckRun } from './struck-run.js';

/** What is done to one tree. */
export interface CampaignOptions {
  /** A folder with the built program. */
  readonly program: string;
  /** The tree; its files are edited. */
  readonly root: string;
  readonly kills: number;
  readonly seed: number;
  readonly onKill?: (kill: Kill, number: number) => void;
}

/** One kill and what it cost. */
export interface Kill {
  readonly blow: string;
  /** Files that were opened by the killed run, and are to be opened again. */
  readonly filesRedone: number;
  /** From the moment the first of them was opened to the kill. */
  readonly secondsRedone: number;
  /** Files left to do, before and after. */
  readonly leftBefore: number;
  readonly leftAfter: number;
}

/** What came of it. `problems` is empty when everything held. */
export interface CampaignReport {
  readonly kills: readonly Kill[];
  /** Builds and updates that were killed until they were complete, all with the digest of an undisturbed run. */
  readonly completed: number;
  /** Points by kind, in an undisturbed build and an undisturbed update. */
  readonly points: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Every fourth kill comes at a random time, the others at points, by turns of every kind. */
const TIMED_EVERY = 4;
/** Part of the files that an update changes. */
const CHANGED_SHARE = 0.25;

/** Kills runs over one tree until enough kills hit, and checks after each what must hold. Deterministic but for threads. */
export function runCampaign(options: CampaignOptions): CampaignReport {
  const folder = mkdtempSync(join(tmpdir(), 'kills-'));
  try {
    return new Campaign(options, folder).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Campaign {
  private readonly random: Random;
  private readonly place: Place;
  private readonly reference: Place;
  private readonly kills: Kill[] = [];
  private readonly problems: string[] = [];
  private readonly points = { build: {} as Record<string, number>, update: {} as Record<string, number> };
  private phase: 'build' | 'update' = 'build';
  private completed = 0;
  private expected = '';
  private runMs = 0;
  private edits = 0;
  /** Paths that the next run would work on. */
  private left: ReadonlySet<string> = new Set();

  constructor(
    private readonly options: CampaignOptions,
    folder: string,
  ) {
    this.random = new Random(options.seed);
    const { program, root } = options;
    this.place = { program, root, indexDir: join(folder, 'index'), log: join(folder, 'log') };
    this.reference = { ...this.place, indexDir: join(folder, 'reference') };
  }

  run(): CampaignReport {
    this.count();
    this.begin('build');
    for (let turn = 0; this.kills.length < this.options.kills && this.problems.length === 0; turn++) {
      const blow = this.nextBlow(turn);
      const workers = String(1 + (turn % 4));
      const run = strikeRun(this.place, blow, ['--workers', workers]);
      if (run.signal === 'SIGKILL' && run.blow !== undefined) this.examine(run);
      else if (run.status === 0) this.finish(run);
      else this.problems.push(`the run ended with ${run.signal ?? run.status}: ${run.stderr}`);
    }
    // What the last kill left is completed too.
    if (this.problems.length === 0) this.finish(strikeRun(this.place, {}));
    const { kills, completed, problems } = this;
    const points: Record<string, number> = {};
    for (const [kind, count] of Object.entries(this.points.build)) points[kind] = count + this.points.update[kind]!;
    return { kills, completed, points, problems };
  }

  /** An undisturbed build and an undisturbed update tell which points there are. */
  private count(): void {
    const build = strikeRun(this.reference, {});
    const update = this.edit();
    Object.assign(this.points.build, build.counts);
    Object.assign(this.points.update, update.counts);
    this.runMs = summaryOf(build)?.durationMs ?? 0;
  }

  /** Begins to build from nothing, or changes the tree. */
  private begin(phase: 'build' | 'update'): void {
    this.phase = phase;
    if (phase === 'build') spawnProgram(this.place, ['clean', this.place.root, '--index-dir', this.place.indexDir]);
    else this.edit();
    this.left = workLeft(this.place);
  }

  private finish(run: StruckRun): void {
    const digest = summaryOf(run)?.digest;
    if (digest !== this.expected) this.problems.push(`the digest is ${digest}, of an undisturbed run ${this.expected}`);
    this.verify();
    this.completed++;
    this.begin(this.random.chance(0.5) ? 'build' : 'update');
  }

  private nextBlow(turn: number): Blow {
    if (turn % TIMED_EVERY === TIMED_EVERY - 1) return { afterMs: this.random.next() * this.runMs };
    const all = Object.keys(this.points.build).filter((kind) => (this.total(kind) ?? 0) > 0);
    const kind = all[(turn - Math.floor(turn / TIMED_EVERY)) % all.length]!;
    // Some things are only done where there is no index yet.
    if (!this.points[this.phase][kind]) this.begin(this.phase === 'build' ? 'update' : 'build');
    // A run that goes on has fewer of them than one that begins.
    const part = this.random.next() * this.random.next();
    return { kind, at: 1 + Math.floor(part * this.points[this.phase][kind]!) };
  }

  private total(kind: string): number {
    return (this.points.build[kind] ?? 0) + (this.points.update[kind] ?? 0);
  }

  /** What must hold after a kill: the index is sound, what was acknowledged is there, and nothing done is undone. */
  private examine(run: StruckRun): void {
    this.verify();
    const leftBefore = this.left;
    const left = (this.left = workLeft(this.place));
    const acknowledged = run.events.reduce(
      (sum, event) => sum + (event.event === 'segment-committed' ? event.files : 0),
      0,
    );
    const undone = [...left].filter((path) => !leftBefore.has(path));
    if (undone.length > 0) this.problems.push(`${run.blow}: ${undone.length} files are undone, such as ${undone[0]}`);
    if (leftBefore.size - left.size < acknowledged) {
      this.problems.push(`${run.blow}: ${acknowledged} files acknowledged, ${leftBefore.size - left.size} are there`);
    }
    const redone = [...run.openedNs].filter(([path]) => left.has(path)).map(([, ns]) => ns);
    const first = redone.reduce((least, ns) => (ns < least ? ns : least), run.blowNs);
    const kill = {
      blow: run.blow!,
      filesRedone: redone.length,
      secondsRedone: Number(run.blowNs - first) / 1e9,
      leftBefore: leftBefore.size,
      leftAfter: left.size,
    };
    this.kills.push(kill);
    this.options.onKill?.(kill, this.kills.length);
  }

  private verify(): void {
    const { root, indexDir } = this.place;
    const { stdout } = spawnProgram(this.place, ['verify', root, '--index-dir', indexDir, '--json']);
    const report = JSON.parse(stdout || '{}') as { problems?: readonly string[]; code?: string };
    // Killed before there was an index: that is nothing wrong.
    if (report.code === 'index-missing') return;
    if (report.problems?.length !== 0) this.problems.push(`verify: ${stdout}`);
  }

  /** Appends a line to some files; the next edit takes others. The reference says what has to come out. */
  private edit(): StruckRun {
    this.edits++;
    for (const path of this.texts()) {
      if (this.random.chance(CHANGED_SHARE)) appendFileSync(join(this.place.root, path), `\nedit ${this.edits}\n`);
    }
    const undisturbed = strikeRun(this.reference, {});
    this.expected = summaryOf(undisturbed)?.digest ?? 'none';
    return undisturbed;
  }

  /** Files that hold text and are no links. */
  private texts(): string[] {
    const all = workLeft({ ...this.place, indexDir: join(this.place.indexDir, '../none') });
    return [...all].filter((path) => !readFileSync(join(this.place.root, path)).includes(0));
  }
}

function summaryOf({ events }: StruckRun): RunSummary | undefined {
  return events.find((event) => event.event === 'run-finished') as RunSummary | undefined;
}

/** The report for people: what was done, what it cost, what was wrong. */
export function campaignReport(name: string, { kills, completed, points, problems }: CampaignReport): string {
  const files = kills.map(({ filesRedone }) => filesRedone);
  const seconds = kills.map(({ secondsRedone }) => secondsRedone);
  const kinds = Object.entries(points).filter(([, count]) => count > 0);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const timed = kills.filter(({ blow }) => blow === 'time').length;
  return [
    `${name}: ${kills.length} kills, ${kills.length - timed} at points and ${timed} at random times`,
    `  points      ${total} of ${kinds.length} kinds in one build and one update`,
    `  completed   ${completed} builds and updates, digests equal to undisturbed runs`,
    `  work redone median ${median(files)} files, max ${Math.max(0, ...files)} files`,
    `  in seconds  median ${median(seconds).toFixed(2)}, max ${Math.max(0, ...seconds).toFixed(2)}`,
    ...(problems.length === 0 ? ['  problems    none'] : problems.map((problem) => `  problem     ${problem}`)),
  ].join('\n');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Writes every kill as a line of JSON. */
export function writeKills(path: string, { kills }: CampaignReport): void {
  writeFileSync(path, kills.map((kill) => `${JSON.stringify(kill)}\n`).join(''));
}
