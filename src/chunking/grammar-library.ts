import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type * as Wasm from 'web-tree-sitter';
import { collectYoungGeneration } from '../shared/garbage.js';
import type { NativeCode } from '../shared/native-code.js';
import { GrammarCache } from './grammar-cache.js';
import { packedGrammarsDir, readManifest, type GrammarManifest, type PackedGrammar } from './grammar-manifest.js';
import type { ParseDeadline } from './parse-deadline.js';

/**
 * What a walk over a syntax tree needs. Indexes count UTF-16 units, as strings do. Type and field ids are small numbers
 * that hold for one parser; 65535 is the type of a syntax error.
 */
export interface SyntaxCursor {
  readonly nodeType: string;
  readonly nodeTypeId: number;
  readonly nodeIsNamed: boolean;
  readonly currentFieldId: number;
  readonly currentFieldName: string | null;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

/** Parses texts of one grammar; one per grammar and thread. */
export interface SyntaxParser {
  readonly grammar: string;
  /**
   * Parses and calls `visit` with a cursor at the root; the tree does not outlive the call. Returns undefined when
   * parsing was given up at its deadline.
   */
  parse<T>(text: string, deadline: ParseDeadline, visit: (root: SyntaxCursor) => T): T | undefined;
}

/** Where a library takes its grammars from. */
export interface GrammarLibraryOptions {
  /** Unpacked native grammars are kept here between runs. */
  readonly cacheDir: string;
  /** Directory with `manifest.json`; by default the one shipped with this package. */
  readonly packageDir?: string;
  /** Never load native code. */
  readonly forceWasm?: boolean;
  /** Told of all native code that is loaded and called. */
  readonly nativeCode?: NativeCode;
}

/** For a thread that nobody terminates. */
const UNMARKED: NativeCode = { isCancelled: false, run: (call) => call() };

/** What is used of the package `tree-sitter`; it is optional, so its own types may be missing when this is compiled. */
interface NativeParser {
  setLanguage(language: unknown): void;
  setTimeoutMicros(micros: number): void;
  /** Returns null when the timeout passed. */
  parse(
    read: (index: number) => string | null,
    previous: null,
    options: { readonly bufferSize: number },
  ): { walk(): SyntaxCursor } | null;
  reset(): void;
}
type NativeParserClass = new () => NativeParser;

/** UTF-16 units handed to the native parser at a time. */
const READ_UNITS = 16_384;

/** After this much parsed text the native trees waiting for the garbage collector weigh about 12 MB. */
const RELEASE_AFTER_UNITS = 512 * 1024;

/** Grammars that files of another may turn out to need: a header is C or C++, which only its text tells. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = { c: ['cpp'] };

/** Native parsers and, where native code does not load, WebAssembly ones behind the same interface. */
export class GrammarLibrary {
  private readonly parsers = new Map<string, SyntaxParser>();
  private readonly failures = new Map<string, string>();
  private unitsSinceRelease = 0;

  private constructor(
    private readonly manifest: GrammarManifest,
    private readonly native: NativeParserClass | undefined,
    private wasm: typeof Wasm | undefined,
    private readonly cache: GrammarCache,
    private readonly nativeCode: NativeCode,
  ) {}

  /** Opens the packed grammars; loads none of them yet. Rejects for a cancelled thread only: without grammars there are line windows. */
  static async open(options: GrammarLibraryOptions): Promise<GrammarLibrary> {
    const packageDir = options.packageDir ?? packedGrammarsDir();
    const nativeCode = options.nativeCode ?? UNMARKED;
    const native = options.forceWasm === true ? undefined : nativeCode.run(loadNativeRuntime);
    const cache = new GrammarCache(packageDir, options.cacheDir);
    return new GrammarLibrary(readManifest(packageDir), native, undefined, cache, nativeCode);
  }

