/** What a language is used for: program code, markup, data, or prose. */
export type LanguageFamily = 'code' | 'markup' | 'data' | 'docs';

/** How a language writes comments: markers to the end of the line, and pairs that open and close a block. */
export interface CommentSyntax {
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
}

/** One language that files can be written in. */
export interface Language {
  /** Stable identifier in lower case, as `--lang` takes it. */
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  readonly family: LanguageFamily;
  /** With the dot, in lower case; the longest match wins (`.d.ts` before `.ts`). */
  readonly extensions: readonly string[];
  /** Whole file names in lower case, such as `dockerfile`. */
  readonly filenames?: readonly string[];
  /** Interpreters named after `#!`, without path and version. */
  readonly shebangs?: readonly string[];
  /** Name of the tree-sitter grammar; absent where files are split at headings or by lines. */
  readonly grammar?: string;
  readonly comments: CommentSyntax;
}

const C_STYLE: CommentSyntax = { line: ['//'], block: [['/*', '*/']] };
const HASH: CommentSyntax = { line: ['#'], block: [] };
const XML_STYLE: CommentSyntax = { line: [], block: [['<!--', '-->']] };
const LISP: CommentSyntax = { line: [';'], block: [] };
const PERCENT: CommentSyntax = { line: ['%'], block: [] };
const NONE: CommentSyntax = { line: [], block: [] };

