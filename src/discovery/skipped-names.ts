import type { SkipReason } from '../shared/model.js';
import { isSecretPath } from './secret-names.js';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Exact names of lock files, in lower case. */
const LOCK_FILES = words(`
  package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock
  cargo.lock go.sum go.work.sum
  poetry.lock pipfile.lock uv.lock pdm.lock pixi.lock conda-lock.yml pylock.toml
  gemfile.lock gems.locked composer.lock symfony.lock
  packages.lock.json project.assets.json paket.lock
  podfile.lock cartfile.resolved package.resolved pubspec.lock
  mix.lock rebar.lock cabal.project.freeze stack.yaml.lock shard.lock dub.selections.json
  gradle.lockfile buildscript-gradle.lockfile
  conan.lock vcpkg-lock.json flake.lock chart.lock .terraform.lock.hcl buf.lock module.bazel.lock
`);

/** Extensions of formats that are never text, in lower case. Left out where a text format shares the extension. */
export const BINARY_EXTENSIONS = words(`
  png jpg jpeg jpe jfif gif bmp ico icns cur tif tiff webp avif heic heif jxl psd psb xcf ai eps cr2 nef dng exr hdr
  tga dds ktx ktx2 pcx sketch fig blend fbx glb 3ds   mp3 mp4 m4a m4v m4p aac ac3 flac ogg oga ogv opus wav wma wmv aif aiff mid midi avi mov mkv webm flv mpg mpeg 3gp swf
  woff woff2 ttf otf ttc eot pfb pfm
  zip gz tgz bz2 tbz tbz2 xz txz lz lz4 lzma lzo zst tzst br 7z rar tar cab iso dmg img vhdx vmdk qcow2 jar war ear
  aar apk ipa aab deb rpm msi msix appx flatpak whl egg gem nupkg crate phar vsix xpi crx cpio squashfs
  exe dll so dylib o a ko elf efi pdb ilk pch gch wasm class pyc pyo pyd beam dyn_o
  rlib rmeta node dex odex gmo cmi cmo cmx cma cmxa fasl elc
  pdf doc docx dotx xls xlsx xlsm xlsb ppt pptx pps ppsx odt ods odp odg pages numbers epub mobi azw azw3 djvu chm   db db3 sqlite sqlite3 mindx mdb accdb ibd myd myi dbf rdb ldb
  npy npz pkl pickle parquet feather arrow orc avro h5 hdf5 rds rdata rda sav dta onnx pt pth ckpt safetensors gguf ggml
  tflite mlmodel joblib bin pcap pcapng dmp hprof heapsnapshot
  der cer p7b p7c p7s sst nib pak unitypackage
`);

/**
 * Why a file is skipped by its name alone, or for a secret by its directory too, without being opened; undefined when its
 * content must decide. The reasons in order: lock file, secret, minified, binary.
 */
export function reasonByName(path: string): SkipReason | undefined {
  const folded = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (LOCK_FILES.has(folded)) return 'lock-file';
  const dot = folded.lastIndexOf('.');
  if (isSecretPath(path)) return 'secret';
  if (dot < 0) return undefined;
  const extension = folded.slice(dot + 1);
  if (extension === 'map' || /[.-]min\.(js|mjs|cjs|css|html)$/.test(folded)) return 'minified';
  return BINARY_EXTENSIONS.has(extension) ? 'binary' : undefined;
}
