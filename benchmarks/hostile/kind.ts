import type { Random } from '../../src/bench/corpus/random.js';

/** One hostile input: files by their path, made from a seed and nothing else, so that it can be made again. */
export interface HostileInput {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** How it was made, for people. */
  readonly how: string;
}

/**
 * What became of an input: `read` like any other, `refused` with an error for people or a reason to skip, `failed` where it is
 * recorded as a file that failed. Everything else (any other error, a crash, a hang, too much memory) is a finding.
 */
export type Verdict = { readonly outcome: 'read' | 'refused' | 'failed'; readonly detail?: string };

/** A kind of input: a generator and a judge, in one file of `kinds/`, named in `kinds.ts`. */
export interface HostileKind {
  readonly name: string;
  /** How many of a hundred inputs are of this kind. */
  readonly share: number;
  /** Prepares what all inputs of the kind need, in a folder of the judging process. */
  open(folder: string): Promise<Judge>;
  generate(random: Random): HostileInput;
}

/** Judges one input in a folder that holds its files and nothing else. Throws for a finding. */
export interface Judge {
  judge(input: HostileInput, folder: string): Promise<Verdict>;
}
