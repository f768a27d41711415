import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One packed file: where it is, and what it must be once unpacked. */
export interface PackedFile {
  /** Relative to the directory of the manifest, `/` as separator; brotli-compressed. */
  readonly path: string;
  /** Hex SHA-256 of the uncompressed file. */
  readonly sha256: string;
  /** Size of the uncompressed file in bytes. */
  readonly bytes: number;
}

/** One grammar and the builds of it that were packed. */
export interface PackedGrammar {
  /** npm package and version it was taken from. */
  readonly package: string;
  readonly version: string;
  /** ABI version of the generated parser. */
  readonly abi: number;
  /** Property of the native module that holds the language; absent where the module itself is the language. */
  readonly nativeExport?: string;
  /** Native builds by `<platform>-<arch>`; grammars of one package may share a file. */
  readonly native: Readonly<Record<string, PackedFile>>;
  /** WebAssembly build; absent where the package ships none. */
  readonly wasm?: PackedFile;
}

/** What `grammars/manifest.json` holds. */
export interface GrammarManifest {
  readonly grammars: Readonly<Record<string, PackedGrammar>>;
}

/** The `grammars` directory of the installed package: beside its package.json, above the running module. */
export function packedGrammarsDir(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      readFileSync(join(dir, 'package.json'));
      return join(dir, 'grammars');
    } catch {
      if (dirname(dir) === dir) return join(dir, 'grammars');
      dir = dirname(dir);
    }
  }
}

/** Reads the manifest of a directory; a missing or broken one is empty, since every language has line windows. */
export function readManifest(dir: string): GrammarManifest {
  try {
    const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as GrammarManifest;
    return typeof manifest.grammars === 'object' && manifest.grammars !== null ? manifest : { grammars: {} };
  } catch {
    return { grammars: {} };
  }
}
