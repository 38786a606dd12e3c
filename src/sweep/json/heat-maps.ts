import type { CellMeasurement } from '../cell-measurement.ts';
import { variedAxes, type GridAxis, type Params } from '../grid.ts';
import { metricNamed, valuesOf } from '../metric.ts';
import { median } from '../statistics/quantile.ts';
import type { BenchJson } from './bench-schema.ts';

type HeatMap = BenchJson['heatMaps'][number];

const MAPPED = ['errors', 'p99', 'throughput'];

/**
 * Maps over two axes: the recommended one down, `writers` across where it was varied, otherwise the first other one. One
 * map for every combination of the rest. None where fewer than two axes were varied.
 */
export function heatMapsOf(cells: readonly CellMeasurement[], grid: readonly GridAxis[], rowAxis: string): HeatMap[] {
  const varied = variedAxes(grid);
  const rows = varied.find(({ axis }) => axis.name === rowAxis);
  const columns =
    varied.find((axis) => axis !== rows && axis.axis.name === 'writers') ?? varied.find((axis) => axis !== rows);
  if (!rows || !columns) return [];
  const facets = new Map<string, CellMeasurement[]>();
  const others = varied.filter((axis) => axis !== rows && axis !== columns);
  for (const cell of cells) {
    const key = JSON.stringify(others.map(({ axis }) => cell.cell.params[axis.name]));
    facets.set(key, [...(facets.get(key) ?? []), cell]);
  }
  return MAPPED.flatMap((metric) => [...facets.values()].map((own) => mapOf(metric, own, { rows, columns, others })));
}

function mapOf(
  name: string,
  cells: readonly CellMeasurement[],
  { rows, columns, others }: { rows: GridAxis; columns: GridAxis; others: readonly GridAxis[] },
): HeatMap {
  const metric = metricNamed(name);
  const medianAt = (wanted: Params): number | null => {
    const cell = cells.find(({ cell: { params } }) =>
      Object.entries(wanted).every(([axis, is]) => params[axis] === is),
    );
    return cell ? median(valuesOf(metric, cell.repetitions)) : null;
  };
  const shown = ({ axis, values }: GridAxis) => ({ axis: axis.name, values: values.map((value) => axis.show(value)) });
  const facet = Object.fromEntries(
    others.map(({ axis }) => [axis.name, axis.show(cells[0]?.cell.params[axis.name] ?? '')]),
  );
  const medians = rows.values.map((row) =>
    columns.values.map((column) => medianAt({ [rows.axis.name]: row, [columns.axis.name]: column })),
  );
  return { metric: name, unit: metric.unit, rows: shown(rows), columns: shown(columns), facet, medians };
}
