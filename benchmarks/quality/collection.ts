import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A repository of the collection, pinned to one revision. */
export interface PinnedRepository {
  readonly name: string;
  readonly language: string;
  /** `owner/name`, which also names its local mirror. */
  readonly repo: string;
  /** Full commit id. */
  readonly revision: string;
  /** The folder that is laid out and indexed; null for all of it. */
  readonly root: string | null;
}

/** A place that answers a query: a file, or a line range of it (1-based, inclusive). */
export interface Target {
  readonly path: string;
  readonly start_line?: number | string | null;
  readonly end_line?: number | string | null;
}

/** One judged query. */
export interface JudgedQuery {
  readonly query: string;
  readonly category: string;
  /** What must be found; the ideal ranking has all of them on top. */
  readonly relevant: readonly Target[];
  /** Hits that cover only these are taken out of the ranking before it is scored: neither right nor wrong. */
  readonly neutral: readonly Target[];
}

/** The shapes of annotation files: a list where `secondary` is as good as `relevant`, or an object where it is neutral. */
interface RawQuery {
  readonly query: string;
  readonly category?: string;
  readonly relevant?: readonly (string | Target)[];
  readonly secondary?: readonly (string | Target)[];
}
type RawAnnotations = readonly RawQuery[] | { readonly queries: readonly RawQuery[] };

/** Reads `repos.json` of a collection. */
export function readRepositories(evalDir: string): PinnedRepository[] {
  return JSON.parse(readFileSync(join(evalDir, 'repos.json'), 'utf8')) as PinnedRepository[];
}

/** Reads `annotations/*.json`, keyed by repository name, in the order of names. */
export function readAnnotations(evalDir: string): Map<string, JudgedQuery[]> {
  const folder = join(evalDir, 'annotations');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return new Map(
    files.map((file) => [basename(file, '.json'), parseAnnotations(readFileSync(join(folder, file), 'utf8'))]),
  );
}

/** Parses one annotation file of either shape. */
export function parseAnnotations(json: string): JudgedQuery[] {
  const raw = JSON.parse(json) as RawAnnotations;
  if ('queries' in raw) return raw.queries.map((query) => judged(query, 'neutral'));
  return raw.map((query) => judged(query, 'relevant'));
}

function judged(raw: RawQuery, secondaryIs: 'relevant' | 'neutral'): JudgedQuery {
  const relevant = (raw.relevant ?? []).map(asTarget);
  const secondary = (raw.secondary ?? []).map(asTarget);
  return {
    query: raw.query,
    category: raw.category ?? '?',
    relevant: secondaryIs === 'relevant' ? [...relevant, ...secondary] : relevant,
    neutral: secondaryIs === 'relevant' ? [] : secondary,
  };
}

function asTarget(target: string | Target): Target {
  return typeof target === 'string' ? { path: target } : target;
}
