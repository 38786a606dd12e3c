import seedrandom from 'seedrandom';
import type { ParamValue } from './axes.ts';
import type { Bench } from './bench.ts';
import type { CellMeasurement } from './cell-measurement.ts';
import { circumstances, type GridAxis } from './grid.ts';
import { metricNamed, valuesOf } from './metric.ts';
import { floorRatioEstimate, medianEstimate, type Estimate } from './statistics/bootstrap.ts';

/** The throughput of a cell over that of the cell which has the reference's value instead and is alike otherwise. */
export interface Ratio {
  cell: CellMeasurement;
  value: ParamValue;
  /** The other parameters. */
  where: string;
  throughput: Estimate;
  /** The same of what an operation costs undisturbed; `null` where too few operations were done to know. */
  floor: Estimate | null;
}

/** One ratio for every cell that has a reference beside it; none where the bench names no reference. */
export function ratiosOf(
  bench: Bench,
  grid: readonly GridAxis[],
  cells: readonly CellMeasurement[],
  seed: string,
): Ratio[] {
  const { axis: name, reference: text } = bench.recommend;
  const axis = grid.find((candidate) => candidate.axis.name === name);
  const reference = text === undefined ? undefined : axis?.axis.read(String(text));
  if (!axis || reference === undefined) return [];
  const random = seedrandom(`${seed}/ratios`);
  const whereOf = ({ cell }: CellMeasurement): string => circumstances(grid, cell.params, name);
  const references = new Map(
    cells.filter(({ cell }) => cell.params[name] === reference).map((cell) => [whereOf(cell), cell]),
  );
  return cells.flatMap((cell): Ratio[] => {
    const value = cell.cell.params[name] as ParamValue;
    const base = references.get(whereOf(cell));
    if (value === reference || !base) return [];
    const ratios = pairedRatios(cell, base);
    if (ratios.length === 0) return [];
    const throughput = medianEstimate(ratios, random);
    return [{ cell, value, where: whereOf(cell), throughput, floor: floorRatio(cell, base, random) }];
  });
}

function floorRatio(own: CellMeasurement, base: CellMeasurement, random: () => number): Estimate | null {
  const [mine, theirs] = [own, base].map(({ repetitions }) => valuesOf(metricNamed('floor'), repetitions));
  const isKnown = [...(mine ?? []), ...(theirs ?? [])].every((floorMs) => floorMs > 0);
  return mine && theirs && isKnown ? floorRatioEstimate(mine, theirs, random) : null;
}

/** Repetition by repetition: what the machine did to one it did to the other. */
function pairedRatios(own: CellMeasurement, base: CellMeasurement): number[] {
  const throughput = metricNamed('throughput');
  return own.repetitions.flatMap(({ repetition, metrics }) => {
    const other = base.repetitions.find((candidate) => candidate.repetition === repetition);
    const rate = other ? throughput.of(other.metrics) : 0;
    // Where nothing at all is acknowledged there is no ratio.
    return rate > 0 ? [throughput.of(metrics) / rate] : [];
  });
}
