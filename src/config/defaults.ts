import {
  byteSize,
  decimal,
  filePath,
  globList,
  oneOf,
  onOrOff,
  orAuto,
  orNone,
  wholeNumber,
  type ValueKind,
} from './value-kind.js';

/** Changes when the meaning of stored content changes: terms, syntax rules, vectors. Every older index is then built anew. */
export const CONTENT_VERSION = 3;

/** The commands that take settings as flags; a setting without commands is a flag of all of them. */
export type SettingCommand = 'index' | 'search';

/** One setting, said once: its value, why that value, and how it is spelled everywhere. */
export interface Setting<T> {
  readonly kind: ValueKind<T>;
  readonly default: T;
  /** What the number counts; absent for words, switches and paths. */
  readonly unit?: string;
  /** What the setting does, as `--help` says it. */
  readonly summary: string;
  /** Why the default is what it is. */
  readonly reason: string;
  /** True where another value makes other stored content; the fingerprint follows from this mark. */
  readonly affectsContent: boolean;
  /** Spelling on the command line without the argument; absent where only files and variables set it. */
  readonly flag?: string;
  /** Commands that take the flag; absent where all do. */
  readonly commands?: readonly SettingCommand[];
  /** True where a file in the tree must not set it, since whoever wrote the tree may not be whoever indexes it. */
  readonly notFromFile?: true;
}

function setting<T>(entry: Setting<T>): Setting<T> {
  return entry;
}

/** A number that only files and variables set, and that decides how the work is done, never what comes out. */
function tuning(
  kind: ValueKind<number>,
  value: number,
  unit: string,
  summary: string,
  reason: string,
): Setting<number> {
  return { kind, default: value, unit, summary, reason, affectsContent: false };
}

const milliseconds = wholeNumber(1, 3_600_000);
const share = decimal(0, 1);

const MIB = 2 ** 20;

