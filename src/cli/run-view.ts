import type { EventBus, StageName, StageProgress, TransferProgress } from '../shared/events.js';
import { estimateSeconds, nextEta } from './eta.js';
import { bytes, count, percent, plural, shortSeconds } from './quantities.js';
import { fitWidth } from './terminal-text.js';

const BAR_COLUMNS = 24;
const LABEL_COLUMNS = 6;

/** Progress that is being shown. */
export interface Progress {
  /** Prints a line without disturbing what is shown. */
  log(text: string): void;
  stop(): void;
}

/** What is known of a run while it goes on, gathered from its events and put into lines of text. */
export class RunView {
  private readonly stages = new Map<StageName, StageProgress>();
  private filesFound = 0;
  private workers: number | undefined;
  private memory: { readonly rssBytes: number; readonly limitBytes: number } | undefined;
  private eta: number | undefined;
  private stagesSinceMs: number | undefined;
  private transfer: TransferProgress | undefined;

  /** `now` gives milliseconds of any steady clock. */
  constructor(
    bus: EventBus,
    private readonly now: () => number,
  ) {
    bus.on('transfer-progress', (progress) => (this.transfer = progress));
    bus.on('run-started', () => (this.transfer = undefined));
    bus.on('discovery-progress', ({ files }) => (this.filesFound = files));
    bus.on('strategy-chosen', ({ strategy }) => (this.workers = strategy.kind === 'inline' ? 0 : strategy.workers));
    bus.on('workers-changed', ({ workers }) => (this.workers = workers));
    bus.on('memory-sampled', (sample) => (this.memory = sample));
    bus.on('stage-progress', (progress) => this.advance(progress));
  }

  /** A stage as a bar: `chunk  [=====>----]  45%  4,512/10,000 files  25.7 MiB/57.1 MiB`. */
  stageLine(name: StageName, columns: number): string {
    const stage = this.stages.get(name)!;
    const done = percent(stage.bytesDone, stage.bytesTotal);
    const filled = Math.floor((done / 100) * BAR_COLUMNS);
    const bar = '='.repeat(filled) + '-'.repeat(BAR_COLUMNS - filled);
    const line = `${name.padEnd(LABEL_COLUMNS)}[${bar}] ${String(done).padStart(3)}%  ${amounts(stage)}`;
    return fitWidth(line, columns);
  }

  /** What holds for the whole run: `2 workers, 231 MiB of 400 MiB memory, ETA 12s`. */
  statusLine(columns = Infinity): string {
    if (this.transfer) return fitWidth(transferText(this.transfer), columns);
    const parts = [
      this.stages.size === 0 ? `${plural(this.filesFound, 'file')} found` : '',
      this.workers === undefined ? '' : this.workers === 0 ? 'main thread' : plural(this.workers, 'worker'),
      this.memory ? memoryText(this.memory) : '',
      this.eta === undefined ? '' : `ETA ${shortSeconds(this.eta)}`,
    ];
    return fitWidth(parts.filter(Boolean).join(', '), columns);
  }

  /** The whole run on one line, for logs. */
  plainLine(): string {
    const stages = [...this.stages.values()].map(
      (stage) =>
        `${stage.stage} ${percent(stage.bytesDone, stage.bytesTotal)}% (${amounts(stage).replace('  ', ', ')})`,
    );
    return [...stages, this.statusLine()].join('; ');
  }

  private advance(progress: StageProgress): void {
    this.stagesSinceMs ??= this.now();
    this.stages.set(progress.stage, progress);
    this.eta = nextEta(this.eta, estimateSeconds([...this.stages.values()], this.now() - this.stagesSinceMs));
  }
}

function amounts({ filesDone, filesTotal, bytesDone, bytesTotal }: StageProgress): string {
  return `${count(filesDone)}/${count(filesTotal)} files  ${bytes(bytesDone)}/${bytes(bytesTotal)}`;
}

/** A step of an export or import: `unpack 45%  7.7 MiB/17.1 MiB`. */
function transferText({ step, bytesDone, bytesTotal }: TransferProgress): string {
  if (bytesTotal === 0) return step;
  if (step === 'verify') return `verify ${bytes(bytesTotal)}`;
  return `${step} ${percent(bytesDone, bytesTotal)}%  ${bytes(bytesDone)}/${bytes(bytesTotal)}`;
}

function memoryText({ rssBytes, limitBytes }: { readonly rssBytes: number; readonly limitBytes: number }): string {
  return `${bytes(rssBytes)} of ${bytes(limitBytes)} memory`;
}
