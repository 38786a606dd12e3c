import seedrandom from 'seedrandom';
import type { CellMeasurement } from './cell-measurement.ts';
import { circumstances, variedAxes, type GridAxis } from './grid.ts';
import { metricNamed, valuesOf, type Metric } from './metric.ts';
import { cliffsDelta } from './statistics/effect.ts';
import { holm } from './statistics/holm.ts';
import { leastPossible, permutationTest, type Stratum } from './statistics/permutation.ts';
import { median } from './statistics/quantile.ts';
import type { SweepPlan } from './sweep-plan.ts';

/** Two values on one axis, compared under the same other circumstances: in one cell each, or in several. */
export interface Comparison {
  axis: string;
  from: string;
  to: string;
  /** The other parameters, where this is about two cells; absent where it is about all of them together. */
  where?: string;
  metric: string;
  /** Medians on the two sides; over several settings, the medians of theirs. */
  fromMedian: number;
  toMedian: number;
  /** Cliff's delta, −1 to 1: how much more often the second is larger. */
  effect: number;
  /** Corrected for the number of comparisons of its kind. */
  p: number;
  /** Whether the test says that they differ. Otherwise no difference was shown, which is not the same as being equal. */
  differs: boolean;
}

/** All comparisons of a sweep. */
export interface Comparisons {
  /** Two values on an axis, over all other circumstances together. */
  overall: Comparison[];
  /** The same between single cells. */
  cells: Comparison[];
  /** Whether so few repetitions could ever show a difference between two single cells. */
  cellsCanDiffer: boolean;
}

const LEVEL = 0.05;
/** What cells are compared by. */
const COMPARED = ['errors', 'p99', 'throughput'];

interface Pair {
  grid: GridAxis;
  from: number;
  to: number;
}

/** Compares values on every axis that was varied: with the reference where the bench names one, else with the neighbour. */
export function compare(
  cells: readonly CellMeasurement[],
  grid: readonly GridAxis[],
  { seed, bench }: Pick<SweepPlan, 'seed' | 'bench'>,
): Comparisons {
  const pairs = variedAxes(grid).flatMap((axis) => pairsOn(axis, bench.recommend));
  const random = seedrandom(`${seed}/permutations`);
  const overall: Comparison[] = [];
  const single: Comparison[] = [];
  for (const pair of pairs) {
    const matched = matchedCells(cells, grid, pair);
    if (matched.length === 0) continue;
    for (const metric of COMPARED.map(metricNamed)) {
      overall.push(comparisonOf(pair, matched, metric, random));
      for (const match of matched) single.push({ ...comparisonOf(pair, [match], metric, random), where: match.where });
    }
  }
  const repetitions = Math.max(0, ...cells.map((cell) => cell.repetitions.length));
  const cellsCanDiffer = leastPossible(repetitions, repetitions) * single.length <= LEVEL;
  return { overall: corrected(overall), cells: corrected(single), cellsCanDiffer };
}

function pairsOn(grid: GridAxis, { axis, reference }: SweepPlan['bench']['recommend']): Pair[] {
  const { values } = grid;
  const isReferred = axis === grid.axis.name && reference !== undefined;
  const from = isReferred ? values.indexOf(grid.axis.read(String(reference)) ?? '') : -1;
  const indices = values.map((_, index) => index);
  if (from >= 0) return indices.filter((to) => to !== from).map((to) => ({ grid, from, to }));
  return indices.slice(1).map((to) => ({ grid, from: to - 1, to }));
}

interface Match {
  first: CellMeasurement;
  second: CellMeasurement;
  where: string;
}

/** Cells that differ in nothing but this axis. */
function matchedCells(cells: readonly CellMeasurement[], grid: readonly GridAxis[], pair: Pair): Match[] {
  const { axis, values } = pair.grid;
  const whereOf = ({ cell }: CellMeasurement): string => circumstances(grid, cell.params, axis.name);
  const seconds = new Map(
    cells.filter(({ cell }) => cell.params[axis.name] === values[pair.to]).map((cell) => [whereOf(cell), cell]),
  );
  return cells
    .filter(({ cell }) => cell.params[axis.name] === values[pair.from])
    .flatMap((first) => {
      const second = seconds.get(whereOf(first));
      return second ? [{ first, second, where: whereOf(first) }] : [];
    });
}

function comparisonOf({ grid, from, to }: Pair, matched: readonly Match[], metric: Metric, random: () => number) {
  const strata = matched.map(
    ({ first, second }): Stratum => ({
      first: valuesOf(metric, first.repetitions),
      second: valuesOf(metric, second.repetitions),
    }),
  );
  const medianOf = (side: keyof Stratum): number => median(strata.map((stratum) => median(stratum[side])));
  const effects = strata.map(({ first, second }) => cliffsDelta(first, second));
  return {
    axis: grid.axis.name,
    from: grid.axis.show(grid.values[from] ?? ''),
    to: grid.axis.show(grid.values[to] ?? ''),
    metric: metric.name,
    fromMedian: medianOf('first'),
    toMedian: medianOf('second'),
    effect: effects.reduce((sum, effect) => sum + effect, 0) / effects.length,
    p: permutationTest(
      strata.map((stratum) => inProportion(stratum, metric)),
      random,
    ),
    differs: false,
  } satisfies Comparison;
}

/** Times and rates are compared by their ratio, so that a large setting does not drown a small one. */
function inProportion({ first, second }: Stratum, { unit }: Metric): Stratum {
  if (unit === 'share') return { first, second };
  const log = (value: number): number => Math.log(Math.max(value, 1e-6));
  return { first: first.map(log), second: second.map(log) };
}

function corrected(comparisons: readonly Comparison[]): Comparison[] {
  const ps = holm(comparisons.map(({ p }) => p));
  return comparisons.map((comparison, index) => {
    const p = ps[index] ?? 1;
    return { ...comparison, p, differs: p <= LEVEL };
  });
}
