import type { Measure } from './benchmark.ts';
import { median } from '../sweep/statistics/quantile.ts';

const HEAD = ['', 'median', 'min', 'max', 'n', 'unit', 'target'];

/** Lays measures out as plain text, one line each. */
export function tableOf(measures: readonly Measure[]): string {
  const rows = [HEAD, ...measures.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => align(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ name, unit, target = '', samples }: Measure): string[] {
  const [middle, least, most] = [median(samples), Math.min(...samples), Math.max(...samples)].map(formatNumber);
  return [name, middle ?? '', least ?? '', most ?? '', String(samples.length), unit, target];
}

/** Numbers to the right, words to the left. */
function align(cell: string, width: number, column: number): string {
  const isNumber = column >= 1 && column <= 4;
  return isNumber ? cell.padStart(width) : cell.padEnd(width);
}

/** Three significant digits, and never fewer than the whole number. */
function formatNumber(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 6));
}
