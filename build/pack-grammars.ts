import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import type { GrammarManifest, PackedFile, PackedGrammar } from '../src/chunking/grammar-manifest.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const ALL_PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64'];

/**
 * Brotli quality. Parse tables are mostly zeros and repetitions: all 24 native grammars of one platform (38 MB) become
 * 3.0 MB in 0.3 s at 5, 2.95 MB in 1.1 s at 9 and 2.7 MB in 13 s at 10.
 */
const QUALITY = 9;

/** Where a grammar comes from, where that does not follow from its name. */
interface Source {
  readonly package: string;
  /** Property of the native module, for packages with several languages. */
  readonly nativeExport?: string;
  /** File name of the .wasm in the package; null where there is none. */
  readonly wasm?: string | null;
  /** Directory of the package that holds `src/parser.c`. */
  readonly source?: string;
}

const community = (language: string): Source => ({ package: `@tree-sitter-grammars/tree-sitter-${language}` });
const official = (language: string): Source => ({ package: `tree-sitter-${language}` });

/** Every grammar that the language table names. */
const SOURCES: Readonly<Record<string, Source>> = {
  bash: official('bash'),
  c: official('c'),
  'c-sharp': { ...official('c-sharp'), wasm: 'tree-sitter-c_sharp.wasm' },
  cpp: official('cpp'),
  css: official('css'),
  elixir: official('elixir'),
  go: official('go'),
  haskell: official('haskell'),
  html: official('html'),
  java: official('java'),
  javascript: official('javascript'),
  json: official('json'),
  kotlin: community('kotlin'),
  lua: community('lua'),
  php: { ...official('php'), nativeExport: 'php', source: 'php' },
  python: official('python'),
  ruby: official('ruby'),
  rust: official('rust'),
  scala: official('scala'),
  swift: { ...official('swift'), wasm: null },
  toml: community('toml'),
  tsx: { ...official('typescript'), nativeExport: 'tsx', source: 'tsx' },
  typescript: { ...official('typescript'), nativeExport: 'typescript', source: 'typescript' },
  yaml: community('yaml'),
  zig: community('zig'),
};

/**
 * Packs the native grammars of some platforms (`<platform>-<arch>`) and all WebAssembly grammars into `outDir`, with a
 * manifest. What is packed already from the same bytes is left alone. Returns the number of files written.
 */
export function packGrammars(platforms: readonly string[], outDir: string): number {
  const manifestPath = join(outDir, 'manifest.json');
  const before = existsSync(manifestPath) ? readFileSync(manifestPath, 'utf8') : '';
  const previous = before === '' ? undefined : (JSON.parse(before) as GrammarManifest);
  const written = new Set<string>();

  const pack = (from: string, path: string, known: PackedFile | undefined): PackedFile => {
    const content = readFileSync(from);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const packed = { path, sha256, bytes: content.length };
    if (written.has(path)) return packed;
    if (known?.sha256 === sha256 && known.path === path && existsSync(join(outDir, path))) return packed;
    const compressed = brotliCompressSync(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    });
    replaceFile(join(outDir, path), compressed);
    written.add(path);
    return packed;
  };

  const grammars: Record<string, PackedGrammar> = {};
  for (const [name, source] of Object.entries(SOURCES)) {
    const packageDir = join(ROOT, 'node_modules', source.package);
    const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
    const known = previous?.grammars[name];
    const reusable = known?.version === version ? known : undefined;
    // Prebuilt files are named after the package, with the slash of its scope as a plus.
    const prebuilt = `${source.package.replace('/', '+')}.node`;
    const packedName = source.package.slice(source.package.indexOf('tree-sitter-') + 'tree-sitter-'.length);
    const native: Record<string, PackedFile> = { ...reusable?.native };
    for (const platform of platforms) {
      const from = join(packageDir, 'prebuilds', platform, prebuilt);
      native[platform] = pack(from, `${platform}/${packedName}.node.br`, native[platform]);
    }
    const wasm = source.wasm === undefined ? `tree-sitter-${name}.wasm` : source.wasm;
    grammars[name] = {
      package: source.package,
      version,
      abi: abiOf(join(packageDir, source.source ?? '', 'src', 'parser.c')),
      ...(source.nativeExport === undefined ? {} : { nativeExport: source.nativeExport }),
      native,
      ...(wasm === null ? {} : { wasm: pack(join(packageDir, wasm), `wasm/${name}.wasm.br`, known?.wasm) }),
    };
  }
  const after = `${JSON.stringify({ grammars } satisfies GrammarManifest, null, 2)}\n`;
  if (after !== before) replaceFile(manifestPath, after);
  return written.size;
}

function abiOf(parserSource: string): number {
  const match = /#define LANGUAGE_VERSION (\d+)/.exec(readFileSync(parserSource, 'utf8').slice(0, 4096));
  if (match === null) throw new Error(`\`${parserSource}\` does not say its LANGUAGE_VERSION`);
  return Number(match[1]);
}

function replaceFile(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const all = process.argv.includes('--all-platforms');
  const written = packGrammars(all ? ALL_PLATFORMS : [`${process.platform}-${process.arch}`], join(ROOT, 'grammars'));
  console.error(written === 0 ? 'grammars are up to date' : `packed ${written} grammar files`);
}
