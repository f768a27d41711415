import { describe, expect, it } from 'vitest';
import { LineTable } from '../../../src/chunking/line-table.js';
import { outlineOfMarkdown } from '../../../src/chunking/markdown-headings.js';
import type { Outline } from '../../../src/chunking/outline.js';
import { outlineOfSql } from '../../../src/chunking/sql-statements.js';

function named({ definitions }: Outline): string[] {
  return definitions.map(({ line, parent, name }) => `${line + 1} ${parent === '' ? name : `${parent} > ${name}`}`);
}

describe('Markdown', () => {
  const sections = (...lines: string[]) => named(outlineOfMarkdown(new LineTable(lines.join('\n'))));

  it('nests sections by the level of their headings', () => {
    expect(sections('# Fruit', '## Pears', '### Conference', '## Plums', '# Crates')).toEqual([
      '1 Fruit',
      '2 Fruit > Pears',
      '3 Fruit.Pears > Conference',
      '4 Fruit > Plums',
      '5 Crates',
    ]);
  });

  it('knows underlined headings, but no tables, lists, front matter or rules', () => {
    expect(sections('Fruit', '=====', '', 'Pears', '---', '- plum', '---', '', '---', '| a |', '|---|')).toEqual([
      '1 Fruit',
      '4 Fruit > Pears',
    ]);
    expect(sections('---', 'title: Fruit', '---', '# Shop')).toEqual(['4 Shop']);
  });

  it('leaves what is inside fences alone', () => {
    expect(sections('````sh', '# no', '```', '# no', '````', '~~~', '# no', '~~~', '# Yes ##')).toEqual(['9 Yes']);
  });

  it('strips emphasis, code and links from titles', () => {
    expect(sections('# The `sell` **rule** in [the shop](https://example.org)')).toEqual([
      '1 The sell rule in the shop',
    ]);
  });
});

describe('SQL', () => {
  const statements = (...lines: string[]) => outlineOfSql(new LineTable(lines.join('\n')));

  it('is cut before statements, with the comment above them', () => {
    const outline = statements(
      '-- Fruit.',
      'create table fruit (',
      '  name text',
      ');',
      '',
      '/* All',
      ' of it. */',
      'select 1;',
    );
    expect(outline.cuts.map(({ line }) => line + 1)).toEqual([1, 6]);
    expect(named(outline)).toEqual(['2 fruit']);
  });

  it('keeps the bodies of functions together', () => {
    const outline = statements(
      'CREATE FUNCTION shop.sell() AS $x$',
      'SELECT 1;',
      'UPDATE stock;',
      '$x$;',
      'DROP TABLE plum;',
    );
    expect(outline.cuts.map(({ line }) => line + 1)).toEqual([1, 5]);
    expect(named(outline)).toEqual(['1 shop > sell']);
  });
});
