import Table from 'cli-table3';
import { milliseconds, percent, wholeNumber } from '../report/numbers.ts';
import type { CellJson } from '../report/run-schema.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { onStdout } from './colours.ts';
import { markOf } from './marks.ts';

/** A column: its title, how to fill it, and whether a narrow terminal can do without it. */
interface Column {
  title: string;
  isText?: true;
  isOptional?: true;
  of: (result: CellJson) => string;
}

const COLUMNS: readonly Column[] = [
  { title: '', isText: true, of: (result) => markOf(result, onStdout) },
  { title: 'strategy', isText: true, of: ({ id }) => id },
  { title: 'verdict', isText: true, of: ({ verdict }) => inColour(verdict) },
  { title: 'failed', of: ({ failures, trials }) => `${failures}/${trials}` },
  {
    title: '95 % interval',
    isOptional: true,
    of: ({ failureRate: { low, high } }) => `${percent(low)}–${percent(high)}`,
  },
  { title: 'kills', of: ({ kills }) => String(kills.total) },
  { title: 'in txn', of: ({ kills }) => (kills.inTransaction === null ? '–' : String(kills.inTransaction)) },
  { title: 'acked', of: ({ operations }) => wholeNumber(operations.acknowledged) },
  { title: 'lost', of: ({ operations: { lost } }) => (lost > 0 ? onStdout.red(wholeNumber(lost)) : '0') },
  { title: 'ops/s', of: ({ throughputPerSecond }) => wholeNumber(throughputPerSecond) },
  { title: 'p99 ms', of: ({ latencyMs: { all } }) => (all ? milliseconds(all.p99) : '–') },
];

/** Below this width the optional columns are left out; all of it is in run.json. */
const WIDE = 96;
/** A table without lines. */
export const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** One line a cell. @param width of the terminal; 80 columns are enough. */
export function resultTable(cells: readonly CellJson[], width: number): string {
  const columns = COLUMNS.filter(({ isOptional }) => !isOptional || width >= WIDE);
  const table = new Table({
    head: columns.map(({ title }) => onStdout.dim(title)),
    chars: NO_BORDER,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ isText }) => (isText ? 'left' : 'right')),
  });
  for (const cell of cells) table.push(columns.map(({ of }) => of(cell)));
  return table.toString();
}

function inColour(verdict: Verdict): string {
  const colours = { safe: onStdout.green, unsafe: onStdout.red, inconclusive: onStdout.yellow };
  return colours[verdict](verdict);
}
