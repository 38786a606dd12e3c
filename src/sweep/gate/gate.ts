import seedrandom from 'seedrandom';
import type { Bench } from '../bench.ts';
import type { CellMeasurement } from '../cell-measurement.ts';
import { valuesOf } from '../metric.ts';
import { medianEstimate } from '../statistics/bootstrap.ts';
import { holm } from '../statistics/holm.ts';
import { permutationTest, permutationTestOf, type Stratum } from '../statistics/permutation.ts';
import { ranksOf } from '../statistics/ranks.ts';
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

/** What thresholds are held against. */
export interface Measured {
  bench: Bench;
  cells: readonly CellMeasurement[];
  seed: string;
}

/**
 * A value misses its limit if its whole interval lies beyond. A change misses it if the medians (of the floor: the lower
 * quartiles) differ by more than the limit *and* a permutation test, corrected for the number of comparisons, says that
 * they differ at all. The test is on ranks, or on those quartiles: a repetition that somebody else on the machine
 * disturbed may be anything.
 * @param baseline needed for thresholds on changes; cells that it does not have are passed over.
 */
export function judgeThresholds(
  { bench, cells, seed }: Measured,
  thresholds: readonly Threshold[],
  baseline: Baseline | undefined,
): ThresholdVerdict[] {
  const random = seedrandom(`${seed}/gate`);
  const absolute = thresholds.filter(({ isRelative }) => !isRelative);
  const relative = thresholds.filter(({ isRelative }) => isRelative);
  const values = cells.flatMap((cell) => absolute.map((threshold) => judgeValue(cell, threshold, random)));
  const changes = cells.flatMap((cell) =>
    relative.flatMap((threshold): Change[] => {
      const before = baseline?.cells[baselineKey(bench, cell.cell)]?.values[threshold.metric.name] ?? [];
      const now = valuesOf(threshold.metric, cell.repetitions);
      return before.length === 0 ? [] : [changeOf(cell.cell.id, threshold, { first: before, second: now }, random)];
    }),
  );
  const ps = holm(changes.map(({ p }) => p));
  return [...values, ...changes.map((change, index) => judgeChange(change, ps[index] ?? 1))];
}

function judgeValue(
  { cell, repetitions }: CellMeasurement,
  threshold: Threshold,
  random: () => number,
): ThresholdVerdict {
  const { metric, limit, text } = threshold;
  const { value, low, high } = medianEstimate(valuesOf(metric, repetitions), random);
  const missed = metric.better === 'less' ? low >= limit : high <= limit;
  const show = (number: number): string =>
    Number((metric.unit === 'share' ? number * 100 : number).toPrecision(3)).toString();
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

function changeOf(cell: string, threshold: Threshold, values: Stratum, random: () => number): Change {
  const isDifference = threshold.metric.unit === 'share';
  const { summary = median } = threshold.metric;
  const [before, now] = [summary(values.first), summary(values.second)];
  const change = isDifference ? now - before : before === 0 ? 0 : now / before - 1;
  const p = threshold.metric.summary
    ? permutationTestOf(values, summary, random)
    : permutationTest([ranksOf(values)], random);
  return { cell, threshold, change, p };
}

function judgeChange({ cell, threshold, change }: Change, p: number): ThresholdVerdict {
  const { metric, limit, text } = threshold;
  const isBeyond = metric.better === 'less' ? change > limit : change < limit;
  const differs = p <= LEVEL;
  const points = metric.unit === 'share' ? ' points' : '';
  const size = `${metric.title} changed by ${(change * 100).toFixed(1)} %${points}`;
  const because = differs
    ? `${size}, p = ${p.toPrecision(2)}`
    : `${size}: no difference shown (p = ${p.toPrecision(2)})`;
  return { cell, threshold: text, verdict: isBeyond && differs ? 'missed' : 'kept', because };
}
