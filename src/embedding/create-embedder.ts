import { StaticEmbedder } from './static-embedder.js';
import { verifyModel } from './static-model.js';

/** The embedder of a setting's name; undefined for `none`. */
export function createEmbedder(name: string): StaticEmbedder | undefined {
  return name === 'none' ? undefined : new StaticEmbedder();
}

/** Throws `model-damaged` where the embedder of a setting's name would make other vectors than its identity promises. */
export function verifyEmbedder(name: string): void {
  if (name !== 'none') verifyModel(StaticEmbedder.identity);
}

/** Identity of the embedder of a setting's name, without making it. */
export function embedderIdentity(name: string): string {
  return name === 'none' ? 'none' : StaticEmbedder.identity;
}

/** The embedder that an index was built with, by its identity; undefined for `none` and for one that is not known here. */
export function embedderOf(identity: string): StaticEmbedder | undefined {
  return identity === StaticEmbedder.identity ? new StaticEmbedder() : undefined;
}
