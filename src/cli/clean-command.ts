import type { Command } from 'commander';
import type { Invocation } from './invocation.js';
import { bytes } from './quantities.js';
import { escapeControls } from './terminal-text.js';

/** Adds `mind-index clean [path]`: deletes the index of exactly this folder, never of one above it. */
export function registerClean(program: Command, invocation: Invocation): void {
  const command = program
    .command('clean')
    .description('delete the index')
    .argument('[path]', 'indexed folder', '.')
    .action(async (path: string) => {
      const config = await invocation.readConfig(command, path);
      const { cleanIndex } = await import('../app/indexing.js');
      const freedBytes = await cleanIndex(config);
      if (config.json) return invocation.output.json({ indexDir: config.indexDir, freedBytes });
      const place = `\`${escapeControls(config.indexDir)}\``;
      invocation.output.note(freedBytes > 0 ? `Deleted ${place}, freed ${bytes(freedBytes)}` : `No index in ${place}`);
    });
}
