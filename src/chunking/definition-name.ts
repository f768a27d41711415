import type { ChunkKind } from '../shared/model.js';

/** A longer name is an expression or a sentence, not a name. */
const LONGEST_NAME = 120;

/** Names that say where something hangs, not what it belongs to. */
const HOLDERS: ReadonlySet<string> = new Set([
  'prototype',
  'exports',
  'module',
  'this',
  'self',
  'window',
  'global',
  'globalThis',
  '_G',
]);

/** A defined name without its qualifier, and the qualifier with `.` between its parts. */
export interface DefinitionName {
  readonly name: string;
  readonly qualifier: string;
}

/**
 * Reads a name as the source writes it: `Basket::total`, `M.weigh`, `Basket.prototype.add`, `*Basket[T]`, `'sells pears'`.
 * Undefined for what is no name, such as a destructuring pattern.
 */
export function readName(text: string, start: number, end: number, kind: ChunkKind): DefinitionName | undefined {
  if (end <= start) return undefined;
  const written = text.slice(start, Math.min(end, start + LONGEST_NAME + 1));
  if (kind === 'test' || kind === 'section') {
    const name = unquote(firstLine(written).trim()).replace(/[,{]$/, '').trim().slice(0, LONGEST_NAME);
    return name === '' ? undefined : { name, qualifier: '' };
  }
  if (end - start > LONGEST_NAME) return undefined;
  const plain = /^[\w$]+$/.test(written);
  if (plain) return written === '_' ? undefined : { name: written, qualifier: '' };
  return readQualified(unquote(written));
}

function readQualified(written: string): DefinitionName | undefined {
  if (/^operator\b/.test(written)) return { name: written.replace(/\s+/g, ' '), qualifier: '' };
  // Pointers, references, sigils before the name; type arguments after it.
  const bare = withoutTypeArguments(written.replace(/^[*&\s:]+/, ''));
  if (bare === '' || /[\s(){}[\],;"'`=]/.test(bare)) return undefined;
  const parts = bare.split(/::|[.:\\]/).filter((part) => part !== '');
  const name = parts.pop();
  if (name === undefined || HOLDERS.has(name)) return undefined;
  return { name, qualifier: parts.filter((part) => !HOLDERS.has(part)).join('.') };
}

function withoutTypeArguments(written: string): string {
  let bare = written.replace(/(?<=.)\[[^]*$/, '');
  for (let before = ''; before !== bare;) {
    before = bare;
    bare = bare.replace(/(?<=.)<[^<>]*>/, '');
  }
  return bare;
}

/** Joins the parts of a qualified name, leaving out empty ones. */
export function qualify(outer: string, inner: string): string {
  if (outer === '') return inner;
  return inner === '' ? outer : `${outer}.${inner}`;
}

function firstLine(text: string): string {
  const newline = text.indexOf('\n');
  return newline < 0 ? text : text.slice(0, newline);
}

function unquote(text: string): string {
  return /^(["'`]).*\1$/s.test(text) ? text.slice(1, -1) : text;
}
