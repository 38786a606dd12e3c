import type { Repetition } from './cell-measurement.ts';
import { lowerQuartile } from './statistics/quantile.ts';
import type { TrialMetrics } from './measure/trial-metrics.ts';

/** A number of a repetition that cells are compared by. */
export interface Metric {
  name: string;
  /** What it is, for people. */
  title: string;
  unit: 'ms' | '/s' | 'share' | '';
  /** Which way is better. */
  better: 'less' | 'more';
  of(metrics: TrialMetrics): number;
  /** What the repetitions of a cell come to together: the median unless it says otherwise. */
  summary?: (values: readonly number[]) => number;
}

const latency = (name: 'p50' | 'p90' | 'p99' | 'p99.9' | 'max'): Metric => ({
  name,
  title: `${name} latency`,
  unit: 'ms',
  better: 'less',
  of: ({ timesMs }) => timesMs.latency[name],
});

/** Every metric, by the name that thresholds use. */
export const METRICS: readonly Metric[] = [
  {
    name: 'throughput',
    title: 'throughput',
    unit: '/s',
    better: 'more',
    of: ({ throughputPerSecond }) => throughputPerSecond,
  },
  { name: 'errors', title: 'errors', unit: 'share', better: 'less', of: ({ errorRate }) => errorRate },
  {
    name: 'floor',
    title: 'undisturbed time of an operation',
    unit: 'ms',
    better: 'less',
    of: ({ floorMs }) => floorMs,
    summary: lowerQuartile,
  },
  latency('p50'),
  latency('p90'),
  latency('p99'),
  latency('p99.9'),
  latency('max'),
  {
    name: 'wait',
    title: 'p99 wait for the lock',
    unit: 'ms',
    better: 'less',
    of: ({ timesMs }) => timesMs.wait.p99,
  },
  { name: 'starvation', title: 'longest starvation', unit: 'ms', better: 'less', of: (m) => m.starvationMsMax },
  {
    name: 'freeze',
    title: 'longest freeze',
    unit: 'ms',
    better: 'less',
    of: ({ workers }) => Math.max(0, ...workers.map(({ freezeMsMax }) => freezeMsMax)),
  },
  { name: 'fairness', title: "Jain's index", unit: '', better: 'more', of: ({ jain }) => jain },
];

/** @throws if there is none of that name. */
export function metricNamed(name: string): Metric {
  const metric = METRICS.find((candidate) => candidate.name === name);
  if (!metric) throw new RangeError(`no metric is named "${name}"`);
  return metric;
}

/** A metric of each repetition, in order. */
export function valuesOf(metric: Metric, repetitions: readonly Repetition[]): number[] {
  return repetitions.map(({ metrics }) => metric.of(metrics));
}
