import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { onStdout } from '../colours.ts';
import { wholeNumber } from '../../report/numbers.ts';
import { shade } from './bars.ts';
import { latency, logShare, percentage } from '../../report/figures.ts';

type HeatMap = BenchJson['heatMaps'][number];

const WIDTH = 8;
const TITLES: Record<string, string> = { errors: 'errors', p99: 'p99, ms', throughput: 'operations/s' };

/** The maps of one metric, one below the other; shades are the same in all of them. */
export function heatMaps(maps: readonly HeatMap[], metric: string): string {
  const own = maps.filter((map) => map.metric === metric);
  const values = own
    .flatMap(({ medians }) => medians.flat())
    .filter((value) => value !== null && value > 0) as number[];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return own.map((map) => heatMap(map, (value) => shadeOf(value, metric, least, most))).join('\n');
}

function shadeOf(value: number, metric: string, least: number, most: number): string {
  return metric === 'errors' ? shade(value) : shade(Math.max(0.01, logShare(value, least, most)));
}

function heatMap({ metric, rows, columns, facet, medians }: HeatMap, shadeFor: (value: number) => string): string {
  const facets = Object.entries(facet).map(([axis, value]) => `${axis}=${value}`);
  const title = onStdout.bold([TITLES[metric] ?? metric, ...facets].join(', '));
  const label = Math.max(rows.axis.length, ...rows.values.map((value) => value.length)) + 2;
  const head = onStdout.dim(rows.axis.padEnd(label) + columns.values.map((value) => value.padStart(WIDTH)).join('  '));
  const lines = rows.values.map((row, index) => {
    const cells = (medians[index] ?? []).map((value) => {
      if (value === null) return '·'.padStart(WIDTH);
      const mark = shadeFor(value);
      return `${mark}${show(metric, value).padStart(WIDTH - 1)}`;
    });
    return row.padEnd(label) + cells.join('  ');
  });
  return [`${title} ${onStdout.dim(`(across: ${columns.axis})`)}`, head, ...lines, ''].join('\n');
}

function show(metric: string, value: number): string {
  if (metric === 'errors') return percentage(value);
  return metric === 'throughput' ? wholeNumber(value) : latency(value);
}
