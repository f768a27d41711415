/**
 * Layout of an export, an index in one file. All numbers are little-endian.
 *
 * | offset        | bytes | content                                                                    |
 * | ------------- | ----- | -------------------------------------------------------------------------- |
 * | 0             | 8     | magic: 0x89 `MINDX` CR LF; a transfer that changes line ends shows in it     |
 * | 8             | 4     | version of this layout, u32                                                |
 * | 12            | 4     | length of the manifest, u32                                                |
 * | 16            | n     | the manifest: JSON in UTF-8                                                |
 * | 16 + n        |       | the sections that the manifest lists, in its order, without gaps           |
 * | file end - 32 | 32    | SHA-256 of everything before it                                            |
 */
export const EXPORT_MAGIC = Buffer.from('\x89MINDX\r\n', 'latin1');

export const EXPORT_VERSION = 1;

export const EXPORT_HEADER_BYTES = 16;

/** The SHA-256 at the end. */
export const EXPORT_TRAILER_BYTES = 32;

/** A manifest names no files beyond a few: a larger one is damage, and must not be read into memory. */
export const MAX_MANIFEST_BYTES = 2 ** 20;

/** `files`: one line of JSON per indexed file; `database`: the SQLite database. */
export const SECTION_NAMES = ['files', 'database'] as const;

export type SectionName = (typeof SECTION_NAMES)[number];

/**
 * The most that a section may inflate to. Real indexes inflate to less than twice their size, small ones of mostly empty pages to
 * a hundred times: a section that promises more is made to fill a disk.
 */
export function maxContentBytes(storedBytes: number): number {
  return 64 * 2 ** 20 + 100 * storedBytes;
}

/** The first bytes of an export. */
export function encodeHeader(manifestBytes: number): Buffer {
  const header = Buffer.alloc(EXPORT_HEADER_BYTES);
  EXPORT_MAGIC.copy(header);
  header.writeUInt32LE(EXPORT_VERSION, 8);
  header.writeUInt32LE(manifestBytes, 12);
  return header;
}