/** Every language we know, one row each. An extension or file name belongs to exactly one row. */
export const LANGUAGES: readonly Language[] = [
  {
    id: 'typescript',
    name: 'TypeScript',
    family: 'code',
    extensions: ['.ts', '.mts', '.cts'],
    shebangs: ['ts-node', 'tsx', 'deno'],
    grammar: 'typescript',
    comments: C_STYLE,
  },
  { id: 'tsx', name: 'TSX', family: 'code', extensions: ['.tsx'], grammar: 'tsx', comments: C_STYLE },
  {
    id: 'javascript',
    name: 'JavaScript',
    family: 'code',
    extensions: ['.js', '.jsx', '.mjs', '.cjs', '.es6'],
    filenames: ['jakefile'],
    shebangs: ['node', 'nodejs', 'bun'],
    grammar: 'javascript',
    comments: C_STYLE,
  },
  {
    id: 'python',
    name: 'Python',
    family: 'code',
    extensions: ['.py', '.pyi', '.pyw', '.pyx', '.pxd', '.bzl'],
    filenames: ['sconstruct', 'sconscript', 'wscript', 'build.bazel', 'workspace', 'snakefile'],
    shebangs: ['python'],
    grammar: 'python',
    comments: HASH,
  },
  { id: 'go', name: 'Go', family: 'code', extensions: ['.go'], grammar: 'go', comments: C_STYLE },
  { id: 'rust', name: 'Rust', family: 'code', extensions: ['.rs'], grammar: 'rust', comments: C_STYLE },
  { id: 'java', name: 'Java', family: 'code', extensions: ['.java'], grammar: 'java', comments: C_STYLE },
  {
    id: 'kotlin',
    name: 'Kotlin',
    family: 'code',
    extensions: ['.kt', '.kts', '.ktm'],
    shebangs: ['kotlin'],
    grammar: 'kotlin',
    comments: C_STYLE,
  },
  {
    id: 'scala',
    name: 'Scala',
    family: 'code',
    extensions: ['.scala', '.sc', '.sbt'],
    shebangs: ['scala'],
    grammar: 'scala',
    comments: C_STYLE,
  },
  { id: 'c', name: 'C', family: 'code', extensions: ['.c', '.h'], grammar: 'c', comments: C_STYLE },
  {
    id: 'cpp',
    name: 'C++',
    family: 'code',
    extensions: [
      '.cc',
      '.cpp',
      '.cxx',
      '.c++',
      '.hh',
      '.hpp',
      '.hxx',
      '.h++',
      '.ipp',
      '.inl',
      '.tpp',
      '.cu',
      '.cuh',
      '.ino',
    ],
    grammar: 'cpp',
    comments: C_STYLE,
  },
  { id: 'csharp', name: 'C#', family: 'code', extensions: ['.cs', '.csx'], grammar: 'c-sharp', comments: C_STYLE },
  {
    id: 'ruby',
    name: 'Ruby',
    family: 'code',
    extensions: ['.rb', '.rake', '.gemspec', '.ru', '.rbw', '.podspec', '.jbuilder', '.builder', '.thor'],
    filenames: [
      'rakefile',
      'gemfile',
      'guardfile',
      'capfile',
      'vagrantfile',
      'podfile',
      'fastfile',
      'brewfile',
      'thorfile',
      'dangerfile',
      'appraisals',
    ],
    shebangs: ['ruby', 'jruby', 'rake'],
    grammar: 'ruby',
    comments: { line: ['#'], block: [['=begin', '=end']] },
  },
  {
    id: 'php',
    name: 'PHP',
    family: 'code',
    extensions: ['.php', '.phtml', '.php5', '.php7', '.phpt', '.inc'],
    shebangs: ['php'],
    grammar: 'php',
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
  },
  {
    id: 'swift',
    name: 'Swift',
    family: 'code',
    extensions: ['.swift', '.swiftinterface'],
    shebangs: ['swift'],
    grammar: 'swift',
    comments: C_STYLE,
  },
  {
    id: 'elixir',
    name: 'Elixir',
    family: 'code',
    extensions: ['.ex', '.exs'],
    filenames: ['mix.lock'],
    shebangs: ['elixir'],
    grammar: 'elixir',
    comments: HASH,
  },
  {
    id: 'lua',
    name: 'Lua',
    family: 'code',
    extensions: ['.lua', '.rockspec', '.luau'],
    shebangs: ['lua', 'luajit'],
    grammar: 'lua',
    comments: { line: ['--'], block: [['--[[', ']]']] },
  },
  {
    id: 'zig',
    name: 'Zig',
    family: 'code',
    extensions: ['.zig', '.zon'],
    grammar: 'zig',
    comments: { line: ['//'], block: [] },
  },
  {
    id: 'haskell',
    name: 'Haskell',
    family: 'code',
    extensions: ['.hs', '.hs-boot', '.hsc'],
    shebangs: ['runhaskell', 'runghc', 'stack'],
    grammar: 'haskell',
    comments: { line: ['--'], block: [['{-', '-}']] },
  },
  {
    id: 'bash',
    name: 'Bash',
    family: 'code',
    extensions: ['.sh', '.bash', '.bats', '.zsh', '.ksh', '.ebuild', '.eclass', '.aliases'],
    filenames: [
      '.bashrc',
      '.bash_profile',
      '.bash_aliases',
      '.bash_logout',
      '.profile',
      '.zshrc',
      '.zprofile',
      '.zshenv',
      'pkgbuild',
      'apkbuild',
    ],
    shebangs: ['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'bats'],
    grammar: 'bash',
    comments: HASH,
  },
  {
    id: 'html',
    name: 'HTML',
    family: 'markup',
    extensions: ['.html', '.htm', '.xhtml'],
    grammar: 'html',
    comments: XML_STYLE,
  },
  {
    id: 'css',
    name: 'CSS',
    family: 'markup',
    extensions: ['.css', '.pcss'],
    grammar: 'css',
    comments: { line: [], block: [['/*', '*/']] },
  },
  {
    id: 'json',
    name: 'JSON',
    family: 'data',
    extensions: [
      '.json',
      '.jsonc',
      '.json5',
      '.webmanifest',
      '.geojson',
      '.topojson',
      '.avsc',
      '.ipynb',
      '.code-workspace',
    ],
    filenames: [
      '.babelrc',
      '.eslintrc',
      '.prettierrc',
      '.swcrc',
      '.jshintrc',
      'composer.lock',
      'pipfile.lock',
      'flake.lock',
    ],
    grammar: 'json',
    comments: C_STYLE,
  },
  {
    id: 'yaml',
    name: 'YAML',
    family: 'data',
    extensions: ['.yaml', '.yml', '.cff'],
    filenames: ['.clang-format', '.clang-tidy', '.clangd', '.yamllint', '.gemrc'],
    grammar: 'yaml',
    comments: HASH,
  },
  {
    id: 'toml',
    name: 'TOML',
    family: 'data',
    extensions: ['.toml'],
    filenames: ['cargo.lock', 'poetry.lock', 'uv.lock', 'pipfile', 'gopkg.lock'],
    grammar: 'toml',
    comments: HASH,
  },
  {
    id: 'markdown',
    name: 'Markdown',
    family: 'docs',
    extensions: ['.md', '.markdown', '.mdx', '.mkd', '.mdown', '.rmd', '.qmd', '.mdc'],
    comments: XML_STYLE,
  },
  {
    id: 'sql',
    name: 'SQL',
    family: 'code',
    extensions: ['.sql', '.ddl', '.dml', '.pgsql', '.psql', '.plsql', '.pls', '.pks', '.pkb'],
    comments: { line: ['--'], block: [['/*', '*/']] },
  },
  // No grammar from here on: headings or line windows.
  {
    id: 'vue',
    name: 'Vue',
    family: 'code',
    extensions: ['.vue'],
    comments: {
      line: ['//'],
      block: [
        ['/*', '*/'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'svelte',
    name: 'Svelte',
    family: 'code',
    extensions: ['.svelte'],
    comments: {
      line: ['//'],
      block: [
        ['/*', '*/'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'astro',
    name: 'Astro',
    family: 'code',
    extensions: ['.astro'],
    comments: {
      line: ['//'],
      block: [
        ['/*', '*/'],
        ['<!--', '-->'],
      ],
    },
  },
  { id: 'dart', name: 'Dart', family: 'code', extensions: ['.dart'], shebangs: ['dart'], comments: C_STYLE },
  {
    id: 'perl',
    name: 'Perl',
    family: 'code',
    extensions: ['.pl', '.pm', '.t', '.psgi'],
    filenames: ['cpanfile'],
    shebangs: ['perl'],
    comments: { line: ['#'], block: [['=pod', '=cut']] },
  },
  {
    id: 'raku',
    name: 'Raku',
    family: 'code',
    extensions: ['.raku', '.rakumod', '.p6', '.pm6'],
    shebangs: ['raku', 'perl6'],
    comments: HASH,
  },
  {
    id: 'r',
    name: 'R',
    family: 'code',
    extensions: ['.r'],
    filenames: ['.rprofile'],
    shebangs: ['rscript'],
    comments: HASH,
  },
  {
    id: 'julia',
    name: 'Julia',
    family: 'code',
    extensions: ['.jl'],
    shebangs: ['julia'],
    comments: { line: ['#'], block: [['#=', '=#']] },
  },
  {
    id: 'clojure',
    name: 'Clojure',
    family: 'code',
    extensions: ['.clj', '.cljs', '.cljc', '.edn', '.bb'],
    shebangs: ['bb', 'clojure'],
    comments: LISP,
  },
  {
    id: 'lisp',
    name: 'Lisp',
    family: 'code',
    extensions: ['.lisp', '.lsp', '.cl', '.asd'],
    shebangs: ['sbcl'],
    comments: { line: [';'], block: [['#|', '|#']] },
  },
  { id: 'emacs-lisp', name: 'Emacs Lisp', family: 'code', extensions: ['.el'], filenames: ['.emacs'], comments: LISP },
  {
    id: 'scheme',
    name: 'Scheme',
    family: 'code',
    extensions: ['.scm', '.ss', '.sld', '.rkt'],
    shebangs: ['racket', 'guile'],
    comments: { line: [';'], block: [['#|', '|#']] },
  },
  {
    id: 'erlang',
    name: 'Erlang',
    family: 'code',
    extensions: ['.erl', '.hrl', '.app.src'],
    filenames: ['rebar.config', 'rebar.lock'],
    shebangs: ['escript'],
    comments: PERCENT,
  },
  { id: 'gleam', name: 'Gleam', family: 'code', extensions: ['.gleam'], comments: { line: ['//'], block: [] } },
  {
    id: 'ocaml',
    name: 'OCaml',
    family: 'code',
    extensions: ['.ml', '.mli', '.mll', '.mly'],
    shebangs: ['ocaml'],
    comments: { line: [], block: [['(*', '*)']] },
  },
  {
    id: 'fsharp',
    name: 'F#',
    family: 'code',
    extensions: ['.fs', '.fsi', '.fsx'],
    comments: { line: ['//'], block: [['(*', '*)']] },
  },
  {
    id: 'visual-basic',
    name: 'Visual Basic',
    family: 'code',
    extensions: ['.vb', '.vbs', '.bas'],
    comments: { line: ["'"], block: [] },
  },
  { id: 'elm', name: 'Elm', family: 'code', extensions: ['.elm'], comments: { line: ['--'], block: [['{-', '-}']] } },
  {
    id: 'purescript',
    name: 'PureScript',
    family: 'code',
    extensions: ['.purs'],
    comments: { line: ['--'], block: [['{-', '-}']] },
  },
  {
    id: 'nim',
    name: 'Nim',
    family: 'code',
    extensions: ['.nim', '.nims', '.nimble'],
    shebangs: ['nim'],
    comments: { line: ['#'], block: [['#[', ']#']] },
  },
  { id: 'crystal', name: 'Crystal', family: 'code', extensions: ['.cr'], shebangs: ['crystal'], comments: HASH },
  {
    id: 'd',
    name: 'D',
    family: 'code',
    extensions: ['.d', '.di'],
    shebangs: ['rdmd'],
    comments: {
      line: ['//'],
      block: [
        ['/*', '*/'],
        ['/+', '+/'],
      ],
    },
  },
  { id: 'v', name: 'V', family: 'code', extensions: ['.v', '.vsh'], comments: C_STYLE },
  { id: 'systemverilog', name: 'SystemVerilog', family: 'code', extensions: ['.sv', '.svh', '.vh'], comments: C_STYLE },
  { id: 'vhdl', name: 'VHDL', family: 'code', extensions: ['.vhd', '.vhdl'], comments: { line: ['--'], block: [] } },
  {
    id: 'fortran',
    name: 'Fortran',
    family: 'code',
    extensions: ['.f', '.for', '.f77', '.f90', '.f95', '.f03', '.f08'],
    comments: { line: ['!'], block: [] },
  },
  {
    id: 'cobol',
    name: 'COBOL',
    family: 'code',
    extensions: ['.cob', '.cbl', '.cpy'],
    comments: { line: ['*'], block: [] },
  },
  { id: 'ada', name: 'Ada', family: 'code', extensions: ['.adb', '.ads'], comments: { line: ['--'], block: [] } },
  {
    id: 'pascal',
    name: 'Pascal',
    family: 'code',
    extensions: ['.pas', '.pp', '.dpr', '.lpr'],
    comments: {
      line: ['//'],
      block: [
        ['{', '}'],
        ['(*', '*)'],
      ],
    },
  },
  {
    id: 'assembly',
    name: 'Assembly',
    family: 'code',
    extensions: ['.s', '.asm', '.nasm'],
    comments: { line: [';', '#', '//'], block: [['/*', '*/']] },
  },
  { id: 'objective-c', name: 'Objective-C', family: 'code', extensions: ['.m', '.mm'], comments: C_STYLE },
  {
    id: 'groovy',
    name: 'Groovy',
    family: 'code',
    extensions: ['.groovy', '.gradle', '.gvy'],
    filenames: ['jenkinsfile'],
    shebangs: ['groovy'],
    comments: C_STYLE,
  },
  { id: 'solidity', name: 'Solidity', family: 'code', extensions: ['.sol'], comments: C_STYLE },
  { id: 'move', name: 'Move', family: 'code', extensions: ['.move'], comments: C_STYLE },
  {
    id: 'wgsl',
    name: 'Shader',
    family: 'code',
    extensions: ['.wgsl', '.glsl', '.vert', '.frag', '.hlsl', '.metal', '.comp'],
    comments: C_STYLE,
  },
  {
    id: 'powershell',
    name: 'PowerShell',
    family: 'code',
    extensions: ['.ps1', '.psm1', '.psd1'],
    shebangs: ['pwsh'],
    comments: { line: ['#'], block: [['<#', '#>']] },
  },
  {
    id: 'batch',
    name: 'Batch',
    family: 'code',
    extensions: ['.bat', '.cmd'],
    comments: { line: ['rem ', 'REM ', '::'], block: [] },
  },
  { id: 'fish', name: 'Fish', family: 'code', extensions: ['.fish'], shebangs: ['fish'], comments: HASH },
  { id: 'nushell', name: 'Nushell', family: 'code', extensions: ['.nu'], shebangs: ['nu'], comments: HASH },
  { id: 'awk', name: 'Awk', family: 'code', extensions: ['.awk'], shebangs: ['awk', 'gawk', 'mawk'], comments: HASH },
  {
    id: 'tcl',
    name: 'Tcl',
    family: 'code',
    extensions: ['.tcl', '.tm', '.exp'],
    shebangs: ['tclsh', 'wish', 'expect'],
    comments: HASH,
  },
  {
    id: 'vimscript',
    name: 'Vim script',
    family: 'code',
    extensions: ['.vim'],
    filenames: ['.vimrc', '_vimrc'],
    comments: { line: ['"'], block: [] },
  },
  {
    id: 'applescript',
    name: 'AppleScript',
    family: 'code',
    extensions: ['.applescript'],
    shebangs: ['osascript'],
    comments: { line: ['--'], block: [['(*', '*)']] },
  },
  {
    id: 'matlab',
    name: 'MATLAB',
    family: 'code',
    extensions: ['.matlab', '.mlx'],
    comments: { line: ['%'], block: [['%{', '%}']] },
  },
  { id: 'haxe', name: 'Haxe', family: 'code', extensions: ['.hx'], comments: C_STYLE },
  {
    id: 'coffeescript',
    name: 'CoffeeScript',
    family: 'code',
    extensions: ['.coffee', '.litcoffee'],
    filenames: ['cakefile'],
    shebangs: ['coffee'],
    comments: { line: ['#'], block: [['###', '###']] },
  },
  { id: 'gdscript', name: 'GDScript', family: 'code', extensions: ['.gd'], comments: HASH },
  {
    id: 'starlark',
    name: 'Starlark',
    family: 'code',
    extensions: ['.star'],
    filenames: ['tiltfile', 'buck'],
    comments: HASH,
  },
  { id: 'nix', name: 'Nix', family: 'code', extensions: ['.nix'], comments: { line: ['#'], block: [['/*', '*/']] } },
  { id: 'protobuf', name: 'Protocol Buffers', family: 'code', extensions: ['.proto'], comments: C_STYLE },
  {
    id: 'thrift',
    name: 'Thrift',
    family: 'code',
    extensions: ['.thrift'],
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
  },
  { id: 'capnp', name: "Cap'n Proto", family: 'code', extensions: ['.capnp'], comments: HASH },
  { id: 'graphql', name: 'GraphQL', family: 'code', extensions: ['.graphql', '.gql', '.graphqls'], comments: HASH },
  { id: 'prisma', name: 'Prisma', family: 'code', extensions: ['.prisma'], comments: { line: ['//'], block: [] } },
  {
    id: 'terraform',
    name: 'Terraform',
    family: 'code',
    extensions: ['.tf', '.tfvars', '.hcl', '.nomad', '.tofu'],
    filenames: ['.terraform.lock.hcl'],
    comments: { line: ['#', '//'], block: [['/*', '*/']] },
  },
  { id: 'cue', name: 'CUE', family: 'data', extensions: ['.cue'], comments: { line: ['//'], block: [] } },
  {
    id: 'jsonnet',
    name: 'Jsonnet',
    family: 'code',
    extensions: ['.jsonnet', '.libsonnet'],
    comments: { line: ['//', '#'], block: [['/*', '*/']] },
  },
  { id: 'rego', name: 'Rego', family: 'code', extensions: ['.rego'], comments: HASH },
  {
    id: 'dockerfile',
    name: 'Dockerfile',
    family: 'code',
    extensions: ['.dockerfile', '.containerfile'],
    filenames: ['dockerfile', 'containerfile'],
    comments: HASH,
  },
  {
    id: 'makefile',
    name: 'Makefile',
    family: 'code',
    extensions: ['.mk', '.mak', '.make'],
    filenames: ['makefile', 'gnumakefile', 'bsdmakefile'],
    shebangs: ['make'],
    comments: HASH,
  },
  {
    id: 'just',
    name: 'Just',
    family: 'code',
    extensions: ['.just'],
    filenames: ['justfile', '.justfile'],
    comments: HASH,
  },
  {
    id: 'cmake',
    name: 'CMake',
    family: 'code',
    extensions: ['.cmake'],
    filenames: ['cmakelists.txt'],
    comments: { line: ['#'], block: [['#[[', ']]']] },
  },
  {
    id: 'meson',
    name: 'Meson',
    family: 'code',
    extensions: [],
    filenames: ['meson.build', 'meson_options.txt', 'meson.options'],
    comments: HASH,
  },
  {
    id: 'autoconf',
    name: 'Autoconf',
    family: 'code',
    extensions: ['.ac', '.am', '.m4', '.in'],
    comments: { line: ['#', 'dnl '], block: [] },
  },
  {
    id: 'xml',
    name: 'XML',
    family: 'data',
    extensions: [
      '.xml',
      '.xsd',
      '.xsl',
      '.xslt',
      '.svg',
      '.plist',
      '.csproj',
      '.fsproj',
      '.vbproj',
      '.vcxproj',
      '.props',
      '.targets',
      '.nuspec',
      '.resx',
      '.xaml',
      '.axml',
      '.wsdl',
      '.rss',
      '.storyboard',
      '.xib',
      '.pom',
      '.iml',
      '.dita',
    ],
    comments: XML_STYLE,
  },
  { id: 'scss', name: 'SCSS', family: 'markup', extensions: ['.scss'], comments: C_STYLE },
  { id: 'sass', name: 'Sass', family: 'markup', extensions: ['.sass'], comments: C_STYLE },
  { id: 'less', name: 'Less', family: 'markup', extensions: ['.less'], comments: C_STYLE },
  { id: 'stylus', name: 'Stylus', family: 'markup', extensions: ['.styl'], comments: C_STYLE },
  {
    id: 'razor',
    name: 'Razor',
    family: 'markup',
    extensions: ['.cshtml', '.razor', '.vbhtml'],
    comments: {
      line: [],
      block: [
        ['@*', '*@'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'erb',
    name: 'ERB',
    family: 'markup',
    extensions: ['.erb', '.rhtml'],
    comments: {
      line: [],
      block: [
        ['<%#', '%>'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'haml',
    name: 'Haml',
    family: 'markup',
    extensions: ['.haml', '.slim'],
    comments: { line: ['-#', '/'], block: [] },
  },
  { id: 'pug', name: 'Pug', family: 'markup', extensions: ['.pug', '.jade'], comments: { line: ['//'], block: [] } },
  {
    id: 'handlebars',
    name: 'Handlebars',
    family: 'markup',
    extensions: ['.hbs', '.handlebars', '.mustache'],
    comments: {
      line: [],
      block: [
        ['{{!--', '--}}'],
        ['{{!', '}}'],
      ],
    },
  },
  {
    id: 'jinja',
    name: 'Jinja',
    family: 'markup',
    extensions: ['.j2', '.jinja', '.jinja2', '.njk', '.twig', '.liquid'],
    comments: { line: [], block: [['{#', '#}']] },
  },
  {
    id: 'eex',
    name: 'EEx',
    family: 'markup',
    extensions: ['.eex', '.heex', '.leex'],
    comments: {
      line: [],
      block: [
        ['<%#', '%>'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'ejs',
    name: 'EJS',
    family: 'markup',
    extensions: ['.ejs'],
    comments: {
      line: [],
      block: [
        ['<%#', '%>'],
        ['<!--', '-->'],
      ],
    },
  },
  {
    id: 'go-template',
    name: 'Go template',
    family: 'markup',
    extensions: ['.tmpl', '.gotmpl', '.tpl'],
    comments: { line: [], block: [['{{/*', '*/}}']] },
  },
  {
    id: 'latex',
    name: 'LaTeX',
    family: 'docs',
    extensions: ['.tex', '.sty', '.cls', '.bib', '.ltx'],
    comments: PERCENT,
  },
  { id: 'typst', name: 'Typst', family: 'docs', extensions: ['.typ'], comments: C_STYLE },
  {
    id: 'restructuredtext',
    name: 'reStructuredText',
    family: 'docs',
    extensions: ['.rst', '.rest'],
    comments: { line: ['.. '], block: [] },
  },
  {
    id: 'asciidoc',
    name: 'AsciiDoc',
    family: 'docs',
    extensions: ['.adoc', '.asciidoc', '.asc'],
    comments: { line: ['//'], block: [['////', '////']] },
  },
  { id: 'org', name: 'Org', family: 'docs', extensions: ['.org'], comments: { line: ['# '], block: [] } },
  {
    id: 'rdoc',
    name: 'RDoc',
    family: 'docs',
    extensions: ['.rdoc', '.textile', '.pod', '.mediawiki', '.wiki'],
    comments: NONE,
  },
  {
    id: 'man',
    name: 'Manual page',
    family: 'docs',
    extensions: ['.1', '.2', '.3', '.4', '.5', '.6', '.7', '.8', '.roff', '.man'],
    comments: { line: ['.\\"'], block: [] },
  },
  {
    id: 'text',
    name: 'Plain text',
    family: 'docs',
    extensions: ['.txt', '.text', '.log', '.me'],
    filenames: [
      'readme',
      'license',
      'licence',
      'copying',
      'authors',
      'contributors',
      'changelog',
      'changes',
      'history',
      'news',
      'notice',
      'install',
      'todo',
      'thanks',
      'codeowners',
      'maintainers',
      'version',
    ],
    comments: NONE,
  },
  {
    id: 'ini',
    name: 'INI',
    family: 'data',
    extensions: [
      '.ini',
      '.cfg',
      '.conf',
      '.cnf',
      '.desktop',
      '.service',
      '.socket',
      '.timer',
      '.properties',
      '.editorconfig',
      '.prefs',
    ],
    filenames: ['.editorconfig', '.gitconfig', '.gitmodules', '.npmrc', '.pylintrc', '.flake8', '.coveragerc', '.hgrc'],
    comments: { line: ['#', ';'], block: [] },
  },
  {
    id: 'ignore-list',
    name: 'Ignore list',
    family: 'data',
    extensions: ['.gitignore'],
    filenames: [
      '.gitignore',
      '.gitattributes',
      '.dockerignore',
      '.npmignore',
      '.prettierignore',
      '.eslintignore',
      '.mindindexignore',
      '.ignore',
      '.hgignore',
      '.mailmap',
      '.helmignore',
      '.git-blame-ignore-revs',
    ],
    comments: HASH,
  },
  { id: 'csv', name: 'CSV', family: 'data', extensions: ['.csv', '.tsv', '.psv'], comments: NONE },
  { id: 'diff', name: 'Diff', family: 'data', extensions: ['.diff', '.patch'], comments: NONE },
  {
    id: 'go-module',
    name: 'Go module',
    family: 'data',
    extensions: [],
    filenames: ['go.mod', 'go.sum', 'go.work', 'go.work.sum'],
    comments: { line: ['//'], block: [] },
  },
  {
    id: 'requirements',
    name: 'Requirements',
    family: 'data',
    extensions: [],
    filenames: ['requirements.txt', 'constraints.txt'],
    comments: HASH,
  },
  { id: 'ndjson', name: 'NDJSON', family: 'data', extensions: ['.ndjson', '.jsonl'], comments: NONE },
  { id: 'gettext', name: 'Gettext', family: 'data', extensions: ['.po', '.pot'], comments: HASH },
];

const byExtension = new Map<string, Language>();
const byFilename = new Map<string, Language>();
const byShebang = new Map<string, Language>();
const byId = new Map<string, Language>();
for (const language of LANGUAGES) {
  byId.set(language.id, language);
  for (const extension of language.extensions) byExtension.set(extension, language);
  for (const filename of language.filenames ?? []) byFilename.set(filename, language);
  for (const shebang of language.shebangs ?? []) byShebang.set(shebang, language);
}

/** The language with this id, or undefined. */
export function languageById(id: string): Language | undefined {
  return byId.get(id);
}

/**
 * The language of a file by its name, then by its longest known extension; undefined when neither is known.
 * Case does not count, and `Dockerfile.dev` is read as `Dockerfile`.
 */
export function languageOf(path: string): Language | undefined {
  const filename = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const named = byFilename.get(filename);
  if (named !== undefined) return named;
  // A leading dot makes a hidden file, not an extension, unless the whole name is in the table.
  for (let dot = filename.indexOf('.', 1); dot > 0; dot = filename.indexOf('.', dot + 1)) {
    const language = byExtension.get(filename.slice(dot));
    if (language !== undefined) return language;
  }
  const stemEnd = filename.indexOf('.', 1);
  const stem = stemEnd > 0 ? byFilename.get(filename.slice(0, stemEnd)) : undefined;
  return stem?.family === 'docs' ? undefined : stem;
}

/** The language of a script by its first line (`#!/usr/bin/env -S python3 -u`); undefined when there is none. */
export function languageOfShebang(firstLine: string): Language | undefined {
  if (!firstLine.startsWith('#!')) return undefined;
  for (const word of firstLine.slice(2).trim().split(/\s+/)) {
    const program = word.slice(word.lastIndexOf('/') + 1);
    if (program === 'env' || program.startsWith('-') || program.includes('=')) continue;
    return byShebang.get(program.toLowerCase().replace(/[\d.]+$/, ''));
  }
  return undefined;
}
