import type { ChunkKind } from '../shared/model.js';
import type { BoundRules, Role } from './bound-rules.js';
import { FILL_SHARE, type ChunkSizes } from './chunk-assembly.js';
import { qualify, readName, type DefinitionName } from './definition-name.js';
import type { SyntaxCursor } from './grammar-library.js';
import type { LineTable } from './line-table.js';
import { FILE_ENCLOSURE, Outline, type Enclosure } from './outline.js';
import type { CallRule, DefinitionRule, SyntaxRule } from './syntax-rule.js';

/** Nodes nested deeper than this are not looked into; what is too large there is cut into line windows. */
const DEEPEST_NODE = 200;

const SPACE = 32;
const BLOCK_COMMENT = /^\s*\/\*/;
const LINE_COMMENT = /^\s*\/\//;

/** What is known about the size of a node before it is looked into. */
interface Extent {
  /** Its first line, or -1 while unknown. */
  readonly line: number;
  /** Number of its lines; 0 for a member of something larger. */
  readonly lines: number;
  /** Whether it must be cut, together with the comments above it. */
  readonly tooLarge: boolean;
}

/** Whose children are being cut. */
type Parent = 'file' | 'definition' | 'statement';

const CONSTRUCTORS: ReadonlySet<string> = new Set(['constructor', '__init__', '__construct', 'initialize', 'init']);

/**
 * Walks a syntax tree, only as deep as needed: into containers for their names, and into what is too large for one
 * chunk. Calls of the cursor cross into native code and are what a walk costs.
 */
export class SyntaxWalk {
  private readonly outline = new Outline();

  constructor(
    private readonly cursor: SyntaxCursor,
    private readonly lines: LineTable,
    private readonly rules: BoundRules,
    private readonly sizes: ChunkSizes,
  ) {}

  /** The outline of the tree; the cursor must stand at the root. */
  run(): Outline {
    this.cutChildren(FILE_ENCLOSURE, 0, -1, 'file');
    return this.outline;
  }

