import { build, type Histogram } from 'hdr-histogram-js';

/** Percentiles of something that takes time, in milliseconds. */
export interface PercentilesMs {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  'p99.9': number;
  max: number;
}

/** From 1 µs to an hour, with three significant digits. */
const RANGE = {
  lowestDiscernibleValue: 1000,
  highestTrackableValue: 3.6e12,
  numberOfSignificantValueDigits: 3,
} as const;

/** What is timed of every operation. */
export const TIMED = ['latency', 'service', 'wait', 'work', 'commit'] as const;
/**
 * `latency`: from when an operation was due to its end. `service`: from when it did start, which is all that a closed
 * loop sees. `wait`, `work`, `commit`: its time before, in and at the end of its transactions.
 */
export type Timed = (typeof TIMED)[number];

/** A histogram in nanoseconds; those of several processes and trials can be added up. */
export function newHistogram(): Histogram {
  return build(RANGE);
}

/** Records a time; one that is longer than the histogram reaches counts as its longest. */
export function recordNs(histogram: Histogram, valueNs: number): void {
  histogram.recordValue(Math.min(Math.max(0, Math.round(valueNs)), RANGE.highestTrackableValue));
}

export function percentilesOf(histogram: Histogram): PercentilesMs {
  const at = (percentile: number): number => percentileMs(histogram, percentile);
  const { totalCount: count } = histogram;
  if (count === 0) return { count, p50: 0, p90: 0, p99: 0, 'p99.9': 0, max: 0 };
  return { count, p50: at(50), p90: at(90), p99: at(99), 'p99.9': at(99.9), max: toMs(histogram.maxValue) };
}

/** What so many per cent stay below: never more than the largest, which the histogram knows exactly. */
export function percentileMs(histogram: Histogram, percentile: number): number {
  return toMs(Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue));
}

/** Milliseconds with a microsecond's precision. */
export function toMs(ns: number): number {
  return Math.round(ns / 1e3) / 1e3;
}
