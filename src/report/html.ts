import { escapeControls } from '../shared/control-characters.js';

/** Text that is markup already. Only `html` and `markup` make it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What stands in a template: text is escaped, markup is not, nothing is left out. */
export type Part = Html | string | number | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` as it may stand between tags and in quoted attributes; control characters are made visible. */
export function escapeHtml(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Line breaks of a template with the spaces around them: worth nothing in a page, and a third of its size. */
const INDENTATION = /\s*\n\s*/g;

/** Markup from a template. Every value that is not markup itself is escaped: names of files are written by anybody. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = strings.map((text) => text.replace(INDENTATION, '\n'));
  return new Html(texts.map((text, at) => (at === 0 ? text : textOf(parts[at - 1]) + text)).join(''));
}

/** Markup that this program wrote as a whole, such as its style sheet. Never call it with text from an index. */
export function markup(text: string): Html {
  return new Html(text);
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  return typeof part === 'number' ? String(part) : part.map(textOf).join('');
}
