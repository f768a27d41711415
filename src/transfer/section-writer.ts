import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressor } from './compression.js';
import { ContentHash } from './content-hash.js';
import type { SectionName } from './export-format.js';
import type { SectionEntry } from './manifest.js';

/** A section before it is in the export: compressed, in a file of its own. */
export interface SpooledSection {
  readonly entry: SectionEntry;
  readonly path: string;
}

/**
 * Compresses `content` into the file `path`. The manifest comes first in an export and tells sizes and hashes, so a section is
 * finished before the export is begun.
 */
export async function spoolSection(
  name: SectionName,
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
  onProgress?: (bytesDone: number) => void,
): Promise<SpooledSection> {
  const [inflated, stored] = [new ContentHash(), new ContentHash()];
  const onContent = (bytes: Uint8Array) => {
    inflated.add(bytes);
    onProgress?.(inflated.byteLength);
  };
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(
    content,
    watch(onContent),
    compressor(),
    watch((bytes) => stored.add(bytes)),
    file,
    { signal },
  );
  return {
    path,
    entry: {
      name,
      compression: 'brotli',
      storedBytes: stored.byteLength,
      storedSha256: stored.finish(),
      contentBytes: inflated.byteLength,
      contentSha256: inflated.finish(),
    },
  };
}

/** Passes bytes on after `look` has seen them. What it throws ends the stream. */
export function watch(look: (bytes: Uint8Array) => void): Transform {
  return new Transform({
    transform(bytes: Uint8Array, _encoding, done) {
      try {
        look(bytes);
        done(null, bytes);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
