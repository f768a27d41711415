import type { ChunkKind } from '../shared/model.js';

/**
 * Where a name stands below a node. Alternatives are separated by `|`; each is a path of steps joined by `.`: `name` goes to
 * the child in that field, `@type` to the first child of that type, `declarator+` follows a field as long as there is one.
 */
export type NamePath = string;

/** What nodes of one type mean for the outline. */
export type SyntaxRule =
  /** Defines a name; nodes inside a container are searched for further definitions. */
  | {
      readonly role: 'definition';
      readonly kind: ChunkKind;
      readonly name: NamePath;
      readonly container: boolean;
      /** Prefix of the qualified parent, such as the type of a receiver. */
      readonly parent?: NamePath;
      /** The child in this field, or any child for `*`, may tell the kind by its type: see `valueKinds`. */
      readonly value?: string;
      /** Defines nothing unless the value tells a kind. */
      readonly byValueOnly?: boolean;
      /** Defines nothing without a child in this field. */
      readonly requires?: string;
      /** Counts only directly inside such an enclosure. */
      readonly within?: ChunkKind;
    }
  /** A comment, attribute or annotation: belongs to what follows without a blank line between. */
  | {
      readonly role: 'lead';
      readonly defines?: DefinitionRule;
      /** Leads even when something stands before it on its line, as template parameters do. */
      readonly opening?: boolean;
    }
  /** Transparent: what it holds counts as if it stood in its place. */
  | { readonly role: 'wrapper' }
  /** A statement that defines something when it begins with a certain word; transparent otherwise. */
  | {
      readonly role: 'call';
      readonly definitions: Readonly<Record<string, DefinitionRule>>;
      /** Whether other statements of this type may hold definitions. */
      readonly wrapper: boolean;
    };

/** The rules of one grammar. */
export interface GrammarRules {
  readonly nodes: Readonly<Record<string, SyntaxRule>>;
  /** The scanner looks past comments for the end of a statement, so that nodes end behind the comment of the next. */
  readonly swallowsComments?: boolean;
  /** Node types of values that say what a definition is: a constant whose value is a function is a function. */
  readonly valueKinds?: Readonly<Record<string, ChunkKind>>;
}

/** See `lead` of SyntaxRule. */
export const LEAD: SyntaxRule = { role: 'lead' };
/** See `wrapper` of SyntaxRule. */
export const WRAPPER: SyntaxRule = { role: 'wrapper' };

/** The rule of a definition. */
export type DefinitionRule = Extract<SyntaxRule, { role: 'definition' }>;
/** The rule of a statement told by its first word. */
export type CallRule = Extract<SyntaxRule, { role: 'call' }>;

type Extras = Partial<Pick<DefinitionRule, 'parent' | 'value' | 'byValueOnly' | 'within' | 'requires'>>;

/** A definition without searched members. */
export function leaf(kind: ChunkKind, name: NamePath = 'name', extras: Extras = {}): DefinitionRule {
  return { role: 'definition', kind, name, container: false, ...extras };
}

/** A definition whose members are definitions too. */
export function container(kind: ChunkKind, name: NamePath = 'name', extras: Extras = {}): DefinitionRule {
  return { role: 'definition', kind, name, container: true, ...extras };
}

/** Gives several node types, or words, the same rule. */
export function all<Rule extends SyntaxRule>(types: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(types.split(' ').map((type) => [type, rule]));
}
