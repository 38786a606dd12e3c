import type { Histogram } from 'hdr-histogram-js';
import type { CellMeasurement } from '../cell-measurement.ts';
import { percentileMs } from '../measure/latencies.ts';
import type { BenchJson } from './bench-schema.ts';

type Curve = BenchJson['cells'][number]['curves']['latency'];

const PERCENTILES = [1, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100];
const KNOWN = { 50: 'p50', 90: 'p90', 99: 'p99', 99.9: 'p99.9', 100: 'max' } as const;

/** Percentile by percentile over all repetitions, with what the single ones said where they were asked. */
export function curveOf(timed: 'latency' | 'service', { histograms, repetitions }: CellMeasurement): Curve {
  const histogram: Histogram = histograms[timed];
  if (histogram.totalCount === 0) return [];
  return PERCENTILES.map((percentile) => {
    const ms = percentileMs(histogram, percentile);
    const name = KNOWN[percentile as keyof typeof KNOWN] as (typeof KNOWN)[keyof typeof KNOWN] | undefined;
    const single = name ? repetitions.map(({ metrics }) => metrics.timesMs[timed][name]) : [];
    return { percentile, ms, low: Math.min(ms, ...single), high: Math.max(ms, ...single) };
  });
}
