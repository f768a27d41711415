import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { errors, isSystemError } from '../shared/errors.js';
import { decompressor, isBadInput } from './compression.js';
import { ContentHash } from './content-hash.js';
import {
  EXPORT_HEADER_BYTES,
  EXPORT_MAGIC,
  EXPORT_TRAILER_BYTES,
  EXPORT_VERSION,
  MAX_MANIFEST_BYTES,
  type SectionName,
} from './export-format.js';
import { ManifestError, parseManifest, type Manifest, type SectionEntry } from './manifest.js';
import { watch } from './section-writer.js';

/** A section and where it begins in the file. */
interface PlacedSection extends SectionEntry {
  readonly offset: number;
}

/**
 * An export that somebody made: nothing in it is believed before it is checked. Every fault of the file is an
 * `export-damaged` error that says what is wrong; nothing is allocated by a size that was not compared with the file's.
 */
export class ExportFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    readonly byteLength: number,
    readonly manifest: Manifest,
    private readonly sections: readonly PlacedSection[],
  ) {}

  /** Opens the file and reads its manifest. Throws `export-newer-version` for a later layout; close what is returned. */
  static async open(path: string): Promise<ExportFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      throw inputFailure(path, error);
    }
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw errors.exportNotReadable(path, 'it is not a file');
      const { manifest, end } = await readManifest(path, handle, stat.size);
      const sections = place(path, manifest.sections, end, stat.size);
      return new ExportFile(path, handle, stat.size, manifest, sections);
    } catch (error) {
      await handle.close();
      throw inputFailure(path, error);
    }
  }

  /** Compares every byte with the hashes. */
  async check(signal: AbortSignal, onProgress?: (bytesDone: number) => void): Promise<void> {
    const whole = createHash('sha256');
    const end = this.byteLength - EXPORT_TRAILER_BYTES;
    let bytesDone = await this.read(0, this.sections[0]!.offset, signal, (bytes) => whole.update(bytes));
    for (const section of this.sections) {
      const stored = createHash('sha256');
      const before = bytesDone;
      bytesDone += await this.read(section.offset, section.storedBytes, signal, (bytes, done) => {
        whole.update(bytes);
        stored.update(bytes);
        onProgress?.(before + done);
      });
      if (stored.digest('hex') !== section.storedSha256)
        throw this.damaged(`section \`${section.name}\` has other bytes than its SHA-256 says`);
    }
    let trailer = Buffer.alloc(0);
    await this.read(end, EXPORT_TRAILER_BYTES, signal, (bytes) => (trailer = Buffer.concat([trailer, bytes])));
    if (!whole.digest().equals(trailer)) throw this.damaged('its bytes are not those that its SHA-256 was made of');
  }

  /** Inflates a section into the new file `target`, never beyond the size that the manifest tells. */
  async unpack(
    name: SectionName,
    target: string,
    signal: AbortSignal,
    onProgress?: (bytesDone: number) => void,
  ): Promise<void> {
    const section = this.sections.find((each) => each.name === name)!;
    const content = new ContentHash();
    const count = watch((bytes) => {
      if (content.byteLength + bytes.byteLength > section.contentBytes) {
        throw this.damaged(`section \`${name}\` inflates to more than its ${section.contentBytes} bytes`);
      }
      content.add(bytes);
      onProgress?.(content.byteLength);
    });
    const file = createWriteStream(target, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(this.pieces(section.offset, section.storedBytes), decompressor(), count, file, { signal });
    } catch (error) {
      if (isBadInput(error)) throw this.damaged(`section \`${name}\` cannot be inflated`, error);
      throw error;
    }
    if (content.byteLength !== section.contentBytes) {
      throw this.damaged(`section \`${name}\` inflates to ${content.byteLength} of ${section.contentBytes} bytes`);
    }
    if (content.finish() !== section.contentSha256) {
      throw this.damaged(`section \`${name}\` has another content than its SHA-256 says`);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  damaged(detail: string, cause?: unknown): Error {
    return errors.exportDamaged(this.path, detail, cause);
  }

  private async read(
    offset: number,
    byteLength: number,
    signal: AbortSignal,
    look: (bytes: Uint8Array, done: number) => void,
  ): Promise<number> {
    let done = 0;
    for await (const bytes of this.pieces(offset, byteLength)) {
      signal.throwIfAborted();
      done += bytes.byteLength;
      look(bytes, done);
    }
    return done;
  }

  /** The bytes [offset, offset + byteLength), in pieces that are valid until the next one. */
  private async *pieces(offset: number, byteLength: number): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < byteLength;) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, byteLength - done));
      const { bytesRead } = await this.handle.read(piece, 0, piece.length, offset + done);
      if (bytesRead === 0) throw this.damaged('it became shorter while it was read');
      done += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  }
}

const PIECE_BYTES = 256 * 1024;

async function readManifest(
  path: string,
  handle: FileHandle,
  byteLength: number,
): Promise<{ readonly manifest: Manifest; readonly end: number }> {
  const header = await readExactly(path, handle, 0, EXPORT_HEADER_BYTES, byteLength);
  if (!header.subarray(0, EXPORT_MAGIC.length).equals(EXPORT_MAGIC)) {
    throw errors.exportDamaged(path, 'it does not begin as an export does');
  }
  const version = header.readUInt32LE(8);
  if (version > EXPORT_VERSION) throw errors.exportNewerVersion(path, version, EXPORT_VERSION);
  if (version < 1) throw errors.exportDamaged(path, `it has format ${version}`);
  const manifestBytes = header.readUInt32LE(12);
  if (manifestBytes > MAX_MANIFEST_BYTES)
    throw errors.exportDamaged(path, `its manifest would have ${manifestBytes} bytes`);
  const json = await readExactly(path, handle, EXPORT_HEADER_BYTES, manifestBytes, byteLength);
  try {
    return { manifest: parseManifest(json.toString('utf8')), end: EXPORT_HEADER_BYTES + manifestBytes };
  } catch (error) {
    if (error instanceof ManifestError) throw errors.exportDamaged(path, `manifest: ${error.message}`, error);
    throw error;
  }
}

async function readExactly(
  path: string,
  handle: FileHandle,
  offset: number,
  length: number,
  byteLength: number,
): Promise<Buffer> {
  if (offset + length > byteLength) throw errors.exportDamaged(path, `it is truncated: it has ${byteLength} bytes`);
  const bytes = Buffer.alloc(length);
  const { bytesRead } = length === 0 ? { bytesRead: 0 } : await handle.read(bytes, 0, length, offset);
  if (bytesRead < length) throw errors.exportDamaged(path, 'it became shorter while it was read');
  return bytes;
}

/** Where the sections are; they and the trailer must fill the file exactly. */
function place(path: string, entries: readonly SectionEntry[], from: number, byteLength: number): PlacedSection[] {
  let offset = from;
  const placed = entries.map((entry) => {
    const section = { ...entry, offset };
    offset += entry.storedBytes;
    return section;
  });
  const expected = offset + EXPORT_TRAILER_BYTES;
  if (byteLength < expected)
    throw errors.exportDamaged(path, `it is truncated: ${byteLength} of ${expected} bytes are left`);
  if (byteLength > expected) throw errors.exportDamaged(path, `${byteLength - expected} bytes follow its end`);
  return placed;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'it does not exist'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EIO', 'the file system failed'],
]);

function inputFailure(path: string, error: unknown): unknown {
  const reason = isSystemError(error) ? REASONS.get(error.code ?? '') : undefined;
  return reason === undefined ? error : errors.exportNotReadable(path, reason, error);
}
