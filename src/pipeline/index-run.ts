import type { EventBus, RunSummary, StageTimes, Strategy } from '../shared/events.js';
import type { Discovery } from '../discovery/walk.js';
import { compareByPriority } from '../discovery/priority.js';
import type { MemoryMonitor } from '../scaling/memory-monitor.js';
import type { FileRecord, MergePolicy, StoreReader, StoreWriter } from '../storage/store.js';
import { BatchPlan, type BatchLimits } from './batch-plan.js';
import { planChanges, type ChangePlan } from './change-plan.js';
import type { ChunkStage } from './chunk-stage.js';
import type { BatchResult } from './file-task.js';
import { readContents } from './index-contents.js';
import { ProgressReport } from './progress-report.js';
import { StoreStage } from './store-stage.js';
import { WorkTotals } from './work-totals.js';

/** What a run is made of; `app` puts it together. */
export interface IndexRunParts {
  readonly root: string;
  readonly indexDir: string;
  readonly fingerprint: string;
  readonly embedder: string;
  readonly contentSettings: string;
  readonly force: boolean;
  readonly bus: EventBus;
  readonly monitor: MemoryMonitor;
  readonly mergePolicy: MergePolicy;
  readonly discover: (signal: AbortSignal) => Promise<Discovery>;
  /** Opens the writer that does its work in this thread; it holds the lock from then on. */
  readonly openWriter: () => Promise<StoreWriter>;
  readonly openThreadedWriter: () => Promise<StoreWriter>;
  readonly openReader: () => StoreReader;
  /** Decides how the work is done, and makes the stage that does it. */
  readonly chooseStage: (work: { readonly files: number; readonly bytes: number }) => StageChoice;
  readonly now: () => Date;
}

/** How the work is done, and why. */
export interface StageChoice {
  readonly strategy: Strategy;
  readonly reason: string;
  readonly stage: ChunkStage;
  readonly batchLimits: BatchLimits;
}

/**
 * The story of one run: find the files, compare them with the index, index what is new or changed, publish. Every commit
 * is kept whatever comes after it; an aborted signal ends the run cleanly with what is committed.
 */
export class IndexRun {
  private readonly startedMs = performance.now();
  private readonly totals = new WorkTotals();
  private readonly scaleEvents: RunSummary['scaleEvents'][number][] = [];
  private readonly missingGrammars = new Set<string>();
  private stageTimes: readonly StageTimes[] = [];

