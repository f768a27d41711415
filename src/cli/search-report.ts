import type { Config } from '../config/config.js';
import type { SearchHit, SearchResult } from '../search/search-result.js';
import type { Colors } from './colors.js';
import type { Invocation } from './invocation.js';
import { markMatches, wordPattern } from './match-highlight.js';
import { escapeControls, expandTabs, fitWidth } from './terminal-text.js';

/** Where a line ends that nobody watches on a terminal: long enough for code, short enough for a log. */
const PIPED_COLUMNS = 400;

/** How hits are laid out. */
export interface HitLayout {
  readonly colors: Colors;
  readonly columns: number;
  /** True on a terminal: file names and source then lose their power over it. */
  readonly escape: boolean;
}

/** Prints what a query found, as JSON, as paths, or for people; notices go to stderr. */
export function printSearch(
  result: SearchResult,
  { config, files, invocation }: { readonly config: Config; readonly files: boolean; readonly invocation: Invocation },
): void {
  const { output } = invocation;
  const isTTY = output.stdout.isTTY ?? false;
  const notes = invocation.colorsFor(output.stderr);
  if (config.json) {
    output.json(searchJson(result));
  } else if (files) {
    for (const path of new Set(result.hits.map((hit) => hit.path))) output.data(isTTY ? escapeControls(path) : path);
  } else {
    const layout = {
      colors: invocation.colorsFor(output.stdout),
      columns: isTTY ? (output.stdout.columns ?? 80) : PIPED_COLUMNS,
      escape: isTTY,
    };
    if (result.hits.length > 0) output.data(result.hits.map((hit) => hitText(hit, result.query, layout)).join('\n\n'));
  }
  if (config.quiet || config.json) return;
  if (result.hits.length === 0) output.note(nothingFound(result.query, notes));
  for (const notice of result.notices) output.warn(notice, notes);
}

/** The result as `--json` prints it. */
export function searchJson({ query, tookMs, hits, notices }: SearchResult): object {
  return {
    query,
    tookMs,
    hits: hits.map(({ path, startLine, endLine, kind, symbol, score, fresh, snippet }) => ({
      path,
      startLine,
      endLine,
      kind,
      symbol,
      score,
      fresh,
      snippet,
    })),
    notices,
  };
}

/** A hit: `path:start-end  symbol (kind)  score`, then its snippet with line numbers. */
export function hitText(hit: SearchHit, query: string, layout: HitLayout): string {
  const { colors, escape } = layout;
  const path = escape ? escapeControls(hit.path) : hit.path;
  const name = [hit.parent, hit.symbol].filter(Boolean).join('.');
  const what = name ? `${colors.symbol(escapeControls(name))} (${hit.kind})` : hit.kind;
  const head = `${colors.path(`${path}:${hit.startLine}-${hit.endLine}`)}  ${what}  ${colors.faint(hit.score.toFixed(3))}`;
  const snippet = hit.snippet === '' ? [] : snippetLines(hit, query, layout);
  return [head + freshness(hit, colors), ...snippet].join('\n');
}

function freshness({ fresh }: SearchHit, colors: Colors): string {
  switch (fresh) {
    case 'fresh':
      return '';
    case 'stale':
      return `  ${colors.warning('stale')}${colors.faint(' (changed since it was indexed)')}`;
    case 'gone':
      return `  ${colors.warning('gone')}${colors.faint(' (deleted since it was indexed)')}`;
  }
}

function snippetLines({ snippet, snippetLine, matchLines }: SearchHit, query: string, layout: HitLayout): string[] {
  const { colors, columns, escape } = layout;
  const lines = snippet.replace(/\n$/, '').split('\n');
  const digits = String(snippetLine + lines.length - 1).length;
  const matching = new Set(matchLines);
  const pattern = wordPattern(query);
  return lines.map((line, at) => {
    const number = snippetLine + at;
    const expanded = expandTabs(line.replace(/\r$/, ''));
    const shown = fitWidth(escape ? escapeControls(expanded) : expanded, columns - digits - 5);
    const isMatch = matching.has(number);
    // The mark beside the number says without colour which lines match.
    const gutter = `  ${isMatch ? '>' : ' '}${String(number).padStart(digits)} `;
    return (colors.faint(gutter) + (isMatch ? markMatches(shown, pattern, colors.match) : shown)).trimEnd();
  });
}

function nothingFound(query: string, colors: Colors): string {
  return `Nothing found for \`${escapeControls(query)}\`\n\n${colors.faint('hint:')} try fewer or other words, or drop \`--path\` and \`--lang\`; \`mind-index status\` says what is indexed`;
}