  /** Loads grammars that are not loaded yet, so that `parser` finds them. Failures are remembered, not thrown. */
  async prepare(grammars: Iterable<string>): Promise<void> {
    for (const name of new Set([...grammars].flatMap((grammar) => [grammar, ...(COMPANIONS[grammar] ?? [])]))) {
      if (this.parsers.has(name) || this.failures.has(name)) continue;
      const packed = this.manifest.grammars[name];
      if (packed === undefined) {
        this.failures.set(name, 'not packed');
        continue;
      }
      try {
        this.parsers.set(name, this.nativeParser(name, packed) ?? (await this.wasmParser(name, packed)));
      } catch (error) {
        this.failures.set(name, error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** The parser of a prepared grammar; undefined when it was not prepared or could not be loaded. */
  parser(grammar: string): SyntaxParser | undefined {
    return this.parsers.get(grammar);
  }

  /** Grammars that were asked for and could not be loaded, with the reason; their languages are split by lines. */
  unavailable(): ReadonlyMap<string, string> {
    return this.failures;
  }

  /** True when enough was parsed that `releaseTrees` is worth its milliseconds. */
  get releaseDue(): boolean {
    return this.unitsSinceRelease >= RELEASE_AFTER_UNITS;
  }

  /**
   * Frees the native memory of parsed trees. A tree is a few bytes for V8 and twenty times its text for the process, so
   * V8 sees no reason to collect it; and its memory is given back by a task of the event loop, so a loop that never
   * yields keeps every tree. Collecting the young generation every 512 KB of text keeps RSS flat, and makes parsing
   * faster than leaving it (measured: 10.3 against 6.8 MB/s), because the allocator hands out warm pages again.
   */
  async releaseTrees(): Promise<void> {
    this.unitsSinceRelease = 0;
    if (this.native !== undefined) collectYoungGeneration();
    await setImmediate();
  }

  private nativeParser(name: string, packed: PackedGrammar): SyntaxParser | undefined {
    const file = packed.native[`${process.platform}-${process.arch}`];
    if (this.native === undefined || file === undefined) return undefined;
    try {
      const module: { exports: Record<string, unknown> } = { exports: {} };
      const path = this.cache.unpack(file);
      const Parser = this.native;
      const parser = this.nativeCode.run(() => {
        process.dlopen(module, path);
        const made = new Parser();
        made.setLanguage(packed.nativeExport === undefined ? module.exports : module.exports[packed.nativeExport]);
        return made;
      });
      return {
        grammar: name,
        parse: (text, deadline, visit) => {
          this.unitsSinceRelease += text.length;
          return this.nativeCode.run(() => parseNatively(parser, text, deadline, this.nativeCode, visit));
        },
      };
    } catch (error) {
      if (packed.wasm === undefined || this.nativeCode.isCancelled) throw error;
      return undefined;
    }
  }

  private async wasmParser(name: string, packed: PackedGrammar): Promise<SyntaxParser> {
    if (packed.wasm === undefined) throw new Error('no build for this platform, and no WebAssembly one');
    this.wasm ??= await loadWasmRuntime();
    const language = await this.wasm.Language.load(this.cache.content(packed.wasm));
    const parser = new this.wasm.Parser();
    parser.setLanguage(language);
    return {
      grammar: name,
      parse: (text, deadline, visit) => {
        this.unitsSinceRelease += text.length;
        return parseInWasm(parser, text, deadline, this.nativeCode, visit);
      },
    };
  }
}

function parseNatively<T>(
  parser: NativeParser,
  text: string,
  deadline: ParseDeadline,
  thread: NativeCode,
  visit: (root: SyntaxCursor) => T,
): T | undefined {
  // The runtime's progress callback costs 5 % and leaks a handle per parse; its own clock does neither.
  const read = (index: number) =>
    index < text.length && !thread.isCancelled ? text.slice(index, index + READ_UNITS) : null;
  let isBegun = true;
  try {
    for (;;) {
      parser.setTimeoutMicros(deadline.sliceMs * 1000);
      // Called again after a timeout, it goes on where it was, unless it was reset.
      const tree = parser.parse(read, null, { bufferSize: READ_UNITS });
      if (tree !== null) {
        isBegun = false;
        if (thread.isCancelled) return undefined;
        return visit(tree.walk());
      }
      if (thread.isCancelled || deadline.isPassed()) return undefined;
      if (deadline.isToRestart) parser.reset();
    }
  } finally {
    // A parse that is not finished keeps its memory, and would be gone on with.
    if (isBegun) parser.reset();
  }
}

function parseInWasm<T>(
  parser: Wasm.Parser,
  text: string,
  deadline: ParseDeadline,
  thread: NativeCode,
  visit: (root: SyntaxCursor) => T,
): T | undefined {
  let sliceEnd = performance.now() + deadline.sliceMs;
  const isToStop = () => {
    if (thread.isCancelled) return true;
    if (performance.now() <= sliceEnd) return false;
    if (deadline.isPassed()) return true;
    sliceEnd = performance.now() + deadline.sliceMs;
    return false;
  };
  const tree = parser.parse(text, null, { progressCallback: isToStop });
  if (tree === null) {
    parser.reset();
    return undefined;
  }
  const cursor = tree.walk();
  try {
    return visit(cursor);
  } finally {
    cursor.delete();
    tree.delete();
  }
}

const require = createRequire(import.meta.url);

function loadNativeRuntime(): NativeParserClass | undefined {
  try {
    return require('tree-sitter') as NativeParserClass;
  } catch {
    return undefined;
  }
}

async function loadWasmRuntime(): Promise<typeof Wasm> {
  const runtime = await import('web-tree-sitter');
  await runtime.Parser.init({ wasmBinary: await readFile(require.resolve('web-tree-sitter/web-tree-sitter.wasm')) });
  return runtime;
}
