import { SETTINGS } from '../../../src/config/defaults.js';
import type { ScalingPolicy } from '../../../src/scaling/scaler.js';

/** The policy of the auto-scaler with the default numbers. */
export function policyFromDefaults(aggressive: boolean): ScalingPolicy {
  return {
    aggressive,
    halvePressure: SETTINGS['scaling.halvePressure'].default,
    shrinkPressure: SETTINGS['scaling.shrinkPressure'].default,
    growPressure: SETTINGS['scaling.growPressure'].default,
    stopPressure: SETTINGS['scaling.stopPressure'].default,
    resumePressure: SETTINGS['scaling.resumePressure'].default,
    cooldownDownMs: SETTINGS['scaling.cooldownDownMs'].default,
    cooldownUpMs: SETTINGS['scaling.cooldownUpMs'].default,
    stalledPauseMs: SETTINGS['scaling.stalledPauseMs'].default,
  };
}
