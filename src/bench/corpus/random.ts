/** A seeded stream of numbers: equal seeds give equal streams on every platform (mulberry32, 32 bits of state). */
export class Random {
  private state: number;

  /** `seed` and `stream` may be any integers; streams of one seed are independent enough for test data. */
  constructor(seed: number, stream = 0) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0;
    this.next();
  }

  /** The next number in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the values, which must not be empty. */
  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)]!;
  }

  /**
   * About the standard normal distribution, as the sum of twelve uniform numbers minus six: exact arithmetic, unlike the
   * logarithms of other methods, whose last bits may differ between platforms.
   */
  normal(): number {
    let sum = -6;
    for (let draws = 0; draws < 12; draws++) sum += this.next();
    return sum;
  }
}
