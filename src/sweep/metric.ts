import type { Repetition } from './cell-measurement.ts';
import type { CellSettings } from './axes.ts';
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

/**
 * The same with the machine's pace taken out, where nothing but the machine sets the pace: a closed loop that holds no
 * transaction open and stops nobody. Throughput is divided, times are multiplied by what the yardstick said around the
 * trial; 1 is the pace of the yardstick.
 */
export function pacedValuesOf(metric: Metric, repetitions: readonly Repetition[], settings: CellSettings): number[] {
  if (!isPacedByMachine(settings) || metric.unit === 'share' || metric.unit === '') return valuesOf(metric, repetitions);
  return repetitions.map(({ metrics, reading }) => {
    const pace = syncs(settings) ? reading.syncsPerSecond : reading.writesPerSecond;
    const value = metric.of(metrics);
    return metric.unit === '/s' ? value / pace : (value / 1000) * pace;
  });
}

/** Whether the machine alone sets the pace. */
export function isPacedByMachine({ loop, holdMs, stopMs }: CellSettings): boolean {
  return loop === 'closed' && holdMs === 0 && stopMs === 0;
}

const SYNCING = ['full-100', 'hardened', 'full-1000', 'delete-full'];

function syncs({ axes, synchronous }: CellSettings): boolean {
  return synchronous === 'FULL' || (axes.pragmas !== undefined && SYNCING.includes(axes.pragmas));
}
