import { readFileSync } from 'node:fs';
import loadWabt from 'wabt';

/** Components of a row; the kernels know no other. */
export const DIMENSIONS = 128;
export const ROW_BYTES = DIMENSIONS * 4;

/** The little of WebAssembly's JavaScript API that is used; its full types come only with those of a browser. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
}

/** See training-kernel.wat. */
export interface TrainingFunctions {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  gather(offsets: number, weights: number, count: number, out: number): void;
  scatter(offsets: number, weights: number, count: number, vector: number): void;
  dots(vector: number, rows: number, count: number, out: number): void;
  adagrad(offsets: number, count: number, rows: number, squares: number, gradients: number, rate: number): void;
}

const PAGE_BYTES = 65_536;

/** Compiles the kernels of training, with a memory of so many bytes of which `allocate` gives out parts. */
export class TrainingKernel {
  private top = 16;

  private constructor(
    readonly call: TrainingFunctions,
    private readonly size: number,
  ) {}

  static async open(bytes: number): Promise<TrainingKernel> {
    const wabt = await loadWabt();
    const wat = readFileSync(new URL('./training-kernel.wat', import.meta.url), 'utf8');
    const module = wabt.parseWat('training-kernel.wat', wat, { simd: true });
    const { buffer } = module.toBinary({});
    module.destroy();
    const call = new WebAssembly.Instance(new WebAssembly.Module(buffer)).exports as TrainingFunctions;
    call.memory.grow(Math.ceil(bytes / PAGE_BYTES));
    return new TrainingKernel(call, call.memory.buffer.byteLength);
  }

  /** Reserves bytes, zero at first, aligned to 16. */
  allocate(bytes: number): number {
    const offset = this.top;
    this.top = (offset + bytes + 15) & ~15;
    if (this.top > this.size) throw new Error(`the kernel's memory of ${this.size} bytes is full`);
    return offset;
  }

  floats(offset: number, count: number): Float32Array {
    return new Float32Array(this.call.memory.buffer, offset, count);
  }

  words(offset: number, count: number): Uint32Array {
    return new Uint32Array(this.call.memory.buffer, offset, count);
  }
}
