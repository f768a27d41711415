import type { EventBus, StageName } from '../shared/events.js';
import type { ChunkStage } from './chunk-stage.js';

/** Often enough for a bar that moves, seldom enough to cost nothing. */
const REPORT_INTERVAL_MS = 100;

/** Emits the progress of the stages while a run works. The timer never keeps the process alive. */
export class ProgressReport {
  private readonly stored = { files: 0, bytes: 0 };
  private readonly apart = { files: 0, bytes: 0 };
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly bus: EventBus,
    private readonly stage: ChunkStage,
    private readonly total: { readonly files: number; readonly bytes: number },
  ) {
    this.timer = setInterval(() => this.report(), REPORT_INTERVAL_MS);
    this.timer.unref();
    this.report();
  }

  /** Books files that the store has committed. */
  addStored(files: number, bytes: number): void {
    this.stored.files += files;
    this.stored.bytes += bytes;
  }

  /** Books files that were chunked outside the stage. */
  addApart(files: number, bytes: number): void {
    this.apart.files += files;
    this.apart.bytes += bytes;
  }

  /** Reports a last time and ends. */
  stop(): void {
    clearInterval(this.timer);
    this.report();
  }

  private report(): void {
    const { itemsDone, bytesDone } = this.stage.progress;
    this.emit('chunk', itemsDone + this.apart.files, bytesDone + this.apart.bytes);
    this.emit('store', this.stored.files, this.stored.bytes);
  }

  private emit(stage: StageName, filesDone: number, bytesDone: number): void {
    const { files, bytes } = this.total;
    this.bus.emit('stage-progress', { stage, filesDone, filesTotal: files, bytesDone, bytesTotal: bytes });
  }
}
