import { errors } from '../shared/errors.js';

/**
 * A tree that takes more is given up, on every machine and by every limit: ordinary trees take 20 to 40 times their text,
 * dense ones 130, so that of the texts that are parsed at all only those that confuse a grammar come here.
 */
const MAX_TREE_BYTES = 256 * 2 ** 20;

/** The fastest that a tree was seen to grow, in bytes per millisecond. */
const GROWTH_PER_MS = 250_000;
const SHORTEST_SLICE_MS = 25;
const LONGEST_SLICE_MS = 1_000;

/** What a parse may take of the process's resident memory, in bytes. */
export interface ParseRoom {
  /** What one tree may add. */
  readonly treeBytes: number;
  /** What the process may have. */
  readonly ceilingBytes: number;
}

/** Watches the memory of the process while a parser, which tells nothing of its own, is at work. */
export class ParseMemory {
  private firstBytes: number | undefined;

  constructor(
    private readonly room: ParseRoom,
    private readonly rssBytes: () => number = process.memoryUsage.rss,
  ) {}

  /** How long a parse can be left alone, in milliseconds: no tree outgrows its room in that time. */
  get firstSliceMs(): number {
    this.firstBytes ??= this.rssBytes();
    const { treeBytes, ceilingBytes } = this.room;
    const bytes = Math.min(treeBytes, MAX_TREE_BYTES, ceilingBytes - this.firstBytes);
    return Math.max(SHORTEST_SLICE_MS, Math.min(LONGEST_SLICE_MS, bytes / GROWTH_PER_MS));
  }

  /**
   * Asked after twice the time of the question before: whether the tree outgrew what any tree may take. Throws
   * `memory-short` when growing as much again would be more than its room: with more room the same file may be parsed.
   * The allocator keeps what an earlier tree took, so a process above its ceiling that does not grow is only using that again.
   */
  isTreeTooLarge(): boolean {
    const { treeBytes, ceilingBytes } = this.room;
    const rssBytes = this.rssBytes();
    this.firstBytes ??= rssBytes;
    const grownBytes = rssBytes - this.firstBytes;
    if (grownBytes > MAX_TREE_BYTES) return true;
    if (2 * grownBytes > treeBytes || (grownBytes > 0 && rssBytes + grownBytes > ceilingBytes)) {
      throw errors.memoryShort(rssBytes, ceilingBytes);
    }
    return false;
  }
}
