import type { FailedFile } from './model.js';

/** The stages of a run, in the order of the data. */
export type StageName = 'chunk' | 'embed' | 'store';

/** How the work is done: in the main thread or on worker threads. */
export type Strategy = { readonly kind: 'inline' } | { readonly kind: 'threads'; readonly workers: number };

/** Progress of one stage; totals grow while discovery still finds files. */
export interface StageProgress {
  readonly stage: StageName;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** One look at memory. Pressures lie in 0..1 (may exceed 1 beyond the limit). */
export interface MemorySample {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly rssBytes: number;
  readonly limitBytes: number;
  /** Pressure smoothed over the short window: may refuse a task now. */
  readonly pressureShort: number;
  /** Pressure smoothed over the long window: moves the number of workers. */
  readonly pressureLong: number;
  /** `some avg10` of /proc/pressure/memory in percent, where the kernel tells. */
  readonly psiSomeAvg10?: number;
}

/** A step of the auto-scaler, with the facts it was based on. */
export interface ScaleEvent extends MemorySample {
  readonly from: number;
  readonly to: number;
  readonly backlog: number;
  readonly decision: 'up' | 'down' | 'pause' | 'resume';
  readonly reason: string;
}

/** What a run did: the last event of every run, kept with the index and printed by `--json`. */
export interface RunSummary {
  readonly root: string;
  readonly outcome: 'complete' | 'interrupted';
  readonly strategy: Strategy;
  /** Files in the index after the run. */
  readonly files: number;
  /** Chunks in the index after the run. */
  readonly chunks: number;
  /** Bytes of source in the index after the run. */
  readonly bytes: number;
  /** The folder whose index this one began from; absent where it began from nothing or was there already. */
  readonly begunFrom?: string;
  /** What this run did to files, each counted once; what an interrupt left undone is counted nowhere. */
  readonly work: {
    /** Read, and new to the index; some may have been skipped for their content, or have failed. */
    readonly added: number;
    /** Read, and known with another content or by other settings. */
    readonly changed: number;
    /** Known, and gone. */
    readonly removed: number;
    /** Not read: the stamp is the same, or git knows that the content is. */
    readonly unchanged: number;
    /** Those of them that had another stamp. */
    readonly restamped: number;
    /** Read because the stamp differs, and found equal. */
    readonly rehashed: number;
    /** Size of all files that were read. */
    readonly bytes: number;
  };
  /** Skipped files of the index by reason, whichever run skipped them. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: readonly FailedFile[];
  /** Which files the run looked for; what looks at the tree later asks for the same. */
  readonly scope: {
    readonly include: readonly string[];
    readonly exclude: readonly string[];
    readonly maxFileBytes: number;
  };
  readonly durationMs: number;
  /** Of which the time to find the files. */
  readonly discoveryMs: number;
  /** Files read per second of the whole run. */
  readonly filesPerSecond: number;
  readonly workers: { readonly initial: number; readonly min: number; readonly max: number; readonly final: number };
  readonly threads: { readonly started: number; readonly recycled: number; readonly lost: readonly string[] };
  readonly scaleEvents: readonly ScaleEvent[];
  readonly stages: readonly StageTimes[];
  /** Milliseconds of work on files, by part of the work, summed over the workers. */
  readonly partsMs: Readonly<Record<string, number>>;
  readonly peakRssBytes: number;
  /** Hex SHA-256: equal trees and settings have equal digests, however they were indexed. */
  readonly digest: string;
  readonly indexBytes: number;
  readonly embedder: string;
}

/** Where a stage spent its time, summed over its workers, in milliseconds. */
export interface StageTimes {
  readonly stage: StageName;
  readonly activeMs: number;
  readonly inputWaitMs: number;
  readonly outputWaitMs: number;
}

/** Progress of one step of an export or import, in bytes of what the step reads. */
export interface TransferProgress {
  readonly step: 'snapshot' | 'compress' | 'write' | 'check' | 'unpack' | 'verify';
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** Everything the core tells the world. The core never prints: bars, NDJSON, metrics and tests listen here. */
export interface EventMap {
  'run-started': { readonly root: string; readonly indexDir: string };
  'discovery-progress': { readonly files: number };
  'plan-ready': {
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly bytes: number;
  };
  /** A new index begins from a copy of that of another folder. */
  'index-copied': { readonly from: string; readonly tookMs: number };
  'strategy-chosen': { readonly strategy: Strategy; readonly reason: string };
  'stage-progress': StageProgress;
  'file-failed': FailedFile;
  'segment-committed': { readonly files: number; readonly chunks: number; readonly bytes: number };
  'segments-merged': { readonly from: number; readonly to: number };
  'thread-lost': { readonly thread: number; readonly reason: string; readonly filesRetried: number };
  /** Threads that hang in native code: the process cannot end by itself any more, only be killed. */
  'threads-abandoned': { readonly threads: number };
  /** A file that may have crashed an earlier run was tried in a process of its own. */
  'suspect-tried': { readonly path: string; readonly outcome: 'indexed' | 'failed' | 'undecided' };
  'thread-recycled': { readonly thread: number; readonly rssGrowthBytes: number };
  'workers-changed': { readonly workers: number };
  'memory-sampled': MemorySample;
  'scale-decision': ScaleEvent;
  'transfer-progress': TransferProgress;
  warning: { readonly message: string; readonly hint: string };
  'run-finished': RunSummary;
}

export type EventName = keyof EventMap;

/** Any event with its name, as NDJSON prints it. */
export type AnyEvent = { [Name in EventName]: { readonly event: Name } & EventMap[Name] }[EventName];

type Listener<Name extends EventName> = (payload: EventMap[Name]) => void;

/** A typed, synchronous event bus. Listeners run in order of registration; a listener that throws stops the emit. */
export class EventBus {
  private readonly listeners = new Map<EventName, Set<Listener<EventName>>>();
  private readonly anyListeners = new Set<(event: AnyEvent) => void>();

  /** Registers a listener and returns the function that removes it. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener as Listener<EventName>);
    return () => set.delete(listener as Listener<EventName>);
  }

  /** Registers a listener for every event and returns the function that removes it. */
  onAny(listener: (event: AnyEvent) => void): () => void {
    this.anyListeners.add(listener);
    return () => this.anyListeners.delete(listener);
  }

  emit<Name extends EventName>(name: Name, payload: EventMap[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload);
    for (const listener of this.anyListeners) listener({ event: name, ...payload } as unknown as AnyEvent);
  }
}
