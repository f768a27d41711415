import type { RunSummary, StageTimes } from '../shared/events.js';
import type { PressureThresholds } from '../shared/trace.js';
import { packFootprint, type Footprint } from '../discovery/footprint.js';
import type { Discovery } from '../discovery/walk.js';
import type { MemoryMonitor } from '../scaling/memory-monitor.js';
import { collectAll } from '../shared/garbage.js';
import type { MergePolicy, StoreWriter } from '../storage/store.js';
import { BatchPlan } from './batch-plan.js';
import type { ChangePlan } from './change-plan.js';
import type { StageChoice, WorkSize } from './chunk-stage.js';
import type { BatchResult } from './file-task.js';
import { readContents } from './index-contents.js';
import { ProgressReport } from './progress-report.js';
import { planRun, type PlanParts } from './run-plan.js';
import { RunWarnings } from './run-warnings.js';
import { StoreStage } from './store-stage.js';
import { Suspects, type SuspectTrial } from './suspects.js';
import { packTrace } from './trace-json.js';
import { TraceRecorder } from './trace-recorder.js';
import { WorkTotals } from './work-totals.js';

/** Below this share of the memory limit nobody needs the garbage of the planning. */
const ROOMY_SHARE = 0.3;

/** When segments are merged; how much at a time follows from the memory there is. */
export type RunMergePolicy = Omit<MergePolicy, 'maxMergeBytes' | 'maxSteps'>;

/** What a run is made of; `app` puts it together. */
export interface IndexRunParts extends PlanParts {
  readonly root: string;
  readonly indexDir: string;
  readonly embedder: string;
  readonly contentSettings: string;
  readonly scope: RunSummary['scope'];
  readonly monitor: MemoryMonitor;
  /** The pressures that the auto-scaler acts at, kept with the trace of the run. */
  readonly thresholds: PressureThresholds;
  readonly mergePolicy: RunMergePolicy;
  readonly discover: (signal: AbortSignal) => Promise<Discovery>;
  /** How long the walk took that found what `discover` gave; undefined where it walked itself. */
  readonly earlierWalkMs: () => number | undefined;
  /** Opens the writer that does its work in this thread; it holds the lock from then on. */
  readonly openWriter: () => Promise<StoreWriter>;
  readonly openThreadedWriter: () => Promise<StoreWriter>;
  /** Decides how the work is done, and makes the stage that does it. */
  readonly chooseStage: (work: WorkSize) => StageChoice;
  /** Indexes a file that may crash where it can do no harm. */
  readonly tryApart: SuspectTrial;
  readonly now: () => Date;
}

/**
 * The story of one run: find the files, compare them with the index, index what is new or changed, publish. Every commit
 * is kept whatever comes after it; an aborted signal ends the run cleanly with what is committed.
 */
export class IndexRun {
  private readonly startedMs = performance.now();
  private readonly totals = new WorkTotals();
  private readonly scaleEvents: RunSummary['scaleEvents'][number][] = [];
  private readonly warnings: RunWarnings;
  private readonly recorder: TraceRecorder;
  private stageTimes: readonly StageTimes[] = [];
  private footprint: Footprint | undefined;
  private discoveryMs = 0;
  private begunFrom: string | undefined;

  constructor(private readonly parts: IndexRunParts) {
    this.warnings = new RunWarnings(parts.bus);
    parts.bus.on('scale-decision', (event) => this.scaleEvents.push(event));
    this.recorder = new TraceRecorder(parts);
    parts.bus.on('index-copied', ({ from }) => (this.begunFrom = from));
  }

