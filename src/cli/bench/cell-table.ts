import { median } from '../../sweep/statistics/quantile.ts';
import Table from 'cli-table3';
import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { onStdout } from '../colours.ts';
import { wholeNumber } from '../../report/numbers.ts';
import { NO_BORDER } from '../result-table.ts';
import { bar } from './bars.ts';
import { latency, logShare, percentage, shownParam } from '../../report/figures.ts';

type Cell = BenchJson['cells'][number];

/** A column: its title, how to fill it, and from which width of the terminal on there is room for it. */
interface Column {
  title: string;
  from: number;
  isText?: true;
  of: (cell: Cell) => string;
}

const BAR = 10;
const medianOf = (cell: Cell, name: string): number => cell.metrics[name]?.value ?? 0;
const timed = (cell: Cell, what: 'service' | 'wait' | 'commit'): number =>
  middle(cell.repetitions.map(({ timesMs }) => timesMs[what].p99));

/** Who pays for checkpoints: the longest commit of the first worker, which checkpoints where one does it for all, and of the others. */
const COMMITS: Column = {
  title: 'commit max: w1, others',
  from: 0,
  of: ({ repetitions }) => {
    const longest = (isFirst: boolean): number =>
      middle(
        repetitions.map(({ workers }) =>
          Math.max(0, ...workers.filter(({ worker }) => (worker === 'w1.0') === isFirst).map((own) => own.commitMsMax)),
        ),
      );
    return `${latency(longest(true))}, ${latency(longest(false))}`;
  },
};

/** One line a cell: medians over the repetitions. @param width of the terminal; 80 columns are enough. */
export function cellTable({ cells, plan }: BenchJson, width: number): string {
  const columns = columnsFor(cells, plan).filter(({ from }) => width >= from);
  const table = new Table({
    head: columns.map(({ title }) => onStdout.dim(title)),
    chars: NO_BORDER,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(({ isText }) => (isText ? 'left' : 'right')),
  });
  for (const cell of cells) table.push(columns.map(({ of }) => of(cell)));
  return table.toString();
}

function columnsFor(cells: readonly Cell[], plan: BenchJson['plan']): Column[] {
  const varied = plan.axes.filter(({ values }) => values.length > 1);
  const isOpen = cells.some(({ settings }) => settings['loop'] === 'open');
  const p99s = cells.map((cell) => medianOf(cell, 'p99'));
  const [least, most] = [Math.min(...p99s.filter((value) => value > 0)), Math.max(...p99s)];
  return [
    ...varied.map(
      ({ name }, index): Column => ({ title: name, from: 0, isText: true, of: (cell) => paramOf(cell, index, plan) }),
    ),
    { title: 'ops/s', from: 0, of: (cell) => wholeNumber(medianOf(cell, 'throughput')) },
    { title: '95 %', from: 110, of: (cell) => interval(cell) },
    { title: 'errors', from: 0, of: (cell) => errors(cell) },
    { title: 'p50', from: 0, of: (cell) => latency(medianOf(cell, 'p50')) },
    { title: 'p90', from: 118, of: (cell) => latency(medianOf(cell, 'p90')) },
    { title: 'p99', from: 0, of: (cell) => latency(medianOf(cell, 'p99')) },
    ...(isOpen ? [{ title: 'service p99', from: 0, of: (cell: Cell) => latency(timed(cell, 'service')) }] : []),
    { title: 'p99.9', from: 92, of: (cell) => latency(medianOf(cell, 'p99.9')) },
    { title: 'max', from: 0, of: (cell) => latency(medianOf(cell, 'max')) },
    { title: 'wait p99', from: 100, of: (cell) => latency(timed(cell, 'wait')) },
    { title: 'commit p99', from: 126, of: (cell) => latency(timed(cell, 'commit')) },
    ...(varied.some(({ name }) => name === 'checkpoint') ? [COMMITS] : []),
    { title: 'Jain', from: 0, of: (cell) => medianOf(cell, 'fairness').toFixed(2) },
    { title: 'starved', from: 88, of: (cell) => latency(medianOf(cell, 'starvation')) },
    {
      title: 'p99, log',
      from: 80,
      isText: true,
      of: (cell) => bar(logShare(medianOf(cell, 'p99'), least / 2, most), BAR),
    },
  ];
}

/** The value as the axis shows it: the ids of cells are made of these. */
function paramOf(cell: Cell, index: number, plan: BenchJson['plan']): string {
  const name = plan.axes.filter(({ values }) => values.length > 1)[index]?.name ?? '';
  return shownParam(cell.id, name);
}

function interval({ metrics }: Cell): string {
  const { low = 0, high = 0 } = metrics['throughput'] ?? {};
  return onStdout.dim(`${wholeNumber(low)}–${wholeNumber(high)}`);
}

function errors(cell: Cell): string {
  const share = medianOf(cell, 'errors');
  const text = percentage(share);
  return share > 0.001 ? onStdout.red(text) : text;
}

/** 0 where nothing was repeated. */
function middle(values: readonly number[]): number {
  return values.length === 0 ? 0 : median(values);
}
