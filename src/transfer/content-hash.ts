import { createHash, type Hash } from 'node:crypto';

/** Length and SHA-256 of bytes that go by. */
export class ContentHash {
  private readonly hash: Hash = createHash('sha256');
  byteLength = 0;

  add(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.byteLength += bytes.byteLength;
  }

  /** In hexadecimal; ends the hash. */
  finish(): string {
    return this.hash.digest('hex');
  }
}
