import type { ChunkKind } from '../shared/model.js';
import { readName } from './definition-name.js';
import type { LineTable } from './line-table.js';
import { FILE_ENCLOSURE, Outline } from './outline.js';

const STATEMENT =
  /^(create|alter|drop|insert|update|delete|select|with|grant|revoke|comment|merge|copy|truncate|call|do)\b/i;
const CREATION =
  /^create\s+(?:or\s+(?:replace|alter)\s+)?(?:(?:global|local|temporary|temp|unlogged|unique|materialized|external|definer\s*=\s*\S+|constraint)\s+)*(table|view|function|procedure|trigger|index|type|domain|sequence|schema|database|package(?:\s+body)?|role|extension)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?([^\s(;]+)/i;

const KINDS: Readonly<Record<string, ChunkKind>> = {
  table: 'type',
  view: 'type',
  type: 'type',
  domain: 'type',
  function: 'function',
  procedure: 'function',
  trigger: 'function',
  schema: 'module',
  database: 'module',
  package: 'module',
};

/**
 * Cuts SQL before statements that begin a line without indentation, with the comment above them. Knows no dialect: dollar
 * quotes and block comments are passed over, everything else is told by its first word.
 */
export function outlineOfSql(lines: LineTable): Outline {
  const outline = new Outline();
  let commentStart = -1;
  let quote = '';
  let inComment = false;
  for (let line = 0; line < lines.count; line++) {
    const text = lines.line(line);
    const continues = quote !== '' || inComment;
    if (inComment) inComment = !text.includes('*/');
    else if (text.trimStart().startsWith('/*')) {
      inComment = !text.includes('*/');
      if (commentStart < 0) commentStart = line;
      continue;
    }
    for (const [tag] of text.matchAll(/\$\w*\$/g)) quote = quote === '' ? tag : quote === tag ? '' : quote;
    if (continues) continue;
    if (text.startsWith('--')) {
      if (commentStart < 0) commentStart = line;
      continue;
    }
    if (STATEMENT.test(text)) {
      outline.cut(commentStart >= 0 ? commentStart : line, 0, FILE_ENCLOSURE);
      const creation = CREATION.exec(text);
      if (creation !== null) {
        const written = creation[2]!.replace(/["`[\]]/g, '');
        const name = readName(written, 0, written.length, 'type');
        const kind = KINDS[creation[1]!.toLowerCase().split(/\s/)[0]!] ?? 'constant';
        if (name !== undefined) outline.define({ line, lines: 1, kind, name: name.name, parent: name.qualifier });
      }
    }
    commentStart = -1;
  }
  return outline;
}
