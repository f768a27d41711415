import { createReadStream } from 'node:fs';
import { ContentHash } from './content-hash.js';
import { encodeHeader, MAX_MANIFEST_BYTES } from './export-format.js';
import type { Manifest } from './manifest.js';
import type { SpooledSection } from './section-writer.js';

/** The bytes of an export, piece by piece: header, manifest, sections, and the hash of all of them. */
export async function* exportBytes(
  manifest: Omit<Manifest, 'sections'>,
  sections: readonly SpooledSection[],
  onProgress: (bytesDone: number) => void,
): AsyncGenerator<Uint8Array> {
  const json = Buffer.from(JSON.stringify({ ...manifest, sections: sections.map(({ entry }) => entry) }));
  if (json.length > MAX_MANIFEST_BYTES) throw new Error(`a manifest of ${json.length} bytes is too long`);
  const whole = new ContentHash();
  const passed = (bytes: Uint8Array) => {
    whole.add(bytes);
    onProgress(whole.byteLength);
    return bytes;
  };
  yield passed(encodeHeader(json.length));
  yield passed(json);
  for (const { path } of sections) {
    for await (const bytes of createReadStream(path)) yield passed(bytes as Uint8Array);
  }
  yield Buffer.from(whole.finish(), 'hex');
}
