const MIB = 1024 * 1024;

/** The numbers behind the budget, each with its reason. */
export const BUDGET_NUMBERS = {
  processBytes: {
    value: 100 * MIB,
    reason:
      'a Node process with this program and the store on a thread of its own, before the first file: 100 MiB resident',
  },
  fileBytes: {
    value: 800,
    reason:
      'what walk and plan hold of each file at most: path, stamps, git’s listing (650 to 790 bytes at 100,000 files)',
  },
  threadBytes: {
    value: 95 * MIB,
    reason: 'an isolate, the trained table, the grammars it loaded, and the trees it parsed last',
  },
  usableShare: { value: 0.85, reason: 'above it threads hand over what they have: the plan stays below' },
  ceilingShare: { value: 0.95, reason: 'above it a parse is broken off; the rest is for what cannot be foreseen' },
  gatheredCost: {
    value: 10,
    reason: 'bytes per byte of source in an unfinished segment: terms, postings, vectors, text',
  },
  treeCost: { value: 30, reason: 'bytes of native memory per byte of source in a syntax tree, ordinary code' },
  minSegmentBytes: { value: 256 * 1024, reason: 'each segment costs one transaction and one look-up per query' },
  maxSegmentBytes: {
    value: 16 * MIB,
    reason: 'beyond it the flush stops being felt, and a kill would lose seconds of work',
  },
  minHeapBytes: { value: 64 * MIB, reason: 'an isolate with less dies in ordinary work: 30 MiB live, the rest is air' },
  maxHeapBytes: { value: 512 * MIB, reason: 'a thread that needs more holds a leak or a hostile file' },
  minYoungBytes: { value: 6 * MIB, reason: 'below it the collector runs all the time' },
  maxYoungBytes: { value: 48 * MIB, reason: 'the default of V8' },
  minGrowthBytes: {
    value: 64 * MIB,
    reason: 'a healthy thread grows by 20 to 60 MiB: below that every task would cost a new thread',
  },
  maxGrowthBytes: { value: 256 * MIB, reason: 'more than any healthy thread needs, whatever the limit' },
  minTreeBytes: { value: 24 * MIB, reason: 'files of half a megabyte: what needs more can wait until it is alone' },
  maxTreeBytes: { value: 256 * MIB, reason: 'more than any file of the largest size that is parsed' },
  minMergeBytes: { value: 4 * MIB, reason: 'segments of this size are what a merge makes where memory is short' },
  maxMergeBytes: { value: 16 * MIB, reason: 'a merge rewrites its input: beyond it one step takes a second' },
  mergeCost: { value: 6, reason: 'bytes per byte of merged segments: read pages, sections that grow, the result' },
  textCost: { value: 6, reason: 'bytes per byte of a file in work: as read, as text, its terms' },
} as const;

/** What a run is about, as far as it decides how much memory it needs. */
export interface MemoryNeed {
  /** Files that the run keeps track of. */
  readonly files: number;
  readonly largestFileBytes: number;
  /** Larger files are not parsed. */
  readonly maxParseBytes: number;
}

/** How many bytes may be where, for a number of workers. */
export interface MemoryBudget {
  /** Source bytes that a worker may gather in one segment. */
  readonly segmentBytes: number;
  /** Limit of a worker's old generation. */
  readonly heapBytes: number;
  /** Limit of a worker's young generation. */
  readonly youngBytes: number;
  /** Growth at which a worker is recycled. */
  readonly recycleAboveBytes: number;
  /** Resident memory of the process above which workers hand over what they have gathered. */
  readonly flushAboveBytes: number;
  /** Resident memory of the process above which a parse is broken off. */
  readonly ceilingBytes: number;
  /** What one syntax tree may add while other files are in work. */
  readonly treeBytes: number;
  /** Bytes of segments that may be rewritten in one step. */
  readonly mergeBytes: number;
}

function clamp(value: number, min: number, max: number): number {
  return Math.floor(Math.max(min, Math.min(max, value)));
}

/**
 * Divides the memory limit among the workers: what remains after process and threads, over the cost of a byte of source.
 * Grows with the limit and shrinks with the workers until its bounds; with a limit too small for anything it answers the
 * lower bounds, see `neededBytes`.
 */
export function memoryBudget(facts: { readonly limitBytes: number }, workers: number): MemoryBudget {
  const n = BUDGET_NUMBERS;
  const count = Math.max(1, Math.floor(workers));
  const { limitBytes } = facts;
  const workingBytes = limitBytes * n.usableShare.value - n.processBytes.value - count * n.threadBytes.value;
  const perWorkerBytes = Math.max(0, workingBytes) / count;
  // Half of a worker's share is for the files in work and their trees, half for the segment it gathers.
  const gatheredBytes = perWorkerBytes / 2;
  return {
    segmentBytes: clamp(gatheredBytes / n.gatheredCost.value, n.minSegmentBytes.value, n.maxSegmentBytes.value),
    heapBytes: clamp(perWorkerBytes, n.minHeapBytes.value, n.maxHeapBytes.value),
    youngBytes: clamp(perWorkerBytes / 4, n.minYoungBytes.value, n.maxYoungBytes.value),
    recycleAboveBytes: clamp(perWorkerBytes, n.minGrowthBytes.value, n.maxGrowthBytes.value),
    flushAboveBytes: Math.floor(limitBytes * n.usableShare.value),
    ceilingBytes: Math.floor(limitBytes * n.ceilingShare.value),
    treeBytes: clamp(perWorkerBytes / 2, n.minTreeBytes.value, n.maxTreeBytes.value),
    // While segments are merged no worker lives any more.
    mergeBytes: clamp(
      (limitBytes * n.usableShare.value - n.processBytes.value) / n.mergeCost.value,
      n.minMergeBytes.value,
      n.maxMergeBytes.value,
    ),
  };
}

/** The most threads whose lower bounds fit into the limit; at least 1. */
export function threadsThatFit(facts: { readonly limitBytes: number }): number {
  const n = BUDGET_NUMBERS;
  const perThreadBytes = n.threadBytes.value + 2 * n.minSegmentBytes.value * n.gatheredCost.value;
  const bytes = facts.limitBytes * n.usableShare.value - n.processBytes.value;
  return Math.max(1, Math.floor(bytes / perThreadBytes));
}

/** The smallest limit with which a run can be promised to end; without a need, the smallest with which it can begin. */
export function neededBytes(need?: MemoryNeed): number {
  const n = BUDGET_NUMBERS;
  if (need === undefined) return n.processBytes.value;
  const { files, largestFileBytes, maxParseBytes } = need;
  const largest = largestFileBytes * n.textCost.value + Math.min(largestFileBytes, maxParseBytes) * n.treeCost.value;
  const bytes = n.processBytes.value + n.threadBytes.value + files * n.fileBytes.value + largest;
  return Math.ceil(bytes / n.ceilingShare.value);
}
