import type { ChunkKind } from '../shared/model.js';
import type { SyntaxCursor } from './grammar-library.js';
import type { CallRule, DefinitionRule, GrammarRules, NamePath, SyntaxRule } from './syntax-rule.js';

/** Type id of a syntax error in every grammar: transparent, since definitions survive around an error. */
const ERROR_TYPE_ID = 65_535;
const ERROR_RULE: SyntaxRule = { role: 'wrapper' };

/** What a node is without a rule: `token` is punctuation or a keyword, `plain` a statement or expression. */
export type Role = SyntaxRule | 'token' | 'plain';

interface Step {
  readonly field?: string;
  readonly type?: string;
  readonly repeat: boolean;
}

/**
 * The rules of a grammar bound to the numbers of one parser. Numbers are learned when first seen, so that a walk
 * compares integers and cuts no strings out of native memory.
 */
export class BoundRules {
  private readonly roles: Role[] = [];
  private readonly typeNames: string[] = [];
  private readonly fieldNames: string[] = [];
  private readonly paths = new Map<NamePath, readonly (readonly Step[])[]>();
  private readonly valueKinds: ReadonlyMap<string, ChunkKind>;
  /** Range of the name found last, in the text. */
  nameStart = 0;
  nameEnd = 0;
  /** What the value inspected last makes of its definition; undefined for all but functions, classes and the like. */
  value: ChunkKind | undefined;

  /** See `swallowsComments` of GrammarRules. */
  readonly swallowsComments: boolean;

  constructor(private readonly rules: GrammarRules) {
    this.swallowsComments = rules.swallowsComments === true;
    this.valueKinds = new Map(Object.entries(rules.valueKinds ?? {}));
  }

  /** The role of the node under the cursor. */
  role(cursor: SyntaxCursor): Role {
    const id = cursor.nodeTypeId;
    if (id === ERROR_TYPE_ID) return ERROR_RULE;
    return this.roles[id] ?? this.learn(id, cursor);
  }

  /** Finds a name below the node under the cursor, into `nameStart` and `nameEnd`; the cursor comes back. */
  findName(cursor: SyntaxCursor, path: NamePath): boolean {
    for (const steps of this.alternatives(path)) {
      if (this.follow(cursor, steps, 0)) return true;
    }
    return false;
  }

  /**
   * Finds name and value of a definition in one pass over the children of the node under the cursor: the name into
   * `nameStart` and `nameEnd` (equal when there is none), what the value is into `value`.
   */
  inspect(cursor: SyntaxCursor, rule: DefinitionRule): void {
    this.value = undefined;
    this.nameEnd = this.nameStart = 0;
    const nameIsField = FIELD_NAME.test(rule.name);
    if (!nameIsField) this.findName(cursor, rule.name);
    if (nameIsField || (rule.value !== undefined && this.nameEnd > 0))
      this.inspectChildren(cursor, nameIsField ? rule.name : '', rule.value);
  }

  /** The definition that a call makes, told by the word it begins with; undefined for all other calls. */
  calledDefinition(rule: CallRule, text: string, start: number): DefinitionRule | undefined {
    WORD.lastIndex = start;
    const callee = WORD.exec(text)?.[0];
    return callee !== undefined && Object.hasOwn(rule.definitions, callee) ? rule.definitions[callee] : undefined;
  }

  private inspectChildren(cursor: SyntaxCursor, nameField: string, valueField: string | undefined): void {
    if (!cursor.gotoFirstChild()) return;
    do {
      const field = this.fieldName(cursor);
      if (field !== undefined && field === nameField && this.nameEnd === 0) {
        this.nameStart = cursor.startIndex;
        this.nameEnd = cursor.endIndex;
        if (valueField === undefined) break;
      } else if (valueField === '*' || (field !== undefined && field === valueField)) {
        this.value = this.valueKinds.get(this.typeName(cursor));
        if (this.value !== undefined || valueField !== '*') break;
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }

  private learn(id: number, cursor: SyntaxCursor): Role {
    const type = cursor.nodeType;
    const role = !cursor.nodeIsNamed
      ? 'token'
      : Object.hasOwn(this.rules.nodes, type)
        ? this.rules.nodes[type]!
        : 'plain';
    this.roles[id] = role;
    return role;
  }

  private follow(cursor: SyntaxCursor, steps: readonly Step[], at: number): boolean {
    if (at === steps.length) {
      this.nameStart = cursor.startIndex;
      this.nameEnd = cursor.endIndex;
      return true;
    }
    const step = steps[at]!;
    let levels = 0;
    while ((levels === 0 || (step.repeat && levels < DEEPEST_DECLARATOR)) && this.enter(cursor, step)) levels++;
    const found = levels > 0 && this.follow(cursor, steps, at + 1);
    for (; levels > 0; levels--) cursor.gotoParent();
    return found;
  }

  /** Moves to the first child that the step names; stays and answers false when there is none. */
  private enter(cursor: SyntaxCursor, step: Step): boolean {
    if (!cursor.gotoFirstChild()) return false;
    do {
      if (step.type === undefined ? this.fieldName(cursor) === step.field : this.typeName(cursor) === step.type) {
        return true;
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
    return false;
  }

  private fieldName(cursor: SyntaxCursor): string | undefined {
    const id = cursor.currentFieldId;
    if (!id) return undefined;
    return (this.fieldNames[id] ??= cursor.currentFieldName ?? '');
  }

  private typeName(cursor: SyntaxCursor): string {
    const id = cursor.nodeTypeId;
    if (id === ERROR_TYPE_ID) return 'ERROR';
    return (this.typeNames[id] ??= cursor.nodeType);
  }

  private alternatives(path: NamePath): readonly (readonly Step[])[] {
    let alternatives = this.paths.get(path);
    if (alternatives === undefined) {
      alternatives = path.split('|').map((steps) => (steps === '' ? [] : steps.split('.').map(parseStep)));
      this.paths.set(path, alternatives);
    }
    return alternatives;
  }
}

const FIELD_NAME = /^[a-z_]+$/;
const WORD = /\w+/y;
/** Pointers to functions returning pointers nest declarators; nobody nests more than a few. */
const DEEPEST_DECLARATOR = 8;

function parseStep(step: string): Step {
  if (step.startsWith('@')) return { type: step.slice(1), repeat: false };
  return step.endsWith('+') ? { field: step.slice(0, -1), repeat: true } : { field: step, repeat: false };
}
