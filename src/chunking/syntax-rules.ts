import { all, container, LEAD, leaf, WRAPPER, type GrammarRules } from './syntax-rule.js';

const javascriptTest = leaf(
  'test',
  '@call_expression.arguments.@string|@call_expression.arguments.@template_string|@call_expression.arguments.@identifier',
);

const javascript: GrammarRules = {
  valueKinds: {
    arrow_function: 'function',
    function_expression: 'function',
    generator_function: 'function',
    class: 'class',
  },
  nodes: {
    ...all('comment decorator hash_bang_line', LEAD),
    ...all('export_statement lexical_declaration variable_declaration class_body', WRAPPER),
    expression_statement: {
      role: 'call',
      definitions: all('describe context suite it test bench', javascriptTest),
      wrapper: true,
    },
    ...all('function_declaration generator_function_declaration', leaf('function')),
    ...all('class_declaration class', container('class')),
    method_definition: leaf('method'),
    field_definition: leaf('field', 'property', { value: 'value' }),
    object: WRAPPER,
    variable_declarator: container('constant', 'name', { value: 'value' }),
    assignment_expression: leaf('constant', 'left', { value: 'right' }),
    pair: leaf('method', 'key', { value: 'value', byValueOnly: true }),
  },
};

const typescript: GrammarRules = {
  ...javascript,
  nodes: {
    ...javascript.nodes,
    ...all('ambient_declaration interface_body object_type enum_body statement_block', WRAPPER),
    ...all('internal_module module', container('module')),
    function_signature: leaf('function'),
    abstract_class_declaration: container('class'),
    interface_declaration: container('interface'),
    enum_declaration: container('enum'),
    type_alias_declaration: leaf('type'),
    ...all('method_signature abstract_method_signature', leaf('method')),
    public_field_definition: leaf('field', 'name', { value: 'value' }),
    property_signature: leaf('field'),
    enum_assignment: leaf('constant'),
    property_identifier: leaf('constant', '', { within: 'enum' }),
  },
};

const python: GrammarRules = {
  valueKinds: { lambda: 'function' },
  nodes: {
    ...all('comment decorator', LEAD),
    ...all(
      'decorated_definition block expression_statement if_statement else_clause elif_clause try_statement except_clause',
      WRAPPER,
    ),
    function_definition: leaf('function'),
    class_definition: container('class'),
    assignment: leaf('constant', 'left', { value: 'right' }),
    type_alias_statement: leaf('type', 'left'),
  },
};

const go: GrammarRules = {
  nodes: {
    comment: LEAD,
    ...all('type_declaration const_declaration var_declaration var_spec_list', WRAPPER),
    function_declaration: leaf('function'),
    method_declaration: leaf('method', 'name', { parent: 'receiver.@parameter_declaration.type' }),
    type_spec: container('type'),
    type_alias: leaf('type'),
    ...all('struct_type interface_type field_declaration_list', WRAPPER),
    field_declaration: leaf('field'),
    ...all('method_elem method_spec', leaf('method')),
    ...all('const_spec var_spec', leaf('constant')),
  },
};

const java: GrammarRules = {
  nodes: {
    ...all('line_comment block_comment', LEAD),
    ...all('class_body interface_body enum_body enum_body_declarations annotation_type_body', WRAPPER),
    class_declaration: container('class'),
    record_declaration: container('class'),
    interface_declaration: container('interface'),
    annotation_type_declaration: container('interface'),
    enum_declaration: container('enum'),
    method_declaration: leaf('method'),
    annotation_type_element_declaration: leaf('method'),
    ...all('constructor_declaration compact_constructor_declaration', leaf('constructor')),
    ...all('field_declaration constant_declaration', leaf('field', 'declarator.name')),
    enum_constant: leaf('constant'),
    module_declaration: leaf('module'),
  },
};

const rust: GrammarRules = {
  nodes: {
    ...all('line_comment block_comment attribute_item inner_attribute_item', LEAD),
    ...all('declaration_list field_declaration_list enum_variant_list foreign_mod_item', WRAPPER),
    mod_item: container('module'),
    impl_item: container('class', 'type'),
    trait_item: container('interface'),
    ...all('struct_item union_item', container('class')),
    enum_item: container('enum'),
    ...all('function_item function_signature_item', leaf('function')),
    ...all('const_item static_item', leaf('constant')),
    ...all('type_item associated_type', leaf('type')),
    macro_definition: leaf('macro'),
    field_declaration: leaf('field'),
    enum_variant: leaf('constant'),
  },
};

const kotlin: GrammarRules = {
  nodes: {
    ...all('line_comment block_comment file_annotation', LEAD),
    ...all('class_body enum_class_body companion_object', WRAPPER),
    ...all('class_declaration object_declaration', container('class')),
    function_declaration: leaf('function'),
    secondary_constructor: leaf('constructor', '@constructor'),
    property_declaration: leaf('constant', '@variable_declaration.@identifier'),
    enum_entry: leaf('constant', '@identifier'),
    type_alias: leaf('type', 'type'),
  },
};

