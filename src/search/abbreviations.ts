import { termOfWord } from '../chunking/terms.js';

/**
 * What programmers write short, by the customs of no single language: each group is one short form and the words it
 * stands for. Short forms that are common words of their own (`in`, `it`, `no`) are left out.
 */
const GROUPS: readonly (readonly [short: string, ...words: string[]])[] = [
  ['addr', 'address'],
  ['alloc', 'allocate', 'allocation', 'allocator'],
  ['arg', 'argument'],
  ['async', 'asynchronous', 'asynchronously'],
  ['attr', 'attribute'],
  ['auth', 'authentication', 'authorization', 'authenticate', 'authorize'],
  ['buf', 'buffer'],
  ['calc', 'calculate', 'calculation'],
  ['cb', 'callback'],
  ['cert', 'certificate'],
  ['cfg', 'config', 'configuration', 'configure'],
  ['config', 'configuration', 'configure'],
  ['cmd', 'command'],
  ['cmp', 'compare', 'comparison'],
  ['conn', 'connection', 'connect'],
  ['cond', 'condition'],
  ['ctx', 'context'],
  ['db', 'database'],
  ['decl', 'declaration', 'declare'],
  ['def', 'definition'],
  ['del', 'delete'],
  ['dep', 'dependency'],
  ['desc', 'description', 'descriptor'],
  ['dest', 'destination'],
  ['dev', 'device', 'development'],
  ['dir', 'directory'],
  ['doc', 'document', 'documentation'],
  ['env', 'environment'],
  ['err', 'error'],
  ['eval', 'evaluate', 'evaluation'],
  ['exec', 'execute', 'execution'],
  ['expr', 'expression'],
  ['ext', 'extension'],
  ['fd', 'descriptor'],
  ['fmt', 'format', 'formatting'],
  ['fn', 'function'],
  ['func', 'function'],
  ['gen', 'generate', 'generator', 'generation'],
  ['hdr', 'header'],
  ['id', 'identifier'],
  ['idx', 'index'],
  ['img', 'image'],
  ['impl', 'implementation', 'implement'],
  ['info', 'information'],
  ['init', 'initialize', 'initialization', 'initial'],
  ['iter', 'iterate', 'iteration', 'iterator'],
  ['len', 'length'],
  ['lib', 'library'],
  ['loc', 'location', 'locale'],
  ['max', 'maximum'],
  ['mem', 'memory'],
  ['mgr', 'manager'],
  ['min', 'minimum'],
  ['msg', 'message'],
  ['net', 'network'],
  ['num', 'number'],
  ['obj', 'object'],
  ['op', 'operation', 'operator'],
  ['opt', 'option'],
  ['param', 'parameter'],
  ['perm', 'permission'],
  ['pkg', 'package'],
  ['pos', 'position'],
  ['prev', 'previous'],
  ['proc', 'process', 'procedure'],
  ['prop', 'property'],
  ['ptr', 'pointer'],
  ['pwd', 'password'],
  ['recv', 'receive'],
  ['ref', 'reference'],
  ['regex', 'regular'],
  ['repo', 'repository'],
  ['req', 'request'],
  ['res', 'response', 'resource'],
  ['resp', 'response'],
  ['seq', 'sequence'],
  ['sched', 'scheduler', 'schedule'],
  ['sess', 'session'],
  ['sig', 'signal', 'signature'],
  ['sock', 'socket'],
  ['spec', 'specification'],
  ['src', 'source'],
  ['stat', 'statistics', 'status'],
  ['stmt', 'statement'],
  ['str', 'string'],
  ['sub', 'subscribe', 'subscription'],
  ['sync', 'synchronize', 'synchronous', 'synchronization'],
  ['sys', 'system'],
  ['tbl', 'table'],
  ['temp', 'temporary'],
  ['tmp', 'temporary'],
  ['txn', 'transaction'],
  ['tx', 'transaction'],
  ['util', 'utility'],
  ['val', 'value'],
  ['var', 'variable'],
  ['ver', 'version'],
  ['win', 'window', 'windows'],
  ['ws', 'websocket'],
];

const alternatives = new Map<string, Set<string>>();
for (const [short, ...words] of GROUPS) {
  for (const word of words) {
    link(termOfWord(word), termOfWord(short));
    link(termOfWord(short), termOfWord(word));
  }
}

function link(from: string, to: string): void {
  if (from === to || from === '' || to === '') return;
  alternatives.set(from, (alternatives.get(from) ?? new Set()).add(to));
}

/** The terms that programmers write for a term: its short forms, or what it is short for. */
export function alternativesOf(term: string): readonly string[] {
  return [...(alternatives.get(term) ?? [])];
}
