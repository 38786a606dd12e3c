import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { TrialReport } from '../check/trial-report.ts';
import type { OperationKind } from '../history/record.ts';

/** Percentiles of one kind of operation, in milliseconds from start to outcome. */
export interface LatencyMs {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

/** Latencies of several trials and kinds of operations in one histogram, in nanoseconds. */
export function mergedLatencies(reports: readonly TrialReport[], kinds: readonly OperationKind[]): Histogram {
  const merged = build({ highestTrackableValue: 3.6e12, numberOfSignificantValueDigits: 3 });
  for (const { latencies } of reports) {
    for (const kind of kinds) {
      const encoded = latencies[kind];
      if (encoded !== undefined) merged.add(decodeFromCompressedBase64(encoded));
    }
  }
  return merged;
}

/** @returns `null` where nothing was recorded. */
export function percentilesOf(histogram: Histogram): LatencyMs | null {
  if (histogram.totalCount === 0) return null;
  const at = (percentile: number): number => roundMs(histogram.getValueAtPercentile(percentile));
  return {
    count: histogram.totalCount,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: roundMs(histogram.maxValue),
  };
}

function roundMs(nanoseconds: number): number {
  return Math.round(nanoseconds / 1e3) / 1e3;
}
