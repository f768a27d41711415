/** Where a value was written. */
export type SettingSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string }
  /** An option that another program passed to the library. */
  | { readonly kind: 'option'; readonly name: string };

/** A source in words, such as "flag `--workers`". */
export function describeSource(source: SettingSource): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `file \`${source.path}\``;
    case 'variable':
    case 'flag':
    case 'option':
      return `${source.kind} \`${source.name}\``;
  }
}
