import { errors } from '../shared/errors.js';

/** Reads varints and strings one after another; reading past the end throws `segment-corrupt`. */
export class ByteCursor {
  constructor(
    private readonly bytes: Buffer,
    private position: number,
  ) {}

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw errors.segmentCorrupt('it ends inside a record');
    return value;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw errors.segmentCorrupt('a number is longer than five bytes');
  }

  utf8(byteLength: number): string {
    if (this.position + byteLength > this.bytes.length) throw errors.segmentCorrupt('a string is cut off');
    const text = this.bytes.toString('utf8', this.position, this.position + byteLength);
    this.position += byteLength;
    return text;
  }
}
