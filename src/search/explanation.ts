import type { WeighedCandidate } from './candidates.js';
import type { HitSignal } from './search-result.js';
import { SIGNALS } from './signals.js';

/** The signals that apply to a hit, in the order of the table. */
export function explanation({ values }: WeighedCandidate, weights: Float64Array): HitSignal[] {
  return SIGNALS.flatMap(({ name, role }, i) => {
    const value = values[i]!;
    const product = weights[i]! * value;
    if (product === 0) return [];
    return [{ name, role, value, effect: role === 'evidence' ? product : 1 + product }];
  });
}
