import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLES = fileURLToPath(new URL('../fixtures/languages', import.meta.url));
const FRUITS = ['Apple', 'Banana', 'Cherry', 'Damson', 'Elder', 'Fig', 'Grape', 'Hazel'];

/** A folder of its own outside every repository, with a way to remove it. */
export interface TemporaryFolder {
  readonly path: string;
  write(path: string, content: string | Uint8Array): void;
  remove(): void;
}

/** Makes an empty folder. Its path has a space, as a user's may. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'fruit shop '));
  return {
    path,
    write: (name, content) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * Fills a folder with at least `files` files in all the languages of the fixtures. Each repeats its sample `repeat`
 * times under other names, so that no two files are equal.
 */
export function fillTree(folder: TemporaryFolder, files: number, repeat = 1): void {
  const samples = readdirSync(SAMPLES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({
      text: readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      extension: extname(entry.name),
    }));
  for (let number = 0; number < files; number++) {
    const { text, extension } = samples[number % samples.length]!;
    const shelf = Math.floor(number / samples.length);
    const copies = Array.from({ length: repeat }, (_, copy) => {
      const fruit = `${FRUITS[(shelf + copy) % FRUITS.length]!}${shelf}x${copy}`;
      return text.replaceAll('Fruit', fruit).replaceAll('fruit', fruit.toLowerCase());
    });
    folder.write(`shelf${shelf}/stock${number % samples.length}${extension}`, copies.join('\n'));
  }
}