  async execute(signal: AbortSignal): Promise<RunSummary> {
    const { parts } = this;
    parts.bus.emit('run-started', { root: parts.root, indexDir: parts.indexDir });
    let writer: StoreWriter | undefined;
    try {
      parts.monitor.start();
      writer = await parts.openWriter();
      const discovery = await this.discover(signal);
      if (discovery === undefined) return await this.conclude(writer, undefined, 'interrupted');
      const plan = planRun(parts, discovery);
      this.makeRoom();
      const choice = this.choose(plan);
      if (choice.strategy.kind === 'threads') {
        const inline = writer;
        // The next may not open: then there is nothing left to close.
        writer = undefined;
        await inline.close();
        writer = await parts.openThreadedWriter();
      }
      await writer.beginRun({
        startedAt: parts.now().toISOString(),
        fingerprint: parts.fingerprint,
        embedder: parts.embedder,
        contentSettings: parts.contentSettings,
      });
      const outcome = await this.work(writer, plan, choice, signal);
      return await this.conclude(writer, choice, outcome, plan);
    } finally {
      parts.monitor.stop();
      this.recorder.stop();
      await writer?.close();
    }
  }

  private async discover(signal: AbortSignal): Promise<Discovery | undefined> {
    try {
      const startedMs = performance.now();
      const discovery = await this.parts.discover(signal);
      this.discoveryMs = this.parts.earlierWalkMs() ?? performance.now() - startedMs;
      this.footprint = discovery.footprint;
      for (const warning of discovery.warnings) this.parts.bus.emit('warning', warning);
      return discovery;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** The walk and the comparison leave more garbage than all that follows in this thread, and nothing that follows collects it. */
  private makeRoom(): void {
    if (process.memoryUsage.rss() > this.parts.monitor.limitBytes * ROOMY_SHARE) collectAll();
  }

  private choose(plan: ChangePlan): StageChoice {
    const { tasks, bytes, unchanged } = plan;
    const largestFileBytes = tasks.reduce((largest, { sizeBytes }) => Math.max(largest, sizeBytes), 0);
    const knownFiles = tasks.length + unchanged;
    const choice = this.parts.chooseStage({ files: tasks.length, bytes, largestFileBytes, knownFiles });
    this.recorder.follow(choice.stage);
    // A short run ends before the monitor looks twice: the beginning of the work is told for itself.
    this.parts.monitor.sample();
    this.parts.bus.emit('strategy-chosen', { strategy: choice.strategy, reason: choice.reason });
    return choice;
  }

  private async work(
    writer: StoreWriter,
    plan: ChangePlan,
    choice: StageChoice,
    signal: AbortSignal,
  ): Promise<RunSummary['outcome']> {
    const { stage, batchLimits } = choice;
    const { bus } = this.parts;
    const suspects = new Suspects(plan.tasks, this.parts.indexDir);
    const progress = new ProgressReport(bus, stage, { files: plan.tasks.length, bytes: plan.bytes });
    const store = new StoreStage(writer, ({ files, chunkCount }) => {
      const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      bus.emit('segment-committed', { files: files.length, chunks: chunkCount, bytes });
    });
    const receive = async (result: BatchResult) => {
      this.totals.add(result);
      this.warnings.ofGrammars(result);
      for (const { path, state, reason } of result.commit.unindexed) {
        if (state === 'failed') bus.emit('file-failed', { path, message: reason });
      }
      await store.commit({ ...result.commit, removed: [] });
      progress.addStored(result.processed, result.processedBytes);
    };
    const stop = () => stage.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      await this.commitDiscovered(store, plan);
      const receiveApart = (result: BatchResult) => {
        progress.addApart(result.processed, result.processedBytes);
        return receive(result);
      };
      await suspects.settle(this.parts.tryApart, receiveApart, bus, signal);
      await store.finish();
      if (signal.aborted) return 'interrupted';
      const batches = new BatchPlan(suspects.begin());
      const source = {
        take: (workers: number) => {
          // Work in this thread keeps the monitor's timer waiting.
          if (choice.strategy.kind === 'inline') this.parts.monitor.sample();
          return batches.take(workers, batchLimits);
        },
        putBack: batches.putBack.bind(batches),
        get filesLeft() {
          return batches.filesLeft;
        },
      };
      if (batches.filesLeft > 0) await stage.run(source, receive);
      await store.finish();
      // Merging needs memory, and the threads have no more use for theirs.
      await stage.close();
      await this.merge(writer, choice.mergeBytes, signal);
      return batches.filesLeft > 0 || signal.aborted ? 'interrupted' : 'complete';
    } finally {
      signal.removeEventListener('abort', stop);
      progress.stop();
      this.stageTimes = [
        { stage: 'chunk', ...stage.times() },
        { stage: 'store', ...store.times() },
      ];
      await stage.close();
      suspects.end();
    }
  }

  /** What is known without reading: files that are gone, files that are not to be indexed, and equal ones of another stamp. */
  private async commitDiscovered(store: StoreStage, plan: ChangePlan): Promise<void> {
    const { removed, restamped, newlySkipped: unindexed } = plan;
    if (removed.length + restamped.length + unindexed.length === 0) return;
    await store.commit({ chunkCount: 0, textBlocks: [], files: [], restamped, unindexed, removed });
  }

  /** Step by step, since one step is all that an interrupt may have to wait for. */
  private async merge(writer: StoreWriter, maxMergeBytes: number, signal: AbortSignal): Promise<void> {
    let from: number | undefined;
    for (let isDone = false; !isDone && !signal.aborted;) {
      const merged = await writer.merge({ ...this.parts.mergePolicy, maxMergeBytes, maxSteps: 1 });
      from ??= merged.from;
      isDone = merged.isDone;
      if (isDone && from !== merged.to) this.parts.bus.emit('segments-merged', { from, to: merged.to });
    }
  }

  /** Computes the digest, writes the summary into the index, and tells the world. */
  private async conclude(
    writer: StoreWriter,
    choice: StageChoice | undefined,
    outcome: RunSummary['outcome'],
    plan?: ChangePlan,
  ): Promise<RunSummary> {
    const summary = this.summarise(choice, outcome, plan);
    const finishedAt = this.parts.now().toISOString();
    if (choice !== undefined) {
      const end = { finishedAt, summary: JSON.stringify(summary), trace: packTrace(this.recorder.trace()) };
      const footprint = this.footprint && { footprint: packFootprint(this.footprint) };
      if (outcome === 'complete') await writer.finishRun({ ...end, digest: summary.digest, ...footprint });
      else await writer.suspendRun(end);
    }
    this.warnings.ofMemory(summary.peakRssBytes, this.parts.monitor.limitBytes);
    this.parts.bus.emit('run-finished', summary);
    return summary;
  }

  private summarise(
    choice: StageChoice | undefined,
    outcome: RunSummary['outcome'],
    plan: ChangePlan | undefined,
  ): RunSummary {
    const { parts, totals } = this;
    const reader = parts.openReader();
    try {
      const durationMs = performance.now() - this.startedMs;
      const { files, chunks, bytes, indexBytes } = reader.totals();
      const { digest, skipped, failed } = readContents(reader, parts.fingerprint);
      // The last point of the trace.
      parts.monitor.sample();
      return {
        root: parts.root,
        outcome,
        strategy: choice?.strategy ?? { kind: 'inline' },
        files,
        chunks,
        bytes,
        ...(this.begunFrom !== undefined && { begunFrom: this.begunFrom }),
        work: {
          added: totals.added,
          changed: totals.changed,
          removed: plan?.removed.length ?? 0,
          unchanged: plan?.unchanged ?? 0,
          restamped: plan?.restamped.length ?? 0,
          rehashed: totals.rehashed,
          bytes: totals.bytes,
        },
        skipped,
        failed,
        scope: parts.scope,
        durationMs,
        discoveryMs: this.discoveryMs,
        filesPerSecond: totals.files / (durationMs / 1000),
        workers: choice?.stage.workers() ?? { initial: 0, min: 0, max: 0, final: 0 },
        threads: choice?.stage.threads() ?? { started: 0, recycled: 0, lost: [] },
        scaleEvents: this.scaleEvents,
        stages: this.stageTimes,
        partsMs: totals.partsMs,
        peakRssBytes: parts.monitor.peakRssBytes,
        digest,
        indexBytes,
        embedder: parts.embedder,
      };
    } finally {
      reader.close();
    }
  }
}
