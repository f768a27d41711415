import type { CommentSyntax, Language } from '../shared/languages.js';

/** Markers stand in the comment at the head of a file; no need to look further. */
const HEAD_CHARACTERS = 4096;
const HEAD_LINES = 60;

/** Comments of languages that are not in the table. */
const COMMON_COMMENTS: CommentSyntax = {
  line: ['//', '#', '--', ';', '%'],
  block: [
    ['/*', '*/'],
    ['<!--', '-->'],
  ],
};

/**
 * What generators write. Each must begin the comment's text: a sentence that speaks about markers has them in the
 * middle, or in quotes.
 */
const MARKERS: readonly RegExp[] = [
  /^@(partially-)?generated\b(?!['"`])/i,
  /^<auto-?generated>/i,
  /^(automatically |auto-?|machine[- ])?generated\b.*\b(do not|don't) (edit|modify|change)/i,
  /^code generated\b.*\b(do not|don't) (edit|modify)/i,
  /^generated code\b.*\b(do not|don't) (edit|modify)/i,
  /^(do not|don't) (edit|modify)\b.*\bgenerated\b/i,
  /^auto-?generated (by|from|file|code)\b/i,
  /^(this|the following) (file|code|class|module|document) (is|was|has been|were) (auto-?|automatically |machine[- ])?(auto-?)?generated\b(?! (when|if|unless|only))/i,
];

/** Generators of C# write this too, but so do people, to keep analysers away from source they adopted with its licence. */
const AMBIGUOUS_MARKER = /^<auto-?generated\s*\/>$/i;
const ADOPTED = /copyright|licen[cs]e/i;

/** Lines before the head comment, or between its parts, that are no code. */
const PREAMBLE = /^(#!|<\?php|<\?xml|<!doctype|["']use strict["']|@charset|@echo off|"""|'''|---)/i;

/** Whether the comment at the head of a file says that a program wrote it. */
export function isMarkedGenerated(text: string, language: Language | undefined): boolean {
  const head = text.slice(0, HEAD_CHARACTERS);
  // Every marker has one of these words: most files end here.
  if (!/generated/i.test(head)) return false;
  for (const comment of headComments(head, commentsOf(language))) {
    if (MARKERS.some((marker) => marker.test(comment))) return true;
    if (AMBIGUOUS_MARKER.test(comment)) return !ADOPTED.test(head);
  }
  return false;
}

/** Markdown and the like have their headings where other languages have comments. */
function commentsOf(language: Language | undefined): CommentSyntax {
  if (language === undefined) return COMMON_COMMENTS;
  return language.family === 'docs' ? { line: [], block: [['<!--', '-->']] } : language.comments;
}

/** The texts of the comment lines before the first line of code, without the signs that make them comments. */
function* headComments(head: string, syntax: CommentSyntax): Generator<string> {
  let closing: string | undefined;
  for (const raw of head.split('\n', HEAD_LINES)) {
    const line = raw.trim();
    if (closing !== undefined) {
      yield undecorated(line);
      if (line.includes(closing)) closing = undefined;
      continue;
    }
    if (line === '') continue;
    const block = syntax.block.find(([open]) => line.startsWith(open));
    if (block !== undefined) {
      const rest = line.slice(block[0].length);
      yield undecorated(rest);
      if (!rest.includes(block[1])) closing = block[1];
      continue;
    }
    const marker = syntax.line.find((open) => line.startsWith(open));
    if (marker !== undefined && !line.startsWith('#!')) yield undecorated(line.slice(marker.length));
    else if (!PREAMBLE.test(line)) return;
  }
}

/** Takes off the frame that comments are drawn with: stars, slashes, dashes, spaces. */
function undecorated(comment: string): string {
  return comment.replace(/^[\s*/#;!=+|~-]+/, '');
}