const scala: GrammarRules = {
  swallowsComments: true,
  nodes: {
    ...all('comment block_comment annotation', LEAD),
    ...all(
      'template_body enum_body enum_case_definitions package_clause extension_definition with_template_body',
      WRAPPER,
    ),
    ...all('class_definition object_definition', container('class')),
    package_object: container('module'),
    trait_definition: container('interface'),
    enum_definition: container('enum'),
    ...all('function_definition function_declaration', leaf('function')),
    ...all('val_definition var_definition val_declaration var_declaration', leaf('constant', 'pattern|name')),
    given_definition: leaf('constant'),
    type_definition: leaf('type'),
    ...all('simple_enum_case full_enum_case', leaf('constant')),
  },
};

const DECLARATOR =
  'declarator.@function_declarator.declarator+|declarator.@parenthesized_declarator.@pointer_declarator.declarator+|declarator+';

const c: GrammarRules = {
  valueKinds: { function_declarator: 'function' },
  nodes: {
    comment: LEAD,
    ...all('preproc_ifdef preproc_if preproc_else preproc_elif linkage_specification declaration_list', WRAPPER),
    ...all('field_declaration_list enumerator_list', WRAPPER),
    function_definition: leaf('function', DECLARATOR),
    declaration: leaf('constant', DECLARATOR, { value: 'declarator' }),
    type_definition: container('type', 'declarator+'),
    ...all('struct_specifier union_specifier', container('class', 'name', { requires: 'body' })),
    enum_specifier: container('enum', 'name', { requires: 'body' }),
    enumerator: leaf('constant'),
    field_declaration: leaf('field', DECLARATOR, { value: 'declarator' }),
    ...all('preproc_def preproc_function_def', leaf('macro')),
  },
};

const cpp: GrammarRules = {
  ...c,
  nodes: {
    ...c.nodes,
    template_declaration: WRAPPER,
    template_parameter_list: { role: 'lead', opening: true },
    namespace_definition: container('module'),
    class_specifier: container('class', 'name', { requires: 'body' }),
    ...all('alias_declaration concept_definition', leaf('type')),
  },
};

const csharp: GrammarRules = {
  nodes: {
    ...all('comment preproc_region', LEAD),
    ...all(
      'declaration_list enum_member_declaration_list preproc_if preproc_else preproc_elif global_statement',
      WRAPPER,
    ),
    ...all('namespace_declaration file_scoped_namespace_declaration', container('module')),
    ...all('class_declaration struct_declaration record_declaration record_struct_declaration', container('class')),
    interface_declaration: container('interface'),
    enum_declaration: container('enum'),
    ...all('method_declaration destructor_declaration', leaf('method')),
    constructor_declaration: leaf('constructor'),
    local_function_statement: leaf('function'),
    ...all('property_declaration event_declaration', leaf('field')),
    ...all(
      'field_declaration event_field_declaration',
      leaf('field', '@variable_declaration.@variable_declarator.name'),
    ),
    enum_member_declaration: leaf('constant'),
    delegate_declaration: leaf('type'),
  },
};

const rubyTest = leaf('test', 'arguments.@string|arguments.@constant|arguments.@scope_resolution|arguments.@call');
const rubySymbol = 'arguments.@simple_symbol|arguments.@pair.key|arguments.@string';

const ruby: GrammarRules = {
  valueKinds: {},
  nodes: {
    comment: LEAD,
    ...all('body_statement singleton_class do_block block', WRAPPER),
    module: container('module'),
    class: container('class'),
    ...all('method singleton_method', leaf('function')),
    assignment: leaf('constant', '@constant|@scope_resolution'),
    call: {
      role: 'call',
      wrapper: true,
      definitions: {
        ...all('describe context it test specify feature scenario shared_examples shared_context RSpec', rubyTest),
        ...all('attr_reader attr_writer attr_accessor', leaf('field', rubySymbol, { within: 'class' })),
        ...all('scope has_many has_one belongs_to', leaf('field', rubySymbol, { within: 'class' })),
        ...all('task namespace define_method', leaf('function', rubySymbol)),
      },
    },
  },
};

const phpTest = leaf(
  'test',
  '@function_call_expression.arguments.@argument.@string|@function_call_expression.arguments.@argument.@encapsed_string',
);

const php: GrammarRules = {
  nodes: {
    ...all('comment attribute_list', LEAD),
    ...all('declaration_list enum_declaration_list if_statement compound_statement else_clause', WRAPPER),
    namespace_definition: container('module'),
    class_declaration: container('class'),
    ...all('interface_declaration trait_declaration', container('interface')),
    enum_declaration: container('enum'),
    function_definition: leaf('function'),
    method_declaration: leaf('method'),
    property_declaration: leaf('field', '@property_element.name.@name'),
    const_declaration: leaf('constant', '@const_element.@name'),
    enum_case: leaf('constant'),
    expression_statement: { role: 'call', wrapper: false, definitions: all('describe it test', phpTest) },
  },
};

