import { html, type Html } from './html.js';

/** A table of text. A heading that begins with `<` has its column on the left, the others have numbers on the right. */
export function plainTable(caption: string, headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  const className = (column: number) => (headings[column]!.startsWith('<') ? 'text' : 'number');
  return html`${caption === '' ? undefined : html`<p class="note">${caption}</p>`}
    <div class="scroll">
      <table aria-label="${caption}">
        <thead>
          <tr>
            ${headings.map((heading, at) => html`<th scope="col" class="${className(at)}">${heading.replace(/^</, '')}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html`<tr>
                ${cells.map((cell, at) => html`<td class="${className(at)}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** Figures that stand out: each a label, a value, and words below it. */
export function figureCards(
  figures: readonly { readonly label: string; readonly value: string; readonly note?: string }[],
): Html {
  return html`<dl class="cards">
    ${figures.map(
      ({ label, value, note }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}${note ? html`<small>${note}</small>` : undefined}</dd>
        </div>`,
    )}
  </dl>`;
}
