import type { Refreshment } from '../app/searching.js';
import type { Config } from '../config/config.js';
import { fileJson, hitJson, jsonCharacters, searchJson } from '../search/search-json.js';
import type { SearchHit, SearchResult, Truncation } from '../search/search-result.js';
import { makeColors, type Colors } from './colors.js';
import { hitHead, type HitLayout } from './hit-head.js';
import type { Invocation } from './invocation.js';
import { markMatches, wordPattern } from './match-highlight.js';
import { plural } from './quantities.js';
import { escapeControls, expandTabs, fitWidth } from './terminal-text.js';

/** Where a line ends that nobody watches on a terminal: long enough for code, short enough for a log. */
const PIPED_COLUMNS = 400;

/** What a report of one search is made with. */
export interface SearchReportOptions {
  readonly config: Config;
  readonly query: string;
  /** Print files instead of hits. */
  readonly files: boolean;
  /** The flags that narrowed the search, as they were typed. */
  readonly filters: readonly string[];
  /** What was done before the search. */
  readonly refreshment: Refreshment;
  readonly invocation: Invocation;
}

/** Prints what a query found, as JSON, as paths, or for people; what is to be said of it goes to stderr. */
export class SearchReport {
  private readonly layout: HitLayout;

  constructor(private readonly options: SearchReportOptions) {
    const { stdout } = options.invocation.output;
    const isTerminal = stdout.isTTY ?? false;
    const columns = isTerminal ? (stdout.columns ?? 80) : PIPED_COLUMNS;
    this.layout = { colors: options.invocation.colorsFor(stdout), columns, isTerminal };
  }

  /** Characters that a hit takes on stdout, with what parts it from the next, without colours. */
  charactersOf(hit: SearchHit): number {
    const { config, files, query } = this.options;
    if (config.json) return jsonCharacters(files ? fileJson(hit) : hitJson(hit));
    if (files) return this.pathOf(hit).length + 1;
    return hitText(hit, query, { ...this.layout, colors: makeColors(false) }).length + 2;
  }

  print(found: SearchResult): void {
    const { config, files, filters, invocation } = this.options;
    const { output } = invocation;
    const { notices, ...about } = this.options.refreshment;
    const result = { ...found, notices: [...notices, ...found.notices] };
    if (config.json) return output.json(searchJson(result, files ? 'files' : 'hits', about));
    const shown = result.hits.map((hit) => (files ? this.pathOf(hit) : hitText(hit, result.query, this.layout)));
    if (shown.length > 0) output.data(shown.join(files ? '\n' : '\n\n'));
    if (config.quiet) return;
    const notes = invocation.colorsFor(output.stderr);
    if (shown.length === 0) output.note(nothingFound(result.query, filters, notes));
    if (result.truncated) output.note(leftOut(result.truncated, config.maxTokens, notes));
    for (const notice of result.notices) output.warn(notice, notes);
  }

  private pathOf({ path }: SearchHit): string {
    return this.layout.isTerminal ? escapeControls(path) : path;
  }
}

/** A hit: its head line, then its snippet with line numbers. */
export function hitText(hit: SearchHit, query: string, layout: HitLayout): string {
  const snippet = hit.snippet === '' ? [] : snippetLines(hit, query, layout);
  return [hitHead(hit, layout), ...signalLines(hit, layout), ...snippet].join('\n');
}

/** What made the score: evidence adds up, priors multiply the sum. */
function signalLines({ signals = [] }: SearchHit, { colors }: HitLayout): string[] {
  return signals.map(({ name, role, value, effect }) =>
    colors.faint(`    ${role === 'evidence' ? '+' : 'x'} ${effect.toFixed(3)}  ${name} (${value.toFixed(2)})`),
  );
}

function snippetLines({ snippet, snippetLine, matchLines }: SearchHit, query: string, layout: HitLayout): string[] {
  const { colors, columns, isTerminal } = layout;
  const lines = snippet.replace(/\n$/, '').split('\n');
  const digits = String(snippetLine + lines.length - 1).length;
  const matching = new Set(matchLines);
  const pattern = wordPattern(query);
  return lines.map((line, at) => {
    const number = snippetLine + at;
    const expanded = expandTabs(line.replace(/\r$/, ''));
    const shown = fitWidth(isTerminal ? escapeControls(expanded) : expanded, columns - digits - 5);
    const isMatch = matching.has(number);
    // The mark beside the number says without colour which lines match.
    const gutter = `  ${isMatch ? '>' : ' '}${String(number).padStart(digits)} `;
    return (colors.faint(gutter) + (isMatch ? markMatches(shown, pattern, colors.match) : shown)).trimEnd();
  });
}

/** What to say where nothing was found: the way out depends on what was asked. */
export function nothingFound(query: string, filters: readonly string[], colors: Colors): string {
  const narrowed = filters
    .map((flag) => `\`${flag}\``)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
  const advice = `try fewer or other words${narrowed ? `, or drop ${narrowed}` : ''}; \`mind-index status\` says what is indexed`;
  return `Nothing found for \`${escapeControls(query)}\`\n\n${colors.faint('hint:')} ${advice}`;
}

function leftOut({ hitsLeftOut, linesLeftOut }: Truncation, maxTokens: number | 'none', colors: Colors): string {
  const what = [
    ...(hitsLeftOut > 0 ? [plural(hitsLeftOut, 'hit')] : []),
    ...(linesLeftOut > 0 ? [`${plural(linesLeftOut, 'line')} of snippets`] : []),
  ].join(' and ');
  return `Left out ${what} to stay within ${maxTokens} tokens\n  ${colors.faint('hint:')} a larger \`--max-tokens\` shows more; a filter or a smaller \`-n\` leaves more for each hit`;
}
