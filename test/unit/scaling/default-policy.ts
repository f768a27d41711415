import type { ScalingPolicy } from '../../../src/scaling/scaler.js';
import { SCALING_DEFAULTS } from '../../../src/scaling/scaling-defaults.js';

/** The policy of the auto-scaler with the default numbers. */
export function policyFromDefaults(aggressive: boolean): ScalingPolicy {
  const d = SCALING_DEFAULTS;
  return {
    aggressive,
    halvePressure: d.halvePressure.value,
    shrinkPressure: d.shrinkPressure.value,
    growPressure: d.growPressure.value,
    stopPressure: d.stopPressure.value,
    resumePressure: d.resumePressure.value,
    cooldownDownMs: d.cooldownDownMs.value,
    cooldownUpMs: d.cooldownUpMs.value,
    stalledPauseMs: d.stalledPauseMs.value,
  };
}
