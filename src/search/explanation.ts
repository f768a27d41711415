import type { WeighedCandidate } from './candidates.js';
import type { Ranked } from './ranking.js';
import type { HitSignal } from './search-result.js';
import { SIGNALS } from './signals.js';

/** The signals that apply to a hit, in the order of the table; last, that better hits of its file come first. */
export function explanation({ values, repeat }: Ranked<WeighedCandidate>, weights: Float64Array): HitSignal[] {
  const signals = SIGNALS.flatMap(({ name, role }, i): HitSignal[] => {
    const value = values[i]!;
    const product = weights[i]! * value;
    return product === 0 ? [] : [{ name, role, value, effect: role === 'evidence' ? product : 1 + product }];
  });
  if (repeat < 1) signals.push({ name: 'follows a hit of this file', role: 'prior', value: 1, effect: repeat });
  return signals;
}
