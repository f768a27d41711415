import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { decodeName } from './path-bytes.js';

/** How a repository names objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** What git's index says of a tracked file: its `stat` when git last knew its content, and which content that was. */
export interface IndexEntry {
  /** Nanoseconds since the epoch. */
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** The low 32 bits. */
  readonly inode: number;
  /** The low 32 bits. */
  readonly sizeBytes: number;
  /** Object id of the blob. */
  readonly oid: Uint8Array;
}

/** An index file that could be understood as a whole. */
export interface IndexFile {
  /** Modification time of the file itself, in nanoseconds: entries as young as this may have changed unnoticed. */
  readonly mtimeNs: bigint;
  /** Regular files without marks that say not to look at them, by path relative to the working tree's top. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
}

const OID_BYTES: Readonly<Record<ObjectFormat, number>> = { sha1: 20, sha256: 32 };
const HEADER_BYTES = 12;
/** Ten numbers of 32 bits before the object id; see gitformat-index(5). */
const STAT_BYTES = 40;
const REGULAR_FILE = 0o100000;
const TYPE_BITS = 0o170000;

/** Bits of the flags of an entry. */
const ASSUME_VALID = 0x8000;
const EXTENDED = 0x4000;
const STAGE_BITS = 0x3000;
const NAME_LENGTH_BITS = 0x0fff;

/** Far above the index of the largest known repositories. */
const MAX_INDEX_BYTES = 2 ** 29;

/** Reads `.git/index` in the versions 2 to 4; undefined for any other, a split or sparse one, and one that is damaged. */
export function readIndexFile(path: string, format: ObjectFormat): IndexFile | undefined {
  let descriptor: number | undefined;
  try {
    // Nothing is waited for that stands in its place, such as a pipe.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile() || stats.size > MAX_INDEX_BYTES) return undefined;
    const { mtimeNs } = stats;
    const entries = parseIndex(readFileSync(descriptor), format);
    return entries && { mtimeNs, entries };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The entries in the bytes of an index file; undefined where they are not understood. Throws at a cut-off file. */
function parseIndex(bytes: Buffer, format: ObjectFormat): Map<string, IndexEntry> | undefined {
  const oidBytes = OID_BYTES[format];
  const end = bytes.length - oidBytes;
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) return undefined;
  if (!hasChecksum(bytes, end, format)) return undefined;

  const entries = new Map<string, IndexEntry>();
  let at = HEADER_BYTES;
  let name = '';
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const number = (place: number) => bytes.readUInt32BE(start + 4 * place);
    at += STAT_BYTES + oidBytes;
    const flags = bytes.readUInt16BE(at);
    at += 2;
    // Skip-worktree and intent-to-add: what is in the tree is not what the entry says.
    const isMarked = (flags & EXTENDED) !== 0 && bytes.readUInt16BE(at) !== 0;
    if ((flags & EXTENDED) !== 0) at += 2;
    if (version === 4) {
      const [cut, begin] = readOffset(bytes, at);
      const nameEnd = bytes.indexOf(0, begin);
      name = name.slice(0, name.length - cut) + bytes.toString('latin1', begin, nameEnd);
      at = nameEnd + 1;
    } else {
      const length = flags & NAME_LENGTH_BITS;
      const nameEnd = length < NAME_LENGTH_BITS ? at + length : bytes.indexOf(0, at);
      name = bytes.toString('latin1', at, nameEnd);
      // At least one NUL, and a multiple of eight bytes in all.
      at = start + ((nameEnd - start + 8) & ~7);
    }
    if (at > end) return undefined;
    const isPlain = (number(6) & TYPE_BITS) === REGULAR_FILE && (flags & (ASSUME_VALID | STAGE_BITS)) === 0;
    if (!isPlain || isMarked) continue;
    entries.set(decodeName(name).name, {
      ctimeNs: nanoseconds(number(0), number(1)),
      mtimeNs: nanoseconds(number(2), number(3)),
      inode: number(5),
      sizeBytes: number(9),
      oid: bytes.subarray(start + STAT_BYTES, start + STAT_BYTES + oidBytes),
    });
  }
  return knowsExtensions(bytes, at, end) ? entries : undefined;
}

/** True where the bytes end in their hash, or in zeros, which git writes with `index.skipHash`. */
function hasChecksum(bytes: Buffer, end: number, format: ObjectFormat): boolean {
  const stored = bytes.subarray(end);
  return (
    stored.every((byte) => byte === 0) || createHash(format).update(bytes.subarray(0, end)).digest().equals(stored)
  );
}

/** Extensions in small letters change what the entries mean: a split index, a sparse one, and what nobody knows yet. */
function knowsExtensions(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from; at < end; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (!/^[A-Z]/.test(bytes.toString('latin1', at, at + 4))) return false;
  }
  return true;
}

/** A number in git's offset encoding, and where it ends. */
function readOffset(bytes: Buffer, at: number): [value: number, end: number] {
  let byte = bytes[at++]!;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++]!;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return [value, at];
}

function nanoseconds(seconds: number, rest: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
