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
  inWorkCost: {
    value: 40,
    reason: 'bytes per byte of source in work: text (2), syntax tree (20), chunks and terms (10), garbage',
  },
  gatheredCost: {
    value: 10,
    reason: 'bytes per byte of source in an unfinished segment: terms, postings, vectors, text',
  },
  minBatchBytes: { value: 64 * 1024, reason: 'below that the message costs more than it carries' },
  maxBatchBytes: { value: 1 * MIB, reason: 'larger batches are no faster, and make stragglers and costly retries' },
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
  /** Source bytes of one batch, the unit given to a worker. */
  readonly batchBytes: number;
  /** Source bytes that a worker may gather before it must flush a segment. */
  readonly segmentBytes: number;
  /** Source bytes admitted and not yet committed, over all workers. */
  readonly inFlightBytes: number;
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
  // Half of a worker's share is for the batch in work, half for the segment it gathers. Queued batches hold only paths.
  const halfBytes = perWorkerBytes / 2;
  const batchBytes = clamp(halfBytes / n.inWorkCost.value, n.minBatchBytes.value, n.maxBatchBytes.value);
  const segmentBytes = clamp(halfBytes / n.gatheredCost.value, n.minSegmentBytes.value, n.maxSegmentBytes.value);
  return {
    batchBytes,
    segmentBytes,
    inFlightBytes: count * (segmentBytes + batchBytes),
    heapBytes: clamp(perWorkerBytes, n.minHeapBytes.value, n.maxHeapBytes.value),
    recycleAboveBytes: clamp(perWorkerBytes, n.minGrowthBytes.value, n.maxGrowthBytes.value),
  };
}
