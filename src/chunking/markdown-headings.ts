import type { LineTable } from './line-table.js';
import { FILE_ENCLOSURE, Outline, type Enclosure } from './outline.js';
import { qualify } from './definition-name.js';

const ATX = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*\r?$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*\r?$/;
const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*\r?$/;
const LONGEST_TITLE = 120;

interface Section {
  readonly level: number;
  readonly enclosure: Enclosure;
}

/** Cuts Markdown before its headings (`#` and underlined ones, not inside fences) and nests sections by level. */
export function outlineOfMarkdown(lines: LineTable): Outline {
  const outline = new Outline();
  const open: Section[] = [];
  let fence = '';
  let paragraphStart = -1;

  const section = (line: number, level: number, title: string): void => {
    while (open.length > 0 && open[open.length - 1]!.level >= level) open.pop();
    const outer = open[open.length - 1]?.enclosure ?? FILE_ENCLOSURE;
    const name = title
      .replace(/[*_`]|\]\([^)]*\)|!?\[/g, '')
      .trim()
      .slice(0, LONGEST_TITLE);
    const enclosure: Enclosure = { kind: 'section', qualifiedName: qualify(outer.qualifiedName, name), outer };
    outline.cut(line, open.length, enclosure);
    if (name !== '') outline.define({ line, lines: 0, kind: 'section', name, parent: outer.qualifiedName });
    open.push({ level, enclosure });
  };

  for (let line = endOfFrontMatter(lines); line < lines.count; line++) {
    const text = lines.line(line);
    const marker = FENCE.exec(text)?.[1];
    if (fence !== '') {
      const closes = marker !== undefined && marker.startsWith(fence) && text.trim() === marker;
      if (closes) fence = '';
      continue;
    }
    if (marker !== undefined) {
      fence = marker;
      paragraphStart = -1;
      continue;
    }
    const heading = ATX.exec(text);
    const underline = paragraphStart >= 0 ? UNDERLINE.exec(text)?.[1] : undefined;
    if (heading !== null) section(line, heading[1]!.length, heading[2] ?? '');
    else if (underline !== undefined) {
      section(paragraphStart, underline.startsWith('=') ? 1 : 2, lines.line(paragraphStart));
    } else if (text.trim() !== '') {
      // Block markers cannot be underlined into a heading.
      if (paragraphStart < 0 && !RULE.test(text) && !/^(\s{4}|\t|\s*([-*+>|]|\d+[.)])(\s|$))/.test(text))
        paragraphStart = line;
      continue;
    }
    paragraphStart = -1;
  }
  return outline;
}

/** The line behind a block of metadata between two `---` at the beginning, or 0. */
function endOfFrontMatter(lines: LineTable): number {
  if (lines.count === 0 || lines.line(0).trimEnd() !== '---') return 0;
  for (let line = 1; line < lines.count; line++) {
    if (lines.line(line).trimEnd() === '---') return line + 1;
  }
  return 0;
}
