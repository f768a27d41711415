import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, markup } from '../../../src/report/html.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">\u202e\u0000\r\n</script><!--`;

/** What a browser reads again from the text of an element or a quoted attribute. */
function unescaped(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);
}

/** Any code units, also halves of characters and controls, and often those that mean something in a page. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(...[...`<>&"'/=`].map((c) => c.charCodeAt(0)))))
  .map((codes) => String.fromCharCode(...codes));

describe('a template', () => {
  test('lets no text out of its place, whatever the text is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: page } = html`<p title="${text}">${text}</p>`;
        const [, inAttribute, inElement] = /^<p title="([^"<>]*)">([^"<>]*)<\/p>$/.exec(page)!;
        expect(inAttribute).toBe(inElement);
        expect(unescaped(inElement!)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });

  test('makes text harmless that wants to be markup, and shows it', () => {
    const { text } = html`<td>${HOSTILE}</td>`;
    expect(text).not.toContain('<img');
    expect(unescaped(text.slice(4, -5))).toBe(
      `<img src=x onerror="document.title='owned'">\\u202e\\x00\\r\\n</script><!--`,
    );
  });

  test('takes markup, numbers, lists of them, and nothing', () => {
    const rows = ['apple', 'pear'].map((fruit) => html`<li>${fruit}</li>`);
    expect(
      html`<ul>
        ${rows}${undefined}${[1, '<', markup('<hr>')]}
      </ul>`.text.replaceAll('\n', ''),
    ).toBe('<ul><li>apple</li><li>pear</li>1&lt;<hr></ul>');
  });
});