/** Every setting with its default, the only place that knows them. Keys with a dot are groups. */
export const SETTINGS = {
  // What is indexed, and where the index lives.
  indexDir: setting({
    kind: filePath,
    default: '.mind-index',
    summary: 'where the index lives',
    reason: 'beside the files, so that it is found from any folder below and goes when the tree goes',
    affectsContent: false,
    flag: '--index-dir',
  }),
  include: setting<readonly string[]>({
    kind: globList,
    default: [],
    summary: 'index only files that match (repeatable)',
    reason: 'empty: everything that the ignore rules leave',
    affectsContent: false,
    flag: '--include',
    commands: ['index'],
  }),
  exclude: setting<readonly string[]>({
    kind: globList,
    default: [],
    summary: 'leave out files that match (repeatable)',
    reason: 'empty: ignore rules and skip reasons already leave out what nobody searches for',
    affectsContent: false,
    flag: '--exclude',
    commands: ['index'],
  }),
  maxFileBytes: setting({
    kind: byteSize(1, '1 byte'),
    default: MIB,
    unit: 'bytes',
    summary: 'skip files larger than this',
    reason:
      'larger files are data or generated; hand-written source beyond 1 MiB is rarer than one file in ten thousand',
    affectsContent: false,
    flag: '--max-file-bytes',
    commands: ['index'],
  }),
  storeText: setting({
    kind: onOrOff,
    default: true,
    summary: 'keep no text in the index; hits then show the files as they are now',
    reason: 'stored text costs 0.28 of the source and lets hits show what was indexed, wherever the index travels',
    affectsContent: true,
    flag: '--no-store-text',
    commands: ['index'],
  }),
  force: setting({
    kind: onOrOff,
    default: false,
    summary: 'build the index anew',
    reason: 'unchanged files cost a stat; a rebuild is for doubt',
    affectsContent: false,
    flag: '--force',
    commands: ['index'],
  }),
  retryFailed: setting({
    kind: onOrOff,
    default: false,
    summary: 'try failed files again, though they did not change',
    reason: 'what crashed or hung once does so again, unless the machine was to blame',
    affectsContent: false,
    flag: '--retry-failed',
    commands: ['index'],
  }),
  worktreeCopy: setting({
    kind: onOrOff,
    default: true,
    summary: 'do not begin a new index from a copy of that of another worktree',
    reason:
      'worktrees of a repository share most files: copying their index and indexing the difference is far quicker',
    affectsContent: false,
    flag: '--no-worktree-copy',
    commands: ['index'],
  }),
  strict: setting({
    kind: onOrOff,
    default: false,
    summary: 'exit with 3 when a file failed',
    reason: 'one broken file in ten thousand should not break a build that did not ask for it',
    affectsContent: false,
    flag: '--strict',
    commands: ['index'],
  }),

  // How the work is done.
  workers: setting<number | 'auto'>({
    kind: orAuto(wholeNumber(1, 256)),
    default: 'auto',
    unit: 'threads',
    summary: 'fixed number of worker threads (auto-scaling off)',
    reason: 'memory and cores decide; see the scaling settings',
    affectsContent: false,
    flag: '-w, --workers',
    commands: ['index'],
  }),
  aggressive: setting({
    kind: onOrOff,
    default: false,
    summary: 'up to twice the workers, faster scale-up',
    reason: 'a tool beside an editor should leave the machine usable',
    affectsContent: false,
    flag: '--aggressive',
    commands: ['index'],
  }),
  maxMemory: setting<number | 'auto'>({
    kind: orAuto(byteSize(128 * MIB, '128mb')),
    default: 'auto',
    unit: 'bytes',
    summary: 'keep the process below this, e.g. 512mb',
    reason:
      'auto: the limit of the container, or else the memory of the machine; below 128 MiB Node itself has no room',
    affectsContent: false,
    flag: '--max-memory',
    commands: ['index'],
  }),
  inlineMaxFiles: setting({
    kind: wholeNumber(0, 1_000_000),
    default: 50,
    unit: 'files',
    summary: 'up to so many files are indexed in the main thread',
    reason: 'starting threads and loading grammars in each costs more than parsing a few dozen files',
    affectsContent: false,
  }),
  inlineMaxBytes: setting({
    kind: byteSize(0, '0'),
    default: 2 * MIB,
    unit: 'bytes',
    summary: 'up to so many bytes are indexed in the main thread',
    reason: 'few but large files are worth threads: 2 MiB take the main thread longer than threads take to start',
    affectsContent: false,
  }),
  fileDeadlineMs: setting({
    kind: wholeNumber(100, 3_600_000),
    default: 30_000,
    unit: 'milliseconds',
    summary: 'a file that takes longer fails, and its thread is replaced',
    reason: 'three times what a parse is given before it is given up: only a hang takes longer',
    affectsContent: false,
  }),
  cacheDir: setting({
    kind: filePath,
    default: '',
    summary: 'where unpacked grammars are kept',
    reason: "empty: the cache folder of the platform; code is loaded from it, so a tree's own file may not move it",
    affectsContent: false,
    notFromFile: true,
  }),

  // How text becomes chunks and vectors.
  embedder: setting<'builtin' | 'none'>({
    kind: oneOf(['builtin', 'none']),
    default: 'builtin',
    summary: 'what turns chunks into vectors: builtin or none',
    reason: 'needs no server, no download and no key',
    affectsContent: true,
    flag: '--embedder',
    commands: ['index'],
  }),
  'chunk.maxLines': setting({
    kind: wholeNumber(2, 10_000),
    default: 60,
    unit: 'lines',
    summary: 'longer definitions are split',
    reason: 'a screenful: most functions fit whole, and a hit can be read at once',
    affectsContent: true,
  }),
  'chunk.minLines': setting({
    kind: wholeNumber(1, 10_000),
    default: 12,
    unit: 'lines',
    summary: 'smaller neighbours are merged',
    reason: 'a chunk of a few lines has too few terms to rank by; 12 makes chunks of 700 to 1,000 bytes on average',
    affectsContent: true,
  }),
  'chunk.maxChars': setting({
    kind: wholeNumber(100, 1_000_000),
    default: 2400,
    unit: 'characters',
    summary: 'chunks with more text are split, whatever their lines',
    reason: '60 lines of 40 characters; keeps chunks of dense code within the input of common embedding models',
    affectsContent: true,
  }),
  'chunk.maxParseBytes': setting({
    kind: byteSize(0, '0'),
    default: MIB,
    unit: 'bytes',
    summary: 'larger files are split by lines, without parsing',
    reason: 'a syntax tree takes tens of times its text in native memory',
    affectsContent: true,
  }),
  'chunk.parseDeadlineMs': setting({
    kind: wholeNumber(10, 600_000),
    default: 5000,
    unit: 'milliseconds',
    summary: 'a file that parses longer is split by lines',
    reason:
      'forty times what 1 MiB of TypeScript takes on one core: only pathological input takes longer; a late parse is given as much processor time again, so that a busy machine decides nothing',
    affectsContent: true,
  }),

  // How the number of workers follows memory. The reasons were measured where the scaling room is.
  'scaling.pollIntervalMs': tuning(
    milliseconds,
    250,
    'milliseconds',
    'time between two looks at memory',
    'a look costs under 1 ms, and two threads that parse allocate some 100 MB in this time at worst',
  ),
  'scaling.shortWindowMs': tuning(
    milliseconds,
    500,
    'milliseconds',
    'window of the pressure that may refuse a task now',
    'two looks: one outlier alone does not stop admission, a real rise does so within a second',
  ),
  'scaling.longWindowMs': tuning(
    milliseconds,
    3000,
    'milliseconds',
    'window of the pressure that moves the number of workers',
    'longer than a cycle of garbage collection, shorter than a run over ten thousand files',
  ),
  'scaling.halvePressure': tuning(
    share,
    0.9,
    'share of the limit',
    'above it half of the workers go',
    'a tenth of the limit is what a few large batches take',
  ),
  'scaling.shrinkPressure': tuning(
    share,
    0.8,
    'share of the limit',
    'above it a quarter of the workers go',
    'leaves room for the step to take effect before half must go',
  ),
  'scaling.growPressure': tuning(
    share,
    0.5,
    'share of the limit',
    'below it workers are added while work waits',
    'so far below the shrinking pressure that a step up does not cause a step down',
  ),
  'scaling.stopPressure': tuning(
    share,
    0.95,
    'share of the limit',
    'above it no work is admitted',
    'what is running may still grow; nothing new may start',
  ),
  'scaling.resumePressure': tuning(
    share,
    0.9,
    'share of the limit',
    'below it work is admitted again',
    'lower than the stop, so that admission does not flicker',
  ),
  'scaling.cooldownDownMs': tuning(
    milliseconds,
    1000,
    'milliseconds',
    'rest after a step down',
    'a step down shows in RSS only after the running batches ended and idle threads are gone',
  ),
  'scaling.cooldownUpMs': tuning(
    milliseconds,
    2000,
    'milliseconds',
    'rest after a step up',
    'growing is optional and shrinking is not: wait until the last step shows in the long window',
  ),
  'scaling.stalledPauseMs': tuning(
    milliseconds,
    1500,
    'milliseconds',
    'after so long without admission and without work, one worker goes on',
    'when nothing runs and memory has not fallen by then, waiting longer frees nothing',
  ),
  'scaling.bootDeadlineMs': tuning(
    milliseconds,
    30_000,
    'milliseconds',
    'how long a thread may take to start',
    'a boot takes 50 to 300 ms; a machine that swaps may need a hundred times that',
  ),
  'scaling.bootFailuresAllowed': tuning(
    wholeNumber(0, 100),
    3,
    'threads',
    'threads that may die at boot before the run gives up on them',
    'a crash at boot repeats; a passing shortage does not',
  ),
  'scaling.threadsPerCore': tuning(
    decimal(0.1, 16),
    1,
    'threads',
    'threads that live at once per core, however many workers there are',
    'the work is all computing: a second thread per core costs its own warm-up (a fifth of the speed); slow network disks may want 2',
  ),
  'scaling.recycleAboveBytes': tuning(
    byteSize(MIB, '1mb'),
    192 * MIB,
    'bytes',
    'a thread that grew by more is replaced',
    'a healthy thread grows by 20 to 60 MiB over a run; three times that is garbage or a leak',
  ),
  'scaling.terminateGraceMs': tuning(
    milliseconds,
    500,
    'milliseconds',
    'how long a thread may take to end',
    'ending takes 1 to 20 ms; a thread that is too late has this time to end by itself, and again to be terminated',
  ),

  // What a search shows.
  limit: setting({
    kind: wholeNumber(1, 1000),
    default: 10,
    unit: 'hits',
    summary: 'how many hits to show',
    reason: 'NDCG is measured at 10, and ten hits fill two screens',
    affectsContent: false,
    flag: '-n, --limit',
    commands: ['search'],
  }),
  hitsPerFile: setting({
    kind: wholeNumber(1, 1000),
    default: 3,
    unit: 'hits',
    summary: 'at most so many hits of one file',
    reason: 'one long file must not take the whole list',
    affectsContent: false,
  }),
  contextLines: setting({
    kind: wholeNumber(0, 100),
    default: 2,
    unit: 'lines',
    summary: 'lines of context around the matching lines of a hit',
    reason: 'enough to recognise the place, ten hits stay readable',
    affectsContent: false,
    flag: '--context',
    commands: ['search'],
  }),
  maxTokens: setting<number | 'none'>({
    kind: orNone(wholeNumber(1, 10_000_000)),
    default: 'none',
    unit: 'tokens',
    summary: 'budget for all hits together, estimated as characters / 4',
    reason: 'people scroll; agents pay for what they read, and know how much they can spare',
    affectsContent: false,
    flag: '--max-tokens',
    commands: ['search'],
  }),
  refresh: setting<'auto' | 'always' | 'never'>({
    kind: oneOf(['auto', 'always', 'never'], { on: 'always', off: 'never' }),
    default: 'auto',
    summary: 'bring the index up to date before searching: `auto` where that is quick, `always`, `never`',
    reason: 'whoever has just edited a file searches for what it says now; nobody waits for a thousand files',
    affectsContent: false,
    flag: '--refresh',
    commands: ['search'],
  }),
  refreshMaxFiles: setting({
    kind: wholeNumber(1, 1_000_000),
    default: 20,
    unit: 'files',
    summary: 'more changed files than this are not indexed before a search',
    reason: 'twenty files take the main thread about as long as the search itself',
    affectsContent: false,
  }),
  refreshMaxBytes: setting({
    kind: byteSize(1, '1 byte'),
    default: MIB,
    unit: 'bytes',
    summary: 'nor more bytes than this',
    reason: 'few but large files take as long: a core parses some 3 to 10 MB per second',
    affectsContent: false,
  }),
  refreshCheckMs: setting({
    kind: milliseconds,
    default: 150,
    unit: 'milliseconds',
    summary: 'a tree that takes longer to compare with its index is not looked at before a search',
    reason: 'about a third of the search itself; beyond some 15,000 files the hits alone say what has changed',
    affectsContent: false,
  }),
  refreshDeadlineMs: setting({
    kind: milliseconds,
    default: 2000,
    unit: 'milliseconds',
    summary: 'indexing before a search is given up after this; what is done stays',
    reason: 'ten times what it takes usually: an answer from the older index is better than waiting',
    affectsContent: false,
  }),

  // What is printed.
  json: setting({
    kind: onOrOff,
    default: false,
    summary: 'print JSON on stdout',
    reason: 'people first',
    affectsContent: false,
    flag: '--json',
  }),
  quiet: setting({
    kind: onOrOff,
    default: false,
    summary: 'print only errors and one final line',
    reason: 'a long run should show that it lives',
    affectsContent: false,
    flag: '--quiet',
  }),
  verbose: setting({
    kind: onOrOff,
    default: false,
    summary: 'show more, such as the causes of an error',
    reason: 'stacks and causes are for reports of bugs',
    affectsContent: false,
    flag: '--verbose',
  }),
  progress: setting<'auto' | 'bars' | 'lines' | 'none'>({
    kind: oneOf(['auto', 'bars', 'lines', 'none'], { on: 'auto', off: 'none' }),
    default: 'auto',
    summary: 'show no progress',
    reason: 'auto: bars on a terminal, a line every few seconds elsewhere',
    affectsContent: false,
    flag: '--no-progress',
  }),
  color: setting<'auto' | 'always' | 'never'>({
    kind: oneOf(['auto', 'always', 'never'], { on: 'always', off: 'never' }),
    default: 'auto',
    summary: 'print without colours',
    reason: 'auto: on a terminal, unless NO_COLOR or TERM=dumb say otherwise',
    affectsContent: false,
    flag: '--no-color',
  }),
} as const;
