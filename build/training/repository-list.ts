import { readFileSync } from 'node:fs';

/** One repository that the table is trained on, or judged by. */
export interface TrainingRepository {
  /** `owner/name`. */
  readonly name: string;
  /** Full id of the commit whose tree and history are read. */
  readonly commit: string;
  /** SPDX identifier; the program compares it with what the licence file says. */
  readonly licence: string;
  /** Path of the licence's text in the tree. */
  readonly licenceFile: string;
  /** Held-out repositories give no pair to training: their pairs measure it. */
  readonly heldOut?: boolean;
}

/** Reads the list; throws when it names a repository twice, or one that a collection for judging search names. */
export function readRepositoryList(path: string, excludedCollections: readonly string[]): TrainingRepository[] {
  const repositories = JSON.parse(readFileSync(path, 'utf8')) as TrainingRepository[];
  const excluded = new Set(excludedCollections.flatMap(repositoriesOfCollection));
  const seen = new Set<string>();
  for (const { name } of repositories) {
    if (excluded.has(name.toLowerCase())) throw new Error(`${name} belongs to a collection that search is judged by`);
    if (seen.has(name)) throw new Error(`${name} is listed twice`);
    seen.add(name);
  }
  return repositories;
}

/** The repositories, in lower case, that a collection's `repos.json` names. */
function repositoriesOfCollection(path: string): string[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { repo: string }[]).map(({ repo }) => repo.toLowerCase());
}
