import type { SystemFacts } from './system-info.js';

const MIB = 1024 * 1024;

/** The numbers behind the budget, each with its reason. */
export const BUDGET_NUMBERS = {
  processBytes: {
    value: 90 * MIB,
    reason: 'a Node process with this program loaded, SQLite open, before the first file',
  },
  threadBytes: { value: 35 * MIB, reason: 'an isolate, its young generation, and the grammars it loaded' },
  usableShare: { value: 0.7, reason: 'pressure above 0.8 takes workers away: the plan stays below it' },
  gatheredCost: {
    value: 10,
    reason: 'bytes per byte of source in an unfinished segment: terms, postings, vectors, text',
  },
  minSegmentBytes: { value: 256 * 1024, reason: 'each segment costs one transaction and one look-up per query' },
  maxSegmentBytes: {
    value: 16 * MIB,
    reason: 'beyond it the flush stops being felt, and a kill would lose seconds of work',
  },
  minHeapBytes: { value: 64 * MIB, reason: 'an isolate with less dies in ordinary work' },
  maxHeapBytes: { value: 512 * MIB, reason: 'a thread that needs more holds a leak or a hostile file' },
  minGrowthBytes: {
    value: 64 * MIB,
    reason: 'a healthy thread grows by 20 to 60 MiB: below that every task would cost a new thread',
  },
  maxGrowthBytes: { value: 256 * MIB, reason: 'more than any healthy thread needs, whatever the limit' },
} as const;

/** How many bytes of source may be where, for a number of workers. */
export interface MemoryBudget {
  /** Source bytes that a worker may gather in one segment. */
  readonly segmentBytes: number;
  /** Limit of a worker's old generation. */
  readonly heapBytes: number;
  /** Growth at which a worker is recycled. */
  readonly recycleAboveBytes: number;
}

function clamp(value: number, min: number, max: number): number {
  return Math.floor(Math.max(min, Math.min(max, value)));
}

/**
 * Divides the memory limit among the workers: what remains after process and threads, over the cost of a byte of source.
 * Grows with the limit and shrinks with the workers until its bounds; with a limit too small for anything it answers the
 * lower bounds, and the auto-scaler has to do the rest.
 */
export function memoryBudget(facts: Pick<SystemFacts, 'limitBytes'>, workers: number): MemoryBudget {
  const n = BUDGET_NUMBERS;
  const count = Math.max(1, Math.floor(workers));
  const workingBytes = facts.limitBytes * n.usableShare.value - n.processBytes.value - count * n.threadBytes.value;
  const perWorkerBytes = Math.max(0, workingBytes) / count;
  // Half of a worker's share is for the files in work and their trees, half for the segment it gathers.
  const gatheredBytes = perWorkerBytes / 2;
  return {
    segmentBytes: clamp(gatheredBytes / n.gatheredCost.value, n.minSegmentBytes.value, n.maxSegmentBytes.value),
    heapBytes: clamp(perWorkerBytes, n.minHeapBytes.value, n.maxHeapBytes.value),
    recycleAboveBytes: clamp(perWorkerBytes, n.minGrowthBytes.value, n.maxGrowthBytes.value),
  };
}