  /** Visits the children of the file, or of a node that is too large for one chunk: each may begin a piece. */
  private cutChildren(enclosure: Enclosure, depth: number, firstLine: number, parent: Parent): void {
    const { cursor, lines } = this;
    if (depth > DEEPEST_NODE || !cursor.gotoFirstChild()) return;
    let endOfPrevious = firstLine;
    let leadStart = -1;
    let leadEnd = Number.NEGATIVE_INFINITY;
    let isFirst = true;
    do {
      const role = this.rules.role(cursor);
      if (role === 'token') {
        isFirst = false;
        continue;
      }
      const startLine = lines.lineAt(cursor.startIndex);
      const lastLine = this.endLine(cursor.endIndex, startLine);
      const isLead = role !== 'plain' && role.role === 'lead';
      const swallowed = this.rules.swallowsComments && !isLead ? this.commentStart(startLine, lastLine) : -1;
      const endLine = swallowed < 0 ? lastLine : swallowed - 1;
      const beginsLine = startLine > endOfPrevious;
      const isLed = startLine <= leadEnd + 1;
      if (beginsLine && !isLed) this.outline.cut(startLine, depth, enclosure);
      const pieceStart = isLed ? leadStart : startLine;
      if (isLead && (beginsLine || isFirst || role.opening === true)) {
        leadStart = pieceStart;
        leadEnd = endLine;
      } else {
        leadEnd = Number.NEGATIVE_INFINITY;
      }
      if (lastLine > endOfPrevious) endOfPrevious = lastLine;
      isFirst = false;
      const tooLarge =
        !isLead && endLine > startLine && this.isTooLarge(pieceStart, endLine + 1, shareOfMaximum(role, parent));
      if (tooLarge || role !== 'plain') {
        this.visit(role, enclosure, depth, { line: startLine, lines: endLine + 1 - startLine, tooLarge });
      }
      if (swallowed >= 0) {
        this.outline.cut(swallowed, depth, enclosure);
        leadStart = swallowed;
        leadEnd = lastLine;
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  /**
   * Visits the children of a node that fits into one chunk: only their names count. `extent` is the size of what they
   * stand for when the node is transparent, or else 0.
   */
  private nameChildren(enclosure: Enclosure, depth: number, extent: number): void {
    const { cursor } = this;
    if (depth > DEEPEST_NODE || !cursor.gotoFirstChild()) return;
    do {
      const role = this.rules.role(cursor);
      if (typeof role !== 'string') {
        this.visit(role, enclosure, depth, { line: -1, lines: extent, tooLarge: false });
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private visit(role: Role, enclosure: Enclosure, depth: number, extent: Extent): void {
    if (typeof role !== 'string') {
      const rule = role.role === 'call' ? this.called(role) : role;
      const definition = rule.role === 'lead' ? rule.defines : rule.role === 'definition' ? rule : undefined;
      if (definition !== undefined && this.define(definition, enclosure, depth, extent)) return;
      if (!extent.tooLarge && isTransparent(rule, enclosure)) this.nameChildren(enclosure, depth + 1, extent.lines);
    }
    if (extent.tooLarge) this.cutChildren(enclosure, depth + 1, extent.line, 'statement');
  }

  /** Some grammars let nodes end behind the line breaks that follow them. */
  private endLine(end: number, startLine: number): number {
    const { text, starts } = this.lines;
    while (end > starts[startLine]! && text.charCodeAt(end - 1) <= SPACE) end--;
    return Math.max(startLine, this.lines.lineAt(end - 1));
  }

  /** First line of the comment that lines [from, to] end with, if it stands on lines of its own; otherwise -1. */
  private commentStart(from: number, to: number): number {
    let line = to;
    if (this.lines.line(to).endsWith('*/')) {
      while (line > from && !BLOCK_COMMENT.test(this.lines.line(line))) line--;
      return line > from ? line : -1;
    }
    while (line > from && LINE_COMMENT.test(this.lines.line(line))) line--;
    return line < to ? line + 1 : -1;
  }

  private isTooLarge(from: number, to: number, share: number): boolean {
    const { maxLines, maxChars } = this.sizes;
    return to - from > maxLines * share || this.lines.size(from, to) > maxChars * share;
  }

  private called(rule: CallRule): SyntaxRule {
    return this.rules.calledDefinition(rule, this.lines.text, this.cursor.startIndex) ?? rule;
  }

  /** Records the definition under the cursor and visits its members; false when it defines nothing here. */
  private define(rule: DefinitionRule, enclosure: Enclosure, depth: number, extent: Extent): boolean {
    const { cursor, rules } = this;
    if (rule.within !== undefined && rule.within !== enclosure.kind) return false;
    const isLocal = isVariable(rule.kind) && isCode(enclosure.kind);
    if (isLocal && rule.value === undefined) return false;
    if (rule.requires !== undefined && !rules.findName(cursor, rule.requires)) return false;
    rules.inspect(cursor, rule);
    const { value } = rules;
    if (value === undefined && (isLocal || rule.byValueOnly === true)) return false;
    const name = readName(this.lines.text, rules.nameStart, rules.nameEnd, rule.kind);
    if (name === undefined) return false;
    let parent = qualify(enclosure.qualifiedName, name.qualifier);
    if (rule.parent !== undefined && rules.findName(cursor, rule.parent)) {
      const type = readName(this.lines.text, rules.nameStart, rules.nameEnd, 'type');
      if (type !== undefined) parent = qualify(parent, type.name);
    }
    const kind = refine(rule.kind, value, name, enclosure);
    const line = extent.line >= 0 ? extent.line : this.lines.lineAt(cursor.startIndex);
    this.outline.define({ line, lines: extent.lines, kind, name: name.name, parent });
    if (extent.tooLarge || rule.container) {
      const inner = { kind, qualifiedName: qualify(parent, name.name), outer: enclosure };
      if (extent.tooLarge) {
        this.outline.enter(inner);
        this.cutChildren(inner, depth + 1, line, 'definition');
      } else {
        this.nameChildren(inner, depth + 1, 0);
      }
    }
    return true;
  }
}

/**
 * How large a node may be to stay whole, as a share of a chunk's maximum. The body of a definition that is cut is always
 * cut, and statements inside it when they exceed a fill, lest the head be left alone.
 */
function shareOfMaximum(role: Role, parent: Parent): number {
  if (parent === 'file') return 1;
  if (role === 'plain') return FILL_SHARE;
  return parent === 'definition' && (role as SyntaxRule).role === 'wrapper' ? 0 : 1;
}

/** Whether the children of a node count as if they stood in its place. */
function isTransparent(rule: SyntaxRule, enclosure: Enclosure): boolean {
  switch (rule.role) {
    case 'wrapper':
      return true;
    case 'definition':
      // One without a name, such as an implementation for a slice.
      return rule.container;
    case 'call':
      return rule.wrapper && !isCode(enclosure.kind);
    case 'lead':
      return false;
  }
}

/** What a definition is, given its value, its name and where it stands. */
function refine(kind: ChunkKind, value: ChunkKind | undefined, name: DefinitionName, enclosure: Enclosure): ChunkKind {
  const inType = isType(enclosure.kind);
  if (value !== undefined) kind = value === 'function' && kind === 'field' ? 'method' : value;
  if (kind === 'function' && (inType || name.qualifier !== '')) return refine('method', undefined, name, enclosure);
  if (kind === 'constant' && enclosure.kind === 'class') return 'field';
  if (kind !== 'method' || !inType) return kind;
  const isConstructor = CONSTRUCTORS.has(name.name) || `.${enclosure.qualifiedName}`.endsWith(`.${name.name}`);
  return isConstructor ? 'constructor' : 'method';
}

function isType(kind: ChunkKind): boolean {
  return kind === 'class' || kind === 'interface' || kind === 'enum' || kind === 'type';
}

function isVariable(kind: ChunkKind): boolean {
  return kind === 'constant' || kind === 'field';
}

/** Inside these, variables are local and no names of the file. */
function isCode(kind: ChunkKind): boolean {
  return kind === 'function' || kind === 'method' || kind === 'constructor' || kind === 'test' || kind === 'macro';
}
