import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { isSystemError } from '../shared/errors.js';
import type { PackedFile } from './grammar-manifest.js';

/**
 * Unpacked grammars on disk, since the operating system loads native code from files only. Files are named by their
 * content, so versions never mix; they appear by rename, so threads and processes may unpack the same one at once.
 */
export class GrammarCache {
  constructor(
    private readonly packageDir: string,
    private readonly cacheDir: string,
  ) {}

  /**
   * Path of the unpacked file, with content verified now: a cache that was tampered with or damaged is replaced.
   * Throws when the packed file is missing or broken, or when no directory can be written.
   */
  unpack(file: PackedFile): string {
    const name = `${file.sha256.slice(0, 32)}-${basename(file.path, '.br')}`;
    try {
      return this.unpackInto(this.cacheDir, name, file);
    } catch (error) {
      if (!isSystemError(error) && !(error instanceof ForeignDirectoryError)) throw error;
      return this.unpackInto(privateTempDir(), name, file);
    }
  }

  private unpackInto(dir: string, name: string, file: PackedFile): string {
    const path = join(dir, name);
    return isIntact(path, file) ? path : write(dir, name, this.content(file));
  }

  /** The unpacked bytes, verified, without touching the cache. */
  content(file: PackedFile): Buffer {
    const content = brotliDecompressSync(readFileSync(join(this.packageDir, file.path)), {
      maxOutputLength: file.bytes,
    });
    if (sha256(content) !== file.sha256) throw new Error(`\`${file.path}\` is damaged: its checksum does not match`);
    return content;
  }
}

/** Code is never loaded from a directory that someone else may write to. */
class ForeignDirectoryError extends Error {}

function isIntact(path: string, file: PackedFile): boolean {
  try {
    const stat = lstatSync(path);
    return stat.isFile() && stat.size === file.bytes && isOurs(stat.uid) && sha256(readFileSync(path)) === file.sha256;
  } catch {
    return false;
  }
}

function write(dir: string, name: string, content: Buffer): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (!isOurs(lstatSync(dir).uid)) throw new ForeignDirectoryError(`\`${dir}\` belongs to another user`);
  const path = join(dir, name);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, content, { flag: 'wx', mode: 0o700 });
    chmodSync(draft, 0o700);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  return path;
}

/** A directory below the system's temporary one that no other user can write to: code is loaded from it. */
function privateTempDir(): string {
  return join(tmpdir(), `mind-index-grammars-${userInfo().uid}`);
}

function isOurs(uid: number): boolean {
  return process.platform === 'win32' || uid === userInfo().uid || uid === 0;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
