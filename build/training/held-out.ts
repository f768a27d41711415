import { PAIR_KINDS, type PairKind } from './pair-kinds.js';
import { Random } from './random.js';
import { ROW_BYTES, type TrainingKernel } from './training-kernel.js';
import type { TrainingPairs } from './training-pairs.js';
import type { TrainingTable } from './training-table.js';

const CANDIDATES = 2_000;
const SEED = 7;

/** How well queries find their documents among the candidates of their repository. */
export interface HeldOutFigures {
  /** Share of queries whose document is among the first ten. */
  readonly recallAt10: number;
  /** Mean reciprocal rank. */
  readonly mrr: number;
  readonly recallAt10ByKind: Readonly<Partial<Record<PairKind, number>>>;
}

/** Measures a table by pairs of repositories that training never sees. */
export class HeldOut {
  private readonly kernel: TrainingKernel;
  private readonly samples: readonly { readonly pairs: TrainingPairs; readonly drawn: Uint32Array }[];
  private readonly query: number;
  private readonly documents: number;
  private readonly similarities: number;

  constructor(
    private readonly table: TrainingTable,
    repositories: readonly TrainingPairs[],
  ) {
    this.kernel = table.kernel;
    this.samples = repositories.map((pairs) => {
      const order = new Random(SEED).shuffle(Uint32Array.from({ length: pairs.count }, (_, i) => i));
      return { pairs, drawn: order.subarray(0, Math.min(CANDIDATES, pairs.count) & ~3) };
    });
    this.query = this.kernel.allocate(ROW_BYTES);
    this.documents = this.kernel.allocate(CANDIDATES * ROW_BYTES);
    this.similarities = this.kernel.allocate(CANDIDATES * 4);
  }

  /** Means over repositories. */
  measure(): HeldOutFigures {
    const ofRepositories = this.samples.map(({ pairs, drawn }) => this.measureOne(pairs, drawn));
    const kinds = PAIR_KINDS.map((kind) => {
      const known = ofRepositories.flatMap(({ byKind }) => byKind.get(kind) ?? []);
      return [kind, mean(known)] as const;
    });
    return {
      recallAt10: mean(ofRepositories.map(({ recallAt10 }) => recallAt10)),
      mrr: mean(ofRepositories.map(({ mrr }) => mrr)),
      recallAt10ByKind: Object.fromEntries(kinds),
    };
  }

  private measureOne(pairs: TrainingPairs, drawn: Uint32Array) {
    drawn.forEach((pair, i) => this.table.embed(pairs, 2 * pair + 1, this.documents + i * ROW_BYTES));
    const found: number[] = [];
    const reciprocal: number[] = [];
    const ofKind = new Map<PairKind, number[]>();
    drawn.forEach((pair, i) => {
      const rank = this.rankOf(pairs, pair, i, drawn.length);
      const isFound = rank <= 10 ? 1 : 0;
      found.push(isFound);
      reciprocal.push(1 / rank);
      const kind = pairs.kind(pair);
      ofKind.set(kind, [...(ofKind.get(kind) ?? []), isFound]);
    });
    const byKind = new Map([...ofKind].map(([kind, hits]) => [kind, mean(hits)]));
    return { recallAt10: mean(found), mrr: mean(reciprocal), byKind };
  }

  /** Rank, from 1, of candidate `own` for the query of a pair; equals count half. */
  private rankOf(pairs: TrainingPairs, pair: number, own: number, candidates: number): number {
    this.table.embed(pairs, 2 * pair, this.query);
    this.kernel.call.dots(this.query, this.documents, candidates, this.similarities);
    const similarities = this.kernel.floats(this.similarities, candidates);
    const similarity = similarities[own]!;
    let better = 0;
    for (let i = 0; i < candidates; i++) {
      if (similarities[i]! > similarity) better++;
      else if (similarities[i] === similarity && i !== own) better += 0.5;
    }
    return 1 + better;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
