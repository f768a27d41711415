/** How far a stage is; bytes, because files differ a thousandfold in size. */
export interface StageBytes {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** Share of the bytes after which a rate means something: before, the first large files and the start of threads decide it. */
const MIN_SHARE = 0.03;

/** Time after which a rate means something. */
const MIN_ELAPSED_MS = 1000;

/**
 * Estimated time left in whole seconds, from the bytes left and the mean rate since the start; undefined while there is
 * too little to judge by. The stages run side by side, so the slowest one tells when the run ends.
 */
export function estimateSeconds(stages: readonly StageBytes[], elapsedMs: number): number | undefined {
  if (elapsedMs < MIN_ELAPSED_MS) return undefined;
  let slowest = 0;
  for (const { bytesDone, bytesTotal } of stages) {
    if (bytesTotal <= 0) continue;
    if (bytesDone < bytesTotal * MIN_SHARE) return undefined;
    const leftMs = (Math.max(0, bytesTotal - bytesDone) * elapsedMs) / bytesDone;
    slowest = Math.max(slowest, Math.ceil(leftMs / 1000));
  }
  return slowest;
}

/**
 * The ETA to show after the one shown before: it never rises. When the estimate gets worse, the shown one holds still
 * until reality has caught up; it does not count down to a moment that nobody believes in any more.
 */
export function nextEta(shown: number | undefined, estimate: number | undefined): number | undefined {
  if (estimate === undefined) return shown;
  return shown === undefined ? estimate : Math.min(shown, estimate);
}
