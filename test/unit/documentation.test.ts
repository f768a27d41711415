import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Invocation } from '../../src/cli/invocation.js';
import { createProgram } from '../../src/cli/program.js';
import { meaningOf } from '../../src/cli/skip-reasons.js';
import { SETTINGS, type Setting } from '../../src/config/defaults.js';
import { LANGUAGES } from '../../src/shared/languages.js';
import { CHUNK_KINDS } from '../../src/shared/model.js';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENTS = ['README.md', 'docs/ARCHITECTURE.md', 'docs/EXPORT.md', 'benchmarks/README.md'];
const readme = read('README.md');

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The cells of every table row in a section, without the marks of Markdown. */
function rowsOf(heading: string): string[][] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

function shownDefault(key: string, { default: value, unit }: Setting<unknown>): string {
  if (key === 'cacheDir') return 'the platform’s cache folder';
  if (Array.isArray(value)) return 'none';
  if (typeof value !== 'number') return String(value);
  return unit === 'bytes' ? `${value / 2 ** 20} MiB` : `${value} ${unit}`;
}

describe('the README agrees with the program', () => {
  test('on every setting: its key, default, flag, summary, and whether it changes stored content', () => {
    const shown = rowsOf('Configuration').filter(([key]) => key!.startsWith('`'));
    const known = Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([key, setting]) => [
      `\`${key}\`${setting.affectsContent ? ' \\*' : ''}`,
      shownDefault(key, setting),
      setting.flag === undefined ? '' : `\`${setting.flag}\``,
      setting.summary,
    ]);
    const byKey = (a: string[], b: string[]) => (a[0]! < b[0]! ? -1 : 1);
    expect(shown.toSorted(byKey)).toEqual(known.toSorted(byKey));
  });

  test('on the flags of a search', () => {
    const search = createProgram(Invocation.ofProcess()).commands.find((command) => command.name() === 'search')!;
    const shown = rowsOf('Searching').flatMap(([flag]) => /^`(.*)`$/.exec(flag!)?.[1] ?? []);
    expect(shown.toSorted()).toEqual([...search.options.map(({ flags }) => flags), '--json'].toSorted());
    const section = readme.slice(readme.indexOf('## Searching'), readme.indexOf('## What is indexed'));
    expect(CHUNK_KINDS.filter((kind) => !new RegExp(`\\b${kind}\\b`).test(section))).toEqual([]);
  });

  test('on the reasons why files are skipped', () => {
    const union = /export type SkipReason =([^;]*);/.exec(read('src/shared/model.ts'))![1]!;
    const known = [...union.matchAll(/'([\w-]+)'/g)].map((match) => match[1]!);
    const shown = rowsOf('What is indexed, and what is not').flatMap(([reason]) => /^`(.*)`$/.exec(reason!)?.[1] ?? []);
    expect(shown).toEqual(known);
    expect(shown.filter((reason) => meaningOf(reason) === '')).toEqual([]);
  });

  test('on the languages with a grammar', () => {
    const row = rowsOf('Languages').find(([how]) => how === 'grammar')!;
    const shown = row[1]!.replace(/ \([^)]*\)/g, '').split(', ');
    expect(shown).toEqual(LANGUAGES.filter(({ grammar }) => grammar !== undefined).map(({ name }) => name));
  });
});

test.each(DOCUMENTS)('every relative link in %s leads to a file', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !existsSync(fileURLToPath(new URL(link, new URL(document, ROOT)))));
  expect(broken).toEqual([]);
});
