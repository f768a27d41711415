import { errors } from '../shared/errors.js';

/** One thing that is measured. Floors do part of the work on the same files, in the same batches, on as many threads. */
export type Scenario =
  /** A whole run of indexing into an empty index, with a fixed number of workers or as the auto-scaler has it. */
  | { readonly kind: 'index'; readonly name: string; readonly workers: number | 'auto' | 'aggressive' }
  | { readonly kind: 'floor'; readonly name: string; readonly work: FloorWork; readonly threads: number }
  /** A run over a tree that is wholly indexed. */
  | { readonly kind: 'no-change'; readonly name: 'no-change' }
  /** The same after one file was edited. */
  | { readonly kind: 'one-changed'; readonly name: 'one-changed' }
  /** Queries in one process. */
  | { readonly kind: 'search'; readonly name: 'search' }
  /** One query by the command line, beside a Node that does nothing. */
  | { readonly kind: 'cli-search'; readonly name: 'cli-search' };

/** What a floor does with each file: reads it, or reads it and parses it. */
export type FloorWork = 'read' | 'parse';

/** Every scenario for the given numbers of workers, in the order of one round. */
export function scenariosFor(workersList: readonly number[]): Scenario[] {
  const index = (name: string, workers: number | 'auto' | 'aggressive'): Scenario => ({ kind: 'index', name, workers });
  const floor = (work: FloorWork, threads: number): Scenario => ({
    kind: 'floor',
    name: `${work}-${threads}`,
    work,
    threads,
  });
  return [
    ...workersList.flatMap((workers) => [
      index(`workers-${workers}`, workers),
      floor('parse', workers),
      floor('read', workers),
    ]),
    index('auto', 'auto'),
    index('aggressive', 'aggressive'),
    { kind: 'no-change', name: 'no-change' },
    { kind: 'one-changed', name: 'one-changed' },
    { kind: 'search', name: 'search' },
    { kind: 'cli-search', name: 'cli-search' },
  ];
}

/**
 * The scenarios that `names` ask for, in their own order; a name may end in `*`. No names means all.
 * @throws MindIndexError for a name that matches nothing
 */
export function chooseScenarios(all: readonly Scenario[], names: readonly string[]): Scenario[] {
  if (names.length === 0) return [...all];
  for (const name of names) {
    if (!all.some((scenario) => matches(scenario, name))) {
      throw errors.benchScenarioUnknown(
        name,
        all.map((scenario) => scenario.name),
      );
    }
  }
  return all.filter((scenario) => names.some((name) => matches(scenario, name)));
}

function matches(scenario: Scenario, name: string): boolean {
  return name.endsWith('*') ? scenario.name.startsWith(name.slice(0, -1)) : scenario.name === name;
}
