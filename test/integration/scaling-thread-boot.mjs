// Threads do not inherit the loader of the tests: this entry makes TypeScript readable inside the thread.
import { tsImport } from 'tsx/esm/api';

await tsImport('./scaling-thread-entry.ts', import.meta.url);
