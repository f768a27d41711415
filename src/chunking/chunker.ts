import { LANGUAGES, type Language } from '../shared/languages.js';
import { MindIndexError } from '../shared/errors.js';
import type { Chunk } from '../shared/model.js';
import { BoundRules } from './bound-rules.js';
import { assembleChunks, type ChunkSizes } from './chunk-assembly.js';
import type { GrammarLibrary } from './grammar-library.js';
import { LineTable } from './line-table.js';
import { outlineOfMarkdown } from './markdown-headings.js';
import { Outline } from './outline.js';
import { ParseDeadline } from './parse-deadline.js';
import { ParseMemory, type ParseRoom } from './parse-memory.js';
import { outlineOfSql } from './sql-statements.js';
import { SYNTAX_RULES } from './syntax-rules.js';
import { SyntaxWalk } from './syntax-walk.js';

/** Limits of chunks and of parsing; all of them affect the content of an index. */
export interface ChunkLimits extends ChunkSizes {
  /** Longer texts (in UTF-16 units) are split by lines without parsing. */
  readonly maxParseBytes: number;
  /** A parse that takes longer is given up, see `ParseDeadline`. Generous: only a sick grammar may meet it. */
  readonly parseDeadlineMs: number;
}

/** Why a file of a language with a grammar was split by lines. */
export type ChunkFallback = 'given-up' | 'too-large' | 'no-grammar' | 'parse-failed';

/** The chunks of one file and how they were found. */
export interface ChunkedText {
  readonly chunks: Chunk[];
  readonly method: 'syntax' | 'headings' | 'lines';
  readonly fallback?: ChunkFallback;
}

/** Splits texts into chunks. Every line of a text belongs to exactly one of them; an empty text has none. */
export interface Chunker {
  /**
   * Synchronous; the language's grammar must have been prepared in the library. Throws `memory-short` when parsing needs
   * more than `room`.
   */
  chunk(text: string, language: Language | undefined, room?: ParseRoom): ChunkedText;
}

/** Languages that no grammar of ours reads, split at headings (Markdown), statements (SQL) or by lines. */
export const LINE_WINDOW_LANGUAGES: readonly Language[] = LANGUAGES.filter(
  ({ grammar, id }) => grammar === undefined && id !== 'markdown',
);

/**
 * What only C++ writes at the beginning of a line; `.h` files are of either language. No two repetitions in a row take the same
 * character: a line of blanks would have them try every division between them.
 */
const CPP_ONLY =
  /^[ \t]*(?:(?:public|private|protected)[ \t]*:|namespace\b[^;\n]*$|template[ \t]*<|(?:class|struct)[ \t]+\w[\w ]*(?:final[ \t]*)?:[ \t]*(?:public|private|protected)\b|using[ \t]+\w)/m;

/**
 * A text with a longer line (in UTF-16 units) is not parsed: it is minified or data, its lines cannot be split anyway, and
 * some grammars need quadratic time on it. Decided by the text, not the clock, so that every machine decides alike.
 */
const LONGEST_LINE = 10_000;

/** The YAML scanner keeps its indentations in 1 KB and aborts the process beyond about 250; each takes a column. */
const YAML_TOO_DEEP = /^[ \t?:-]{150}/m;

/**
 * A text with more tokens is not parsed: a syntax tree takes 100 to 400 bytes per token. Source has 4 to 5 characters per
 * token, tables of numbers 3, so this concerns only texts near the largest that are parsed.
 */
const MOST_TOKENS = 400_000;

const ANY_ROOM: ParseRoom = { treeBytes: Infinity, ceilingBytes: Infinity };

/** Makes the chunker of one thread. */
export function createChunker(options: { limits: ChunkLimits; grammars: GrammarLibrary }): Chunker {
  return new LimitedChunker(options.limits, options.grammars);
}

class LimitedChunker implements Chunker {
  private readonly rules = new Map<string, BoundRules>();

  constructor(
    private readonly limits: ChunkLimits,
    private readonly grammars: GrammarLibrary,
  ) {}

  chunk(text: string, language: Language | undefined, room = ANY_ROOM): ChunkedText {
    const lines = new LineTable(text);
    if (language?.id === 'markdown') return this.assembled(lines, outlineOfMarkdown(lines), 'headings');
    if (language?.id === 'sql') return this.assembled(lines, outlineOfSql(lines), 'lines');
    if (language?.grammar === undefined) return this.byLines(lines);
    return this.bySyntax(lines, language.grammar, room);
  }

  private bySyntax(lines: LineTable, grammar: string, room: ParseRoom): ChunkedText {
    const { limits } = this;
    if (grammar === 'c' && CPP_ONLY.test(lines.text)) grammar = 'cpp';
    const parser = this.grammars.parser(grammar);
    if (parser === undefined) return this.byLines(lines, 'no-grammar');
    if (lines.text.length > limits.maxParseBytes || lines.longest > LONGEST_LINE || isTooDense(lines.text))
      return this.byLines(lines, 'too-large');
    if (lines.text.includes('\0') || (grammar === 'yaml' && YAML_TOO_DEEP.test(lines.text))) {
      return this.byLines(lines, 'parse-failed');
    }
    const rules = this.boundRules(grammar);
    try {
      const deadline = new ParseDeadline(limits.parseDeadlineMs, undefined, new ParseMemory(room));
      const outline = parser.parse(lines.text, deadline, (root) => new SyntaxWalk(root, lines, rules, limits).run());
      return outline === undefined ? this.byLines(lines, 'given-up') : this.assembled(lines, outline, 'syntax');
    } catch (error) {
      if (error instanceof MindIndexError && error.code === 'memory-short') throw error;
      return this.byLines(lines, 'parse-failed');
    }
  }

  private byLines(lines: LineTable, fallback?: ChunkFallback): ChunkedText {
    const result = this.assembled(lines, new Outline(), 'lines');
    return fallback === undefined ? result : { ...result, fallback };
  }

  private assembled(lines: LineTable, outline: Outline, method: ChunkedText['method']): ChunkedText {
    return { chunks: assembleChunks(lines, outline, this.limits), method };
  }

  private boundRules(grammar: string): BoundRules {
    let rules = this.rules.get(grammar);
    if (rules === undefined) {
      rules = new BoundRules(SYNTAX_RULES[grammar] ?? { nodes: {} });
      this.rules.set(grammar, rules);
    }
    return rules;
  }
}

/** Counts tokens as any language would: words, and every other character that is no white space. */
function isTooDense(text: string): boolean {
  if (text.length <= MOST_TOKENS) return false;
  let tokens = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isWord = code >= 0x80 || WORD_CHARACTER[code] === 1;
    if (isWord ? !inWord : code > 0x20) tokens++;
    inWord = isWord;
  }
  return tokens > MOST_TOKENS;
}

const WORD_CHARACTER = Uint8Array.from({ length: 0x80 }, (_, code) => (/\w/.test(String.fromCharCode(code)) ? 1 : 0));