const swift: GrammarRules = {
  nodes: {
    ...all('comment multiline_comment', LEAD),
    ...all('class_body enum_class_body protocol_body', WRAPPER),
    class_declaration: container('class'),
    protocol_declaration: container('interface'),
    function_declaration: leaf('function'),
    protocol_function_declaration: leaf('method'),
    init_declaration: leaf('constructor', '@init'),
    deinit_declaration: leaf('method', '@deinit'),
    ...all('property_declaration protocol_property_declaration', leaf('constant', 'name.bound_identifier')),
    enum_entry: leaf('constant'),
    typealias_declaration: leaf('type'),
    macro_declaration: leaf('macro'),
  },
};

const elixirFunction =
  '@arguments.@call.target|@arguments.@identifier|@arguments.@binary_operator.left.target|@arguments.@binary_operator.left';

const elixir: GrammarRules = {
  nodes: {
    // `@doc`, `@spec`, `@impl` stand before what they speak of.
    ...all('comment unary_operator', LEAD),
    do_block: WRAPPER,
    call: {
      role: 'call',
      wrapper: false,
      definitions: {
        defmodule: container('module', '@arguments.@alias'),
        defprotocol: container('interface', '@arguments.@alias'),
        defimpl: container('class', '@arguments.@alias'),
        ...all('def defp defdelegate', leaf('function', elixirFunction)),
        ...all('defmacro defmacrop defguard defguardp', leaf('macro', elixirFunction)),
        ...all('describe test property', leaf('test', '@arguments.@string')),
        ...all('schema embedded_schema', leaf('type', '@arguments.@string')),
      },
    },
  },
};

const lua: GrammarRules = {
  nodes: {
    comment: LEAD,
    variable_declaration: WRAPPER,
    function_declaration: leaf('function'),
    assignment_statement: leaf('constant', '@variable_list.name'),
  },
};

const zig: GrammarRules = {
  valueKinds: {
    struct_declaration: 'class',
    union_declaration: 'class',
    opaque_declaration: 'class',
    enum_declaration: 'enum',
    error_set_declaration: 'enum',
  },
  nodes: {
    comment: LEAD,
    ...all('struct_declaration union_declaration opaque_declaration enum_declaration', WRAPPER),
    variable_declaration: container('constant', '@identifier', { value: '*' }),
    function_declaration: leaf('function'),
    container_field: leaf('field'),
    test_declaration: leaf('test', '@string|@identifier'),
  },
};

const haskell: GrammarRules = {
  nodes: {
    ...all('comment haddock pragma', LEAD),
    ...all('declarations class_declarations instance_declarations data_constructors', WRAPPER),
    signature: { role: 'lead', defines: leaf('method', 'name', { within: 'interface' }) },
    ...all('function bind', leaf('function')),
    data_type: container('type'),
    ...all('newtype type_synomym type_family data_family', leaf('type')),
    data_constructor: leaf('constant', 'constructor.name|constructor'),
    class: container('interface'),
    instance: container('class'),
  },
};

const bash: GrammarRules = {
  nodes: {
    comment: LEAD,
    declaration_command: WRAPPER,
    function_definition: leaf('function'),
    variable_assignment: leaf('constant'),
  },
};

const html: GrammarRules = { nodes: { comment: LEAD } };

const css: GrammarRules = {
  nodes: {
    ...all('comment js_comment', LEAD),
    ...all('media_statement supports_statement block', WRAPPER),
    rule_set: leaf('section', '@selectors'),
    keyframes_statement: leaf('section', '@keyframes_name'),
  },
};

const json: GrammarRules = {
  nodes: { comment: LEAD, object: WRAPPER, pair: leaf('field', 'key') },
};

const yaml: GrammarRules = {
  nodes: {
    comment: LEAD,
    ...all('document block_node block_mapping', WRAPPER),
    block_mapping_pair: leaf('field', 'key'),
  },
};

const tomlKey = '@bare_key|@dotted_key|@quoted_key';

const toml: GrammarRules = {
  nodes: {
    comment: LEAD,
    ...all('table table_array_element', container('section', tomlKey)),
    pair: leaf('field', tomlKey),
  },
};

/** What each grammar's nodes mean; a node type without a rule is a plain statement, cut only when it is too large. */
export const SYNTAX_RULES: Readonly<Record<string, GrammarRules>> = {
  javascript,
  typescript,
  tsx: typescript,
  python,
  go,
  java,
  rust,
  kotlin,
  scala,
  c,
  cpp,
  'c-sharp': csharp,
  ruby,
  php,
  swift,
  elixir,
  lua,
  zig,
  haskell,
  bash,
  html,
  css,
  json,
  yaml,
  toml,
};
