import type { Config } from '../config/config.js';
import type { Discovery, DiscoveryOptions } from '../discovery/walk.js';
import { embedderIdentity } from '../embedding/create-embedder.js';
import { parseSummary } from '../pipeline/stored-summary.js';
import { openSqliteReader, type SqliteReader } from '../storage/sqlite-reader.js';

/** Settings that affect content, and the embedder behind its name: another version of it makes other vectors. */
export function fingerprintOf(config: Config): string {
  return `${config.fingerprint}/${embedderIdentity(config.embedder)}`;
}

export async function discoverTree(
  config: Config,
  signal?: AbortSignal,
  onProgress?: (files: number) => void,
): Promise<Discovery> {
  const { discover } = await import('../discovery/walk.js');
  return discover({ ...discoveryOptions(config, signal), ...(onProgress && { onProgress }) });
}

export function discoveryOptions(config: Config, signal?: AbortSignal): DiscoveryOptions {
  const { root, include, exclude, maxFileBytes, indexDir, gitConfigHome } = config;
  return { root, include, exclude, maxFileBytes, indexDir, gitConfigHome, ...(signal && { signal }) };
}

/**
 * The config with the scope of the last run where nothing says otherwise: `--exclude`, typed when indexing, still holds
 * for whoever looks later what has changed.
 */
export function lastScope(config: Config, reader: SqliteReader): Config {
  const scope = parseSummary(reader.lastRun())?.scope;
  if (scope === undefined) return config;
  const { include, exclude, maxFileBytes } = scope;
  const isDefault = (key: keyof typeof scope) => config.sources[key].kind === 'default';
  return {
    ...config,
    ...(isDefault('include') && { include }),
    ...(isDefault('exclude') && { exclude }),
    ...(isDefault('maxFileBytes') && { maxFileBytes }),
  };
}

export function withReader<T>(config: Config, work: (reader: SqliteReader) => T): T {
  const reader = openSqliteReader(config.indexDir);
  try {
    return work(reader);
  } finally {
    reader.close();
  }
}
