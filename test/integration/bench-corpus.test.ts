import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareCorpus } from '../../src/bench/corpus/corpus-directory.js';

const spec = { files: 60, seed: 4 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mind-index-corpus-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('prepareCorpus', () => {
  it('writes TypeScript that compiles under strict', () => {
    const { root, files } = prepareCorpus(folder, spec);
    const modules = files.filter(({ path }) => !path.endsWith('.test.ts')).map(({ path }) => join(root, path));
    const program = ts.createProgram(modules, {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(problems).toEqual([]);
  });

  it('takes over what is there, and writes again only what an interrupted run left edited', () => {
    const first = prepareCorpus(folder, spec);
    const [edited, untouched] = first.files.map(({ path }) => join(first.root, path));
    const original = readFileSync(edited!, 'utf8');
    const stamp = statSync(untouched!).mtimeMs;
    appendFileSync(edited!, '// edited\n');

    const second = prepareCorpus(folder, spec);
    expect([first.reused, second.reused]).toEqual([false, true]);
    expect(readFileSync(edited!, 'utf8')).toBe(original);
    expect(statSync(untouched!).mtimeMs).toBe(stamp);
    expect(second.identity).toBe(first.identity);
  });

  it('replaces a corpus of another seed', () => {
    const first = prepareCorpus(folder, spec);
    const second = prepareCorpus(folder, { ...spec, seed: 5 });
    expect(second.reused).toBe(false);
    expect(second.identity).not.toBe(first.identity);
    expect(() => statSync(join(first.root, first.files[40]!.path))).toThrow('ENOENT');
  });
});
