import type { MemoryMonitor } from '../scaling/memory-monitor.js';
import type { EventBus } from '../shared/events.js';
import type { PressureThresholds, RunTrace } from '../shared/trace.js';
import type { ChunkStage } from './chunk-stage.js';
import { TracePoints } from './trace-points.js';

/** What a recorder listens to. */
export interface TraceSource {
  readonly monitor: Pick<MemoryMonitor, 'subscribe'>;
  readonly bus: EventBus;
  readonly thresholds: PressureThresholds;
}

/** Records the trace of a run: every look at memory with what the workers did then, and the decisions. */
export class TraceRecorder {
  private readonly points = new TracePoints();
  private readonly stops: readonly (() => void)[];
  private stage: ChunkStage | undefined;

  /** Must begin to listen before the auto-scaler does: then a decision belongs to the point recorded last. */
  constructor(private readonly source: TraceSource) {
    this.stops = [
      source.monitor.subscribe((sample) => {
        const load = this.stage?.load() ?? { workers: 0, busy: 0, backlog: 0 };
        const { itemsDone = 0, bytesDone = 0 } = this.stage?.progress ?? {};
        this.points.add({ ...sample, ...load, filesDone: itemsDone, bytesDone });
      }),
      source.bus.on('scale-decision', ({ decision: kind, from, to, reason }) =>
        this.points.decide({ kind, from, to, reason }),
      ),
    ];
  }

  /** The stage whose workers are told of from now on. */
  follow(stage: ChunkStage): void {
    this.stage = stage;
  }

  stop(): void {
    for (const stop of this.stops) stop();
  }

  trace(): RunTrace {
    return { thresholds: this.source.thresholds, points: this.points.list() };
  }
}
