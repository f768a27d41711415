/**
 * Compiles `src` into an empty folder, puts the embedding model beside its reader, and then puts the folder in the place
 * of `dist`: nothing stale stays, a failed build leaves the last good one, and a program that starts meanwhile finds one
 * or the other.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MODEL = 'src/embedding/static-model.bin';
const target = join(ROOT, 'dist');
const draft = join(ROOT, 'node_modules/.cache', `mind-index-dist-${process.pid}`);

mkdirSync(dirname(draft), { recursive: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '--project', ROOT, '--outDir', draft], { stdio: 'inherit' });
if (status === 0) {
  copyFileSync(join(ROOT, MODEL), join(draft, MODEL.replace('src/', '')));
  rmSync(target, { recursive: true, force: true });
  renameSync(draft, target);
} else {
  rmSync(draft, { recursive: true, force: true });
  process.exitCode = 1;
}
