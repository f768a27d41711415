/**
 * Layout of a segment, the immutable unit of work, commit and search. All numbers are little-endian; sections follow
 * the header in this order, each with its CRC-32. A segment knows paths, chunks, terms and vectors; it holds no source
 * text and nothing of the machine or the run that built it.
 *
 * | section  | content                                                                                     |
 * | -------- | ------------------------------------------------------------------------------------------- |
 * | files    | per file: path offset u32, path length u16, reserved u16, first chunk u32                     |
 * | chunks   | per chunk: file u32, start line u32, end line u32, term count u16, kind u8, reserved u8,      |
 * |          | names offset u32, names length u16, reserved u16                                              |
 * | strings  | UTF-8: paths, and the names of a chunk as `parent NUL name NUL name ...`, its symbol first     |
 * | blocks   | per block of `TERMS_PER_BLOCK` terms: offset in `terms` u32, offset in `postings` u32          |
 * | terms    | per term: shared prefix, suffix length, document frequency, postings length (varints), suffix |
 * | postings | per term: its chunks and how it occurs in each; see `posting-list`                                  |
 * | vectors  | per chunk: `dimensions` x i8                                                                  |
 * | bits     | per chunk: the sign of each component, packed eight to a byte                                 |
 */
export const SEGMENT_MAGIC = 0x3147_5345; // "ESG1"
export const SEGMENT_VERSION = 1;

export const SECTIONS = ['files', 'chunks', 'strings', 'blocks', 'terms', 'postings', 'vectors', 'bits'] as const;
export type Section = (typeof SECTIONS)[number];

/**
 * magic, version, dimensions, files, chunks, terms (u32 each), sum of term counts (f64), then per section offset, length
 * and CRC-32, last the CRC-32 of the header before it.
 */
export const SECTION_TABLE_OFFSET = 32;
export const HEADER_CHECKSUM_OFFSET = SECTION_TABLE_OFFSET + SECTIONS.length * 12;
export const HEADER_BYTES = HEADER_CHECKSUM_OFFSET + 4;

export const FILE_RECORD_BYTES = 12;
export const CHUNK_RECORD_BYTES = 24;
export const BLOCK_RECORD_BYTES = 8;
/** Terms are front-coded in blocks: a larger block is smaller on disk and slower to look up. */
export const TERMS_PER_BLOCK = 16;

/** Order of the kinds in chunk records: append only, the numbers are on disk. */
export const KIND_CODES = [
  'text',
  'class',
  'constant',
  'constructor',
  'enum',
  'field',
  'function',
  'interface',
  'macro',
  'method',
  'module',
  'section',
  'test',
  'type',
] as const;

/** Up to this length a loop beats the call of a text encoder. */
const SHORT_STRING = 48;

/** A byte array that grows as it is written. */
export class ByteWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 1 << 12) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  u16(value: number): void {
    this.byte(value & 0xff);
    this.byte((value >>> 8) & 0xff);
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Appends a string as UTF-8 and returns the number of bytes written. */
  utf8(text: string): number {
    this.reserve(text.length * 3);
    if (text.length <= SHORT_STRING && this.ascii(text)) return text.length;
    const { written } = encoder.encodeInto(text, this.bytes.subarray(this.length));
    this.length += written;
    return written;
  }

  /** Writes a string of ASCII characters; false, with nothing written, when there are others in it. */
  private ascii(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      this.bytes[this.length + i] = code;
    }
    this.length += text.length;
    return true;
  }

  /** The bytes written so far; valid until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + extra));
    larger.set(this.view());
    this.bytes = larger;
  }
}

const encoder = new TextEncoder();
