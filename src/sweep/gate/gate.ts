import seedrandom from 'seedrandom';
import type { Bench } from '../bench.ts';
import type { CellMeasurement } from '../cell-measurement.ts';
import { pacedValuesOf, valuesOf } from '../metric.ts';
import { medianEstimate } from '../statistics/bootstrap.ts';
import { holm } from '../statistics/holm.ts';
import { permutationTest } from '../statistics/permutation.ts';
import { median } from '../statistics/quantile.ts';
import { baselineKey, type Baseline } from './baseline.ts';
import type { Threshold } from './threshold.ts';

/** Whether a cell kept to a threshold. */
export interface ThresholdVerdict {
  cell: string;
  threshold: string;
  verdict: 'kept' | 'missed';
  because: string;
}

const LEVEL = 0.05;

/**
 * A value misses its limit if its whole interval lies beyond. A change misses it if the medians differ by more than the
 * limit *and* a permutation test, corrected for the number of comparisons, says that they differ at all.
 * @param baseline needed for thresholds on changes; cells that it does not have are passed over.
 */
export function judgeThresholds(
  bench: Bench,
  cells: readonly CellMeasurement[],
  thresholds: readonly Threshold[],
  baseline: Baseline | undefined,
  seed: string,
): ThresholdVerdict[] {
  const random = seedrandom(`${seed}/gate`);
  const absolute = thresholds.filter(({ isRelative }) => !isRelative);
  const relative = thresholds.filter(({ isRelative }) => isRelative);
  const values = cells.flatMap((cell) => absolute.map((threshold) => judgeValue(cell, threshold, random)));
  const changes = cells.flatMap((cell) =>
    relative.flatMap((threshold): Change[] => changeOf(bench, cell, threshold, baseline, random)),
  );
  const ps = holm(changes.map(({ p }) => p));
  return [...values, ...changes.map((change, index) => judgeChange(change, ps[index] ?? 1))];
}

function judgeValue({ cell, repetitions }: CellMeasurement, threshold: Threshold, random: () => number): ThresholdVerdict {
  const { metric, limit, text } = threshold;
  const { value, low, high } = medianEstimate(valuesOf(metric, repetitions), random);
  const missed = metric.better === 'less' ? low >= limit : high <= limit;
  const show = (number: number): string => Number((metric.unit === 'share' ? number * 100 : number).toPrecision(3)).toString();
  const unit = metric.unit === 'share' ? ' %' : metric.unit === 'ms' ? ' ms' : metric.unit;
  const because = `${metric.title} is ${show(value)}${unit} (${show(low)}–${show(high)})`;
  return { cell: cell.id, threshold: text, verdict: missed ? 'missed' : 'kept', because };
}

interface Change {
  cell: string;
  threshold: Threshold;
  /** As a share of the baseline; of errors, the difference. */
  change: number;
  p: number;
}

function changeOf(
  bench: Bench,
  { cell, repetitions }: CellMeasurement,
  threshold: Threshold,
  baseline: Baseline | undefined,
  random: () => number,
): Change[] {
  const { metric } = threshold;
  const before = baseline?.cells[baselineKey(bench, cell)]?.paced[metric.name] ?? [];
  if (before.length === 0) return [];
  const now = pacedValuesOf(metric, repetitions, cell.settings);
  const isDifference = metric.unit === 'share';
  const change = isDifference ? median(now) - median(before) : median(now) / median(before) - 1;
  const log = (values: readonly number[]): number[] => values.map((value) => Math.log(Math.max(value, 1e-9)));
  const stratum = isDifference ? { first: before, second: now } : { first: log(before), second: log(now) };
  return [{ cell: cell.id, threshold, change, p: permutationTest([stratum], random) }];
}

function judgeChange({ cell, threshold, change }: Change, p: number): ThresholdVerdict {
  const { metric, limit, text } = threshold;
  const isBeyond = metric.better === 'less' ? change > limit : change < limit;
  const differs = p <= LEVEL;
  const points = metric.unit === 'share' ? ' points' : '';
  const size = `${metric.title} changed by ${(change * 100).toFixed(1)} %${points}`;
  const because = differs ? `${size}, p = ${p.toPrecision(2)}` : `${size}: no difference shown (p = ${p.toPrecision(2)})`;
  return { cell, threshold: text, verdict: isBeyond && differs ? 'missed' : 'kept', because };
}
