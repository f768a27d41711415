import { readFileSync, writeFileSync } from 'node:fs';
import { PAIR_KINDS, type PairKind } from './pair-kinds.js';

/** The distinct terms of a document with one posting byte each; of a query, all postings are 1. */
export interface TermBag {
  readonly ids: ArrayLike<number>;
  readonly postings: ArrayLike<number>;
}

/** Pairs of one repository in columns: side `2 i` is the query of pair `i`, side `2 i + 1` its document. */
export interface PairColumns {
  readonly terms: readonly string[];
  /** Index into `PAIR_KINDS` by pair. */
  readonly kinds: Uint8Array;
  /** Where each side begins in `ids` and `postings`; one more than sides. */
  readonly starts: Uint32Array;
  readonly ids: Uint32Array;
  readonly postings: Uint8Array;
}

/** Collects the pairs of a repository, up to a number of each kind. */
export class PairCollector {
  private readonly kinds: number[] = [];
  private readonly starts: number[] = [0];
  private readonly ids: number[] = [];
  private readonly postings: number[] = [];
  private readonly counts = new Map<PairKind, number>();

  constructor(private readonly limits: Readonly<Record<PairKind, number>>) {}

  count(kind: PairKind): number {
    return this.counts.get(kind) ?? 0;
  }

  isFull(kind: PairKind): boolean {
    return this.count(kind) >= this.limits[kind];
  }

  add(kind: PairKind, query: readonly number[], document: TermBag): void {
    if (this.isFull(kind)) return;
    this.counts.set(kind, this.count(kind) + 1);
    this.kinds.push(PAIR_KINDS.indexOf(kind));
    this.side({ ids: query, postings: query.map(() => 1) });
    this.side(document);
  }

  finish(terms: readonly string[]): PairColumns {
    return {
      terms,
      kinds: Uint8Array.from(this.kinds),
      starts: Uint32Array.from(this.starts),
      ids: Uint32Array.from(this.ids),
      postings: Uint8Array.from(this.postings),
    };
  }

  private side({ ids, postings }: TermBag): void {
    for (let i = 0; i < ids.length; i++) {
      this.ids.push(ids[i]!);
      this.postings.push(postings[i]!);
    }
    this.starts.push(this.ids.length);
  }
}

/** Writes a line of JSON with terms and sizes, padded to 8 bytes, and then the columns. */
export function writePairs(path: string, { terms, kinds, starts, ids, postings }: PairColumns): void {
  const head = JSON.stringify({ pairs: kinds.length, ids: ids.length, terms });
  const padded = head + ' '.repeat(7 - (Buffer.byteLength(head) % 8)) + '\n';
  const columns = [starts, ids, kinds, postings].map((column) => new Uint8Array(column.buffer));
  writeFileSync(path, Buffer.concat([Buffer.from(padded), ...columns]));
}

export function readPairs(path: string): PairColumns {
  const file = readFileSync(path);
  const headEnd = file.indexOf(10) + 1;
  const head = JSON.parse(file.toString('utf8', 0, headEnd)) as { pairs: number; ids: number; terms: string[] };
  let at = headEnd;
  const column = (bytes: number) => new Uint8Array(file.subarray(at, (at += bytes))).buffer;
  return {
    terms: head.terms,
    starts: new Uint32Array(column((head.pairs * 2 + 1) * 4)),
    ids: new Uint32Array(column(head.ids * 4)),
    kinds: new Uint8Array(column(head.pairs)),
    postings: new Uint8Array(column(head.ids)),
  };
}