  constructor(private readonly parts: IndexRunParts) {
    parts.bus.on('scale-decision', (event) => this.scaleEvents.push(event));
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
      const plan = this.plan(discovery);
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
      await writer?.close();
    }
  }

  private async discover(signal: AbortSignal): Promise<Discovery | undefined> {
    try {
      const discovery = await this.parts.discover(signal);
      for (const warning of discovery.warnings) this.parts.bus.emit('warning', warning);
      return discovery;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  private plan(discovery: Discovery): ChangePlan {
    const { fingerprint, force, bus } = this.parts;
    const reader = this.parts.openReader();
    try {
      const current = new Set(
        reader
          .segments()
          .filter((s) => s.fingerprint === fingerprint)
          .map(({ id }) => id),
      );
      // Files without a segment do not tell which settings they were judged by: the last run does.
      if (reader.settings().fingerprint === fingerprint) current.add(0);
      const isCurrent = (record: FileRecord) => !force && current.has(record.segmentId);
      const candidates = [...discovery.candidates].sort(compareByPriority);
      const plan = planChanges(reader.files(), candidates, discovery, isCurrent);
      const { added, changed, removed, unchanged, bytes } = plan;
      const skipped = discovery.skipped.length;
      bus.emit('plan-ready', { added, changed, removed: removed.length, unchanged, skipped, bytes });
      return plan;
    } finally {
      reader.close();
    }
  }

  private choose(plan: ChangePlan): StageChoice {
    const choice = this.parts.chooseStage({ files: plan.tasks.length, bytes: plan.bytes });
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
    const batches = new BatchPlan(plan.tasks);
    const progress = new ProgressReport(bus, stage, { files: plan.tasks.length, bytes: plan.bytes });
    const store = new StoreStage(writer, ({ files, chunkCount }) => {
      const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      bus.emit('segment-committed', { files: files.length, chunks: chunkCount, bytes });
    });
    const receive = async (result: BatchResult) => {
      this.totals.add(result);
      this.warnOfGrammars(result);
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
      const source = {
        take: (workers: number) => batches.take(workers, batchLimits),
        putBack: batches.putBack.bind(batches),
        get filesLeft() {
          return batches.filesLeft;
        },
      };
      if (plan.tasks.length > 0) await stage.run(source, receive);
      await store.finish();
      await this.merge(writer, signal);
    } finally {
      signal.removeEventListener('abort', stop);
      progress.stop();
      this.stageTimes = [
        { stage: 'chunk', ...stage.times() },
        { stage: 'store', ...store.times() },
      ];
      await stage.close();
    }
    return batches.filesLeft > 0 || signal.aborted ? 'interrupted' : 'complete';
  }

  /** What discovery alone decided: files that are gone, and files that are not to be indexed. */
  private async commitDiscovered(store: StoreStage, plan: ChangePlan): Promise<void> {
    if (plan.removed.length === 0 && plan.newlySkipped.length === 0) return;
    const { removed, newlySkipped: unindexed } = plan;
    await store.commit({ chunkCount: 0, textBlocks: [], files: [], restamped: [], unindexed, removed });
  }

  /** Step by step, since one step is all that an interrupt may have to wait for. */
  private async merge(writer: StoreWriter, signal: AbortSignal): Promise<void> {
    let from: number | undefined;
    for (let isDone = false; !isDone && !signal.aborted;) {
      const merged = await writer.merge({ ...this.parts.mergePolicy, maxSteps: 1 });
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
      const json = JSON.stringify(summary);
      if (outcome === 'complete') await writer.finishRun({ finishedAt, digest: summary.digest, summary: json });
      else await writer.suspendRun({ finishedAt, summary: json });
    }
    this.warnOfMemory(summary.peakRssBytes);
    this.parts.bus.emit('run-finished', summary);
    return summary;
  }

  /** Files cut by lines for want of a grammar make another index than elsewhere: that is said, once for each grammar. */
  private warnOfGrammars({ missingGrammars }: BatchResult): void {
    for (const [grammar, reason] of missingGrammars) {
      if (this.missingGrammars.has(grammar)) continue;
      this.missingGrammars.add(grammar);
      this.parts.bus.emit('warning', {
        message: `the grammar \`${grammar}\` cannot be loaded (${reason}): its files are split by lines`,
        hint: 'check the installation and the cache folder, then build the index anew with `mind-index --force`',
      });
    }
  }

  /** A limit below what one worker needs is passed, not kept at the price of never ending: then it is said. */
  private warnOfMemory(peakBytes: number): void {
    const { bus, monitor } = this.parts;
    if (peakBytes <= monitor.limitBytes) return;
    const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    bus.emit('warning', {
      message: `the process took up to ${mib(peakBytes)} of memory, more than its limit of ${mib(monitor.limitBytes)}`,
      hint: 'one worker alone may need that much for these files: raise `--max-memory`, or exclude the largest files',
    });
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
      return {
        root: parts.root,
        outcome,
        strategy: choice?.strategy ?? { kind: 'inline' },
        files,
        chunks,
        bytes,
        work: {
          added: totals.added,
          changed: totals.changed,
          removed: plan?.removed.length ?? 0,
          unchanged: plan?.unchanged ?? 0,
          rehashed: totals.rehashed,
          bytes: totals.bytes,
        },
        skipped,
        failed,
        durationMs,
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
