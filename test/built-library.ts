import type * as Library from '../src/index.js';

/** The library as it was built: worker threads need JavaScript files beside them. */
export const { indexDirectory, openIndex } = (await import(
  new URL('../dist/index.js', import.meta.url).href
)) as typeof Library;
