import Table from 'cli-table3';
import type { CellResult } from '../verdict/cell-result.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { onStdout } from './colours.ts';
import { markOf } from './marks.ts';
import { milliseconds, percent, wholeNumber } from './numbers.ts';

/** A column: its title, how to fill it, and whether a narrow terminal can do without it. */
interface Column {
  title: string;
  isText?: true;
  isOptional?: true;
  of: (result: CellResult) => string;
}

const COLUMNS: readonly Column[] = [
  { title: '', isText: true, of: (result) => markOf(result, onStdout) },
  { title: 'strategy', isText: true, of: ({ cell }) => cell.id },
  { title: 'verdict', isText: true, of: ({ verdict }) => inColour(verdict) },
  { title: 'failed', of: ({ failures, trials }) => `${failures}/${trials}` },
  {
    title: '95 % interval',
    isOptional: true,
    of: ({ failureRate: { low, high } }) => `${percent(low)}–${percent(high)}`,
  },
  { title: 'kills', of: ({ kills }) => String(kills.total) },
  { title: 'in txn', of: ({ kills }) => (kills.inTransaction === null ? '–' : String(kills.inTransaction)) },
  { title: 'acked', of: ({ acknowledged }) => wholeNumber(acknowledged) },
  { title: 'lost', of: ({ lost }) => (lost > 0 ? onStdout.red(wholeNumber(lost)) : '0') },
  { title: 'ops/s', of: ({ throughputPerSecond }) => wholeNumber(throughputPerSecond) },
  { title: 'p99 ms', of: ({ latencyMsAll }) => (latencyMsAll ? milliseconds(latencyMsAll.p99) : '–') },
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
export function resultTable(cells: readonly CellResult[], width: number): string {
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
