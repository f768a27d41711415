/** Robust statistics of a few repeated measurements: medians, not means, because a shared machine only ever adds time. */

/** Makes the median absolute deviation of normal data estimate its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** Finite-sample factors of the MAD for n = 2..9 (Croux and Rousseeuw, 1992): few samples understate their spread. */
const MAD_SMALL_SAMPLE = [1.196, 1.495, 1.363, 1.206, 1.2, 1.14, 1.129, 1.107] as const;

/** Standard error of a median relative to that of a mean, for normal data: sqrt(pi / 2). */
const MEDIAN_TO_MEAN_ERROR = Math.sqrt(Math.PI / 2);

/** Modified z-score beyond which a sample is an outlier (Iglewicz and Hoaglin, 1993). */
const OUTLIER_Z_SCORE = 3.5;

/** Fewer samples than this cannot tell an outlier from spread. */
const MIN_SAMPLES_FOR_OUTLIERS = 5;

/** A first sample this much above the slowest of the others was measured on a cold cache. */
const SLOW_FIRST_FACTOR = 1.1;

/** Relative spread above which a median is not worth quoting without its spread. */
const NOISY_SPREAD = 0.05;

/** Spread taken for a figure that was measured once and so shows none. */
const SINGLE_SAMPLE_SPREAD = 0.1;

/** Samples of one measurement, in the order they were taken, with what follows from them. */
export interface Summary {
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Estimated standard deviation relative to the median: scaled MAD; 0.1 for a single sample. */
  readonly spread: number;
}

/** What makes a summary doubtful; whoever prints decides on the words. */
export type SampleWarning =
  | { readonly kind: 'outliers'; readonly count: number }
  | { readonly kind: 'first-run-slow'; readonly factor: number }
  | { readonly kind: 'noisy'; readonly spread: number };

/** The value below which a `share` (0..1) of the values lie, linear between neighbours (type 7 of Hyndman and Fan, 1996). */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile needs at least one value');
  const sorted = Float64Array.from(values).sort();
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median absolute deviation from the median, in the unit of the values. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Summarises at least one sample. */
export function summarize(samples: readonly number[]): Summary {
  const middle = median(samples);
  return {
    samples,
    median: middle,
    min: Math.min(...samples),
    max: Math.max(...samples),
    spread: relativeSpread(samples, middle),
  };
}

/** What is doubtful about the samples; empty when nothing is. */
export function sampleWarnings({ samples, median: middle, spread }: Summary): SampleWarning[] {
  const warnings: SampleWarning[] = [];
  const [first, ...rest] = samples;
  const slowestOfRest = Math.max(...rest);
  if (rest.length > 0 && first! > SLOW_FIRST_FACTOR * slowestOfRest) {
    warnings.push({ kind: 'first-run-slow', factor: first! / slowestOfRest });
  }
  const sigma = MAD_TO_SIGMA * medianAbsoluteDeviation(samples);
  const outliers = samples.filter((sample) => Math.abs(sample - middle) > OUTLIER_Z_SCORE * sigma).length;
  if (samples.length >= MIN_SAMPLES_FOR_OUTLIERS && outliers > 0) warnings.push({ kind: 'outliers', count: outliers });
  if (samples.length > 1 && spread > NOISY_SPREAD) warnings.push({ kind: 'noisy', spread });
  return warnings;
}

/** Standard error of the summary's median, relative to the median. */
export function medianError({ samples, spread }: Summary): number {
  return (MEDIAN_TO_MEAN_ERROR * spread) / Math.sqrt(samples.length);
}

function relativeSpread(samples: readonly number[], middle: number): number {
  if (samples.length === 1) return SINGLE_SAMPLE_SPREAD;
  if (middle === 0) return 0;
  return (smallSampleFactor(samples.length) * MAD_TO_SIGMA * medianAbsoluteDeviation(samples)) / Math.abs(middle);
}

function smallSampleFactor(count: number): number {
  return MAD_SMALL_SAMPLE[count - 2] ?? count / (count - 0.8);
}
