import { VECTOR_KERNEL_BASE64 } from './vector-kernel-bytes.js';

/** The little of WebAssembly's JavaScript API that is used; its full types come only with those of a browser. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Record<string, unknown>;
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly hamming: (bits: number, count: number, stride: number, query: number, out: number) => void;
  readonly dot: (a: number, b: number, dimensions: number) => number;
  readonly weightedSum: (rows: number, weights: number, count: number, dimensions: number, sums: number) => void;
}

const PAGE_BYTES = 65_536;
let compiled: WebAssembly.Module | undefined;

/**
 * WebAssembly SIMD kernels with a memory of their own (vector-kernel.wat). `allocate` only grows: an instance lives as
 * long as what was put into it. After an allocation, views taken before it are detached: ask for them again.
 */
export class VectorKernel {
  private readonly wasm: Exports;
  private top = 16;

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(VECTOR_KERNEL_BASE64, 'base64'));
    this.wasm = new WebAssembly.Instance(compiled).exports as unknown as Exports;
  }

  /** Reserves bytes, aligned to 16, and returns their offset. */
  allocate(byteLength: number): number {
    const offset = this.top;
    this.top = (offset + byteLength + 15) & ~15;
    const missing = this.top - this.wasm.memory.buffer.byteLength;
    if (missing > 0) this.wasm.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return offset;
  }

  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.wasm.memory.buffer, offset, length);
  }

  /** Hamming distances (u16, at `out`) of `count` vectors of `stride` bytes at `bits` to the one at `query`. */
  hamming(bits: number, count: number, stride: number, query: number, out: number): Uint16Array {
    this.wasm.hamming(bits, count, stride, query, out);
    return new Uint16Array(this.wasm.memory.buffer, out, count);
  }

  dot(a: number, b: number, dimensions: number): number {
    return this.wasm.dot(a, b, dimensions);
  }

  /** Weighted sum of int8 rows: offsets (u32) at `rows`, weights (i32, below 2^15) at `weights`, result (i32) at `sums`. */
  weightedSum(rows: number, weights: number, count: number, dimensions: number, sums: number): Int32Array {
    this.wasm.weightedSum(rows, weights, count, dimensions, sums);
    return new Int32Array(this.wasm.memory.buffer, sums, dimensions);
  }

  /** A view of 32-bit numbers at an offset that `allocate` gave. */
  words(offset: number, length: number): Uint32Array {
    return new Uint32Array(this.wasm.memory.buffer, offset, length);
  }
}
