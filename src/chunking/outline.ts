import type { ChunkKind } from '../shared/model.js';

/** What encloses a piece of a file: a definition that was split, or the file itself. */
export interface Enclosure {
  /** `text` for the file itself. */
  readonly kind: ChunkKind;
  /** Names from the outermost definition inwards, joined by `.`; empty for the file. */
  readonly qualifiedName: string;
  readonly outer: Enclosure | undefined;
}

/** A line (from 0) before which the file may be cut. */
export interface Cut {
  readonly line: number;
  /** Nesting in the syntax tree: a deeper cut lies inside what began at a shallower one. */
  readonly depth: number;
  enclosure: Enclosure;
}

/** A name that a file defines. */
export interface Definition {
  /** Counted from 0. */
  readonly line: number;
  /** Number of lines it spans; 0 for a member of a larger definition in the same piece. */
  readonly lines: number;
  readonly kind: ChunkKind;
  readonly name: string;
  /** Qualified name of what encloses it; empty at top level. */
  readonly parent: string;
}

/** The enclosure of everything that no definition encloses. */
export const FILE_ENCLOSURE: Enclosure = { kind: 'text', qualifiedName: '', outer: undefined };

/**
 * Where a file can be cut and what it defines, collected in source order. Chunks are made of the pieces between cuts,
 * which is why every line belongs to exactly one chunk, whatever a grammar says.
 */
export class Outline {
  readonly cuts: Cut[] = [{ line: 0, depth: 0, enclosure: FILE_ENCLOSURE }];
  readonly definitions: Definition[] = [];

  /** Allows a cut before `line`; ignored where an earlier cut lies at or behind it. */
  cut(line: number, depth: number, enclosure: Enclosure): void {
    const last = this.cuts[this.cuts.length - 1]!;
    if (line > last.line) this.cuts.push({ line, depth, enclosure });
    else if (line === 0 && last.line === 0) this.cuts[0] = { line, depth, enclosure };
  }

  /** Says that the piece begun last is the head of an enclosure, so that it stays with the members that follow. */
  enter(enclosure: Enclosure): void {
    this.cuts[this.cuts.length - 1]!.enclosure = enclosure;
  }

  define(definition: Definition): void {
    this.definitions.push(definition);
  }
}
