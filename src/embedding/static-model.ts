import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { errors } from '../shared/errors.js';
import type { VectorKernel } from '../shared/vector-kernel.js';
import { SortedTerms } from './sorted-terms.js';

/** The trained table that is shipped beside this module; docs/TRAINING.md says how it is made. */
export const STATIC_MODEL_PATH = new URL('./static-model.bin', import.meta.url);

/** `mimo` in the order of bytes. */
export const MODEL_MAGIC = 0x6f6d_696d;
export const MODEL_VERSION = 1;
/** Words of 32 bits: magic, version, dimensions, number of terms, bytes of terms, three of 0. */
export const MODEL_HEADER_BYTES = 32;

/** Where the sections of a model file begin, in bytes; all numbers are little-endian. */
export interface ModelLayout {
  readonly termCount: number;
  readonly termBytes: number;
  /** u32 per term and one more: where each term begins among the bytes of terms. */
  readonly offsets: number;
  readonly terms: number;
  /** u16 per term: what a component of 1 is worth in this row, in parts of the greatest. */
  readonly scales: number;
  /** int8 components, a row per term; begins at a multiple of 16. */
  readonly rows: number;
  readonly end: number;
}

export function modelLayout(termCount: number, termBytes: number, dimensions: number): ModelLayout {
  const offsets = MODEL_HEADER_BYTES;
  const terms = offsets + (termCount + 1) * 4;
  const scales = aligned(terms + termBytes, 2);
  const rows = aligned(scales + termCount * 2, 16);
  return { termCount, termBytes, offsets, terms, scales, rows, end: rows + termCount * dimensions };
}

function aligned(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}

/**
 * Throws `model-damaged` unless the file is the one that the identity names by the beginning of its SHA-256. Loading checks the
 * shape only, which is quick; vectors that are kept should come from the right bytes.
 */
export function verifyModel(identity: string, path: URL | string = STATIC_MODEL_PATH): void {
  const expected = identity.slice(identity.lastIndexOf('-') + 1);
  const file = openModel(path);
  try {
    if (!fstatSync(file).isFile()) throw errors.modelDamaged('it is not a file');
    const found = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, expected.length);
    if (found !== expected) throw errors.modelDamaged(`its SHA-256 begins with ${found}, not ${expected}`);
  } finally {
    closeSync(file);
  }
}

/** A trained table of int8 rows that lies in a kernel's memory as it lies in its file. */
export class StaticModel {
  private constructor(
    readonly terms: SortedTerms,
    /** Worth of a component of 1 by row, in parts of 65,535. */
    readonly scales: Uint16Array,
    /** Byte offset of the first row in the kernel's memory. */
    readonly rows: number,
    readonly dimensions: number,
  ) {}

  /** Reads a file into the kernel's memory; throws `model-damaged` when it is not a whole model of so many dimensions. */
  static load(kernel: VectorKernel, dimensions: number, path: URL | string = STATIC_MODEL_PATH): StaticModel {
    const file = openModel(path);
    try {
      // Nothing is reserved before the header bears out the size.
      const layout = readLayout(file, dimensions);
      const start = kernel.allocate(layout.end);
      const bytes = kernel.bytes(start, layout.end);
      if (readSync(file, bytes, 0, layout.end, 0) !== layout.end) throw errors.modelDamaged('it ends too early');
      return StaticModel.parse(bytes, start, layout, dimensions);
    } finally {
      closeSync(file);
    }
  }

  private static parse(bytes: Uint8Array, start: number, layout: ModelLayout, dimensions: number): StaticModel {
    const { termCount, termBytes } = layout;
    const offsets = copyWords(bytes, layout.offsets, termCount + 1);
    for (let i = 0; i < termCount; i++) {
      if (offsets[i]! >= offsets[i + 1]!) throw errors.modelDamaged(`its term ${i} is empty`);
    }
    if (offsets[0] !== 0 || offsets[termCount] !== termBytes) throw errors.modelDamaged('its terms leave gaps');
    const terms = new SortedTerms(bytes.slice(layout.terms, layout.terms + termBytes), offsets);
    const scales = new Uint16Array(bytes.slice(layout.scales, layout.scales + termCount * 2).buffer);
    return new StaticModel(terms, scales, start + layout.rows, dimensions);
  }
}

/** The layout by the header of an open file; throws `model-damaged` when the file is not what its header says. */
function readLayout(file: number, dimensions: number): ModelLayout {
  const stat = fstatSync(file);
  if (!stat.isFile()) throw errors.modelDamaged('it is not a file');
  const header = new Uint8Array(MODEL_HEADER_BYTES);
  if (readSync(file, header, 0, MODEL_HEADER_BYTES, 0) < MODEL_HEADER_BYTES) {
    throw errors.modelDamaged('it has no header');
  }
  const [magic, version, width, termCount, termBytes] = copyWords(header, 0, MODEL_HEADER_BYTES / 4);
  if (magic !== MODEL_MAGIC) throw errors.modelDamaged('it does not begin as a model does');
  if (version !== MODEL_VERSION) throw errors.modelDamaged(`it is of version ${version}, not ${MODEL_VERSION}`);
  if (width !== dimensions) throw errors.modelDamaged(`its rows have ${width} components, not ${dimensions}`);
  const layout = modelLayout(termCount!, termBytes!, dimensions);
  if (layout.end !== stat.size) throw errors.modelDamaged(`it has ${stat.size} bytes, not ${layout.end}`);
  return layout;
}

function openModel(path: URL | string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw errors.modelDamaged('it cannot be opened', cause);
  }
}

/** A copy, because memory that grows detaches the views of it. */
function copyWords(bytes: Uint8Array, offset: number, count: number): Uint32Array {
  return new Uint32Array(bytes.slice(offset, offset + count * 4).buffer);
}
