/** A look at memory costs some microseconds: after so many bytes of source nothing beside the work on them. */
const LOOK_AFTER_BYTES = 128 * 1024;

/** So much a batch may add where memory is short from the start: handing over nothing would free nothing. */
const LEEWAY_BYTES = 4 * 2 ** 20;

/** Tells a worker, without asking anybody, that it should hand over what it has gathered. */
export class MemoryWatch {
  private unseenBytes = 0;
  private firstBytes = 0;

  constructor(
    private readonly aboveBytes: number,
    private readonly rssBytes: () => number = process.memoryUsage.rss,
  ) {}

  /** Begins a batch. */
  begin(): void {
    this.firstBytes = this.rssBytes();
  }

  /** Whether, after `bytes` more of source, the process has more resident memory than it should, and not since before the batch. */
  isShortAfter(bytes: number): boolean {
    this.unseenBytes += bytes;
    if (this.unseenBytes < LOOK_AFTER_BYTES) return false;
    this.unseenBytes = 0;
    const rssBytes = this.rssBytes();
    return rssBytes > this.aboveBytes && rssBytes > this.firstBytes + LEEWAY_BYTES;
  }
}
