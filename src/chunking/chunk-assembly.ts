import type { Chunk, ChunkKind } from '../shared/model.js';
import type { LineTable } from './line-table.js';
import type { Definition, Enclosure, Outline } from './outline.js';

/** Sizes that chunks aim at. */
export interface ChunkSizes {
  /** A chunk with more lines is split at inner boundaries or, where there are none, into windows; see `minLines`. */
  readonly maxLines: number;
  /** A chunk with fewer lines is merged with a neighbour. Also how far a chunk may exceed `maxLines` before windows. */
  readonly minLines: number;
  /** A chunk with more characters is split, unless it is a single line. */
  readonly maxChars: number;
}

/** A run of lines [from, to) on its way to becoming a chunk. One shape for all: files have thousands of them. */
class Piece {
  constructor(
    readonly from: number,
    public to: number,
    readonly depth: number,
    readonly enclosure: Enclosure,
    /** Range in the outline's definitions. */
    readonly firstDefinition: number,
    public endDefinition: number,
    /** Short or without a definition: may be gathered with its like up to the fill size. */
    public light: boolean,
  ) {}

  /** Takes in the piece that follows. */
  append(next: Piece): void {
    this.to = next.to;
    this.endDefinition = next.endDefinition;
    this.light &&= next.light;
  }
}

/** A definition of at most this many lines is light: one-line constants, fields, type aliases. */
const LIGHT_LINES = 3;
/** Light pieces are gathered until this share of the maximum. */
export const FILL_SHARE = 0.6;
/** Below this share of the maximum characters, few lines mean a small chunk. */
const SMALL_CHARS_SHARE = 0.25;

/** Turns an outline into the chunks of a file: splits what is too large, merges what is too small. */
export function assembleChunks(lines: LineTable, outline: Outline, sizes: ChunkSizes): Chunk[] {
  if (lines.count === 0) return [];
  const assembly = new Assembly(lines, outline, sizes);
  return assembly.chunks();
}

class Assembly {
  private readonly definitions: readonly Definition[];
  /** How much larger than the maximum a chunk may be before worse is done to it. */
  private readonly slack: number;

  constructor(
    private readonly lines: LineTable,
    private readonly outline: Outline,
    private readonly sizes: ChunkSizes,
  ) {
    this.definitions = outline.definitions;
    this.slack = 1 + sizes.minLines / sizes.maxLines;
  }

  chunks(): Chunk[] {
    return this.mergeSmall(this.gather(this.pieces())).map((piece) => this.chunk(piece));
  }

  /** The pieces between cuts, those that are too large cut into line windows. */
  private pieces(): Piece[] {
    const pieces: Piece[] = [];
    const { cuts } = this.outline;
    let definition = 0;
    for (let i = 0; i < cuts.length; i++) {
      const cut = cuts[i]!;
      const end = cuts[i + 1]?.line ?? this.lines.count;
      for (let from = cut.line; from < end;) {
        const to = this.windowEnd(from, end);
        const firstDefinition = definition;
        while (definition < this.definitions.length && this.definitions[definition]!.line < to) definition++;
        const light = to - from <= LIGHT_LINES || definition === firstDefinition;
        pieces.push(new Piece(from, to, cut.depth, cut.enclosure, firstDefinition, definition, light));
        from = to;
      }
    }
    return pieces;
  }

  /** Where a window that begins at `from` ends: the rest is divided into as few windows as fit, of equal size. */
  private windowEnd(from: number, end: number): number {
    const { maxLines, maxChars } = this.sizes;
    const size = this.lines.size(from, end);
    // What a piece exceeds the limits by is blank lines and closing brackets behind it: no reason to cut it anywhere.
    if (end - from <= maxLines * this.slack && size <= maxChars * this.slack) return end;
    const windows = Math.max(Math.ceil((end - from) / maxLines), Math.ceil(size / maxChars));
    const targetChars = Math.min(maxChars, Math.ceil(size / windows));
    const lastLine = Math.min(end, from + maxLines);
    let to = from + 1;
    while (to < lastLine && this.lines.size(from, to + 1) <= targetChars) to++;
    return to;
  }

