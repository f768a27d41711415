/** The terms of one chunk or query, as an embedder of terms wants them. */
export interface WeightedTerms {
  readonly terms: readonly string[];
  /** One weight per term; 0 leaves a term out. */
  readonly weights: readonly number[];
}

/** What every embedder tells of itself. */
export interface EmbedderInfo {
  /** Changes whenever equal input would get other vectors: part of the settings fingerprint. */
  readonly identity: string;
  /** Components of a vector, a multiple of 128; 0 means that there are no vectors. */
  readonly dimensions: number;
  /** Inputs per call that the embedder likes best. */
  readonly batchSize: number;
  /** `local` embedders run inside the worker threads; `remote` ones are a stage with limits of their own. */
  readonly cost: 'local' | 'remote';
}

/** Turns texts into vectors, over the network or by a model in the process. */
export interface Embedder extends EmbedderInfo {
  /** One int8 vector of `dimensions` components per input, in order. Rejects when the batch cannot be embedded. */
  embed(batch: readonly WeightedTerms[]): Promise<readonly Int8Array[]>;
}
