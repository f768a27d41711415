import { createHash } from 'node:crypto';
import { html, markup, type Html } from './html.js';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';

/** What a page is made of. */
export interface Page {
  readonly title: string;
  /** A sentence under the title. */
  readonly about: string;
  readonly body: Html;
  readonly footer: string;
}

// As wholes: their hashes leave no room for a space more or less.
const STYLE = markup(`<style>${PAGE_STYLE}</style>`);
const SCRIPT = markup(`<script>${PAGE_SCRIPT}</script>`);

/**
 * Everything is forbidden but the one style sheet and the one script, each by its hash: whatever a name in the index
 * says, the page loads nothing, sends nothing, and runs nothing else.
 */
const POLICY = [
  `default-src 'none'`,
  `style-src '${sourceHash(PAGE_STYLE)}'`,
  `script-src '${sourceHash(PAGE_SCRIPT)}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

/** A page in one file that needs nothing else. */
export function pageText({ title, about, body, footer }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>${about}</p>
        </header>
        <main>${body}</main>
        <footer>${footer}</footer>
        ${SCRIPT}
      </body>
    </html>`.text;
}

/** An ISO 8601 moment as people read it, to the second. */
export function momentText(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