  /** Gathers neighbours of one enclosure, front to back: light ones until they fill a chunk, others while too small. */
  private gather(pieces: readonly Piece[]): Piece[] {
    const gathered: Piece[] = [];
    let group: Piece | undefined;
    for (const piece of pieces) {
      if (group !== undefined && this.belongsTo(group, piece)) {
        group.append(piece);
      } else {
        group = piece;
        gathered.push(group);
      }
    }
    return gathered;
  }

  private belongsTo(group: Piece, piece: Piece): boolean {
    if (piece.enclosure !== group.enclosure || piece.depth < group.depth) return false;
    if (group.light && piece.light) return this.fits(group, piece, FILL_SHARE);
    return this.isSmall(group) && this.fits(group, piece, 1);
  }

  /** Merges what is still too small with the neighbour it has more to do with, if the two fit into a chunk. */
  private mergeSmall(groups: readonly Piece[]): Piece[] {
    const merged: Piece[] = [];
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i]!;
      const previous = merged[merged.length - 1];
      const next = groups[i + 1];
      if (this.isSmall(group)) {
        const backward =
          previous !== undefined && this.fits(previous, group, this.slack) ? affinity(group, previous) : -1;
        const forward = next !== undefined && this.fits(group, next, this.slack) ? affinity(group, next) : -1;
        if (backward > forward || (backward === forward && backward >= 0 && !this.isSmall(next!))) {
          previous!.append(group);
          continue;
        }
        if (forward >= 0) {
          group.append(next!);
          i++;
        }
      }
      merged.push(group);
    }
    return merged;
  }

  private isSmall(piece: Piece): boolean {
    return (
      piece.to - piece.from < this.sizes.minLines &&
      this.lines.size(piece.from, piece.to) < this.sizes.maxChars * SMALL_CHARS_SHARE
    );
  }

  private fits(first: Piece, second: Piece, share: number): boolean {
    return (
      second.to - first.from <= this.sizes.maxLines * share &&
      this.lines.size(first.from, second.to) <= this.sizes.maxChars * share
    );
  }

  private chunk(piece: Piece): Chunk {
    const { enclosure } = piece;
    const names: string[] = [];
    let main: Definition | undefined;
    for (let i = piece.firstDefinition; i < piece.endDefinition; i++) {
      const definition = this.definitions[i]!;
      names.push(definition.name);
      if (main === undefined || outweighs(definition, main)) main = definition;
    }
    return {
      startLine: piece.from + 1,
      endLine: piece.to,
      kind: main?.kind ?? enclosure.kind,
      symbol: main?.name ?? '',
      parent: main?.parent ?? enclosure.qualifiedName,
      names: names.length > 1 ? [...new Set(names)] : names,
    };
  }
}

/** How much a piece has to do with its neighbour: 2 of one enclosure, 1 head and member, 0 strangers. */
function affinity(piece: Piece, neighbour: Piece): number {
  if (piece.enclosure === neighbour.enclosure) return 2;
  for (let outer = neighbour.enclosure.outer; outer !== undefined; outer = outer.outer) {
    if (outer === piece.enclosure) return piece.enclosure.outer === undefined ? 0 : 1;
  }
  return 0;
}

/** A chunk is named after its largest definition, the first among equals; variables and modules come last. */
function outweighs(definition: Definition, other: Definition): boolean {
  const difference = weight(definition.kind) - weight(other.kind);
  return difference > 0 || (difference === 0 && definition.lines > other.lines);
}

function weight(kind: ChunkKind): number {
  return kind === 'constant' || kind === 'field' || kind === 'module' || kind === 'text' ? 0 : 1;
}
