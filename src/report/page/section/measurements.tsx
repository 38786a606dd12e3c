import { latency, percentage } from '../../figures.ts';
import { milliseconds, wholeNumber } from '../../numbers.ts';
import type { BenchData, MeasuredCell } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';

interface Column {
  metric: string;
  title: string;
  show: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  { metric: 'throughput', title: 'operations/s', show: wholeNumber },
  { metric: 'errors', title: 'errors', show: percentage },
  { metric: 'p50', title: 'p50 ms', show: ms },
  { metric: 'p99', title: 'p99 ms', show: ms },
  { metric: 'max', title: 'max ms', show: ms },
  { metric: 'wait', title: 'wait p99 ms', show: ms },
  { metric: 'starvation', title: 'starved ms', show: ms },
  { metric: 'fairness', title: 'Jain', show: (value) => value.toFixed(2) },
];

function ms(value: number): string {
  return value === 0 ? '0' : latency(value);
}

/** A longer table is there for those who want it: the maps say it as well. */
const OPEN_MAX = 48;

/** The table that everything follows from: medians with their intervals, cell by cell. */
export function MeasurementsView({ section }: { section: Section }) {
  const { axes, cells, repetitions, trialMs } = section.data as unknown as BenchData['measurements'];
  return (
    <details open={cells.length <= OPEN_MAX}>
      <summary>
        {cells.length} cells, medians of {repetitions} trials of {milliseconds(trialMs / 1000)} s each; below them the
        95 % interval
      </summary>
      {/* It scrolls where it is too wide: whoever has no mouse must be able to reach it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region */}
      <div class="scroll" tabIndex={0}>
        <table class="measured">
          <thead>
            <tr>
              {axes.map((axis) => (
                <th key={axis} scope="col">
                  {axis}
                </th>
              ))}
              {COLUMNS.map(({ metric, title }) => (
                <th key={metric} scope="col" class="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((cell) => (
              <Row key={cell.id} cell={cell} axes={axes} />
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Row({ cell, axes }: { cell: MeasuredCell; axes: readonly string[] }) {
  const { values, metrics } = cell;
  return (
    <tr>
      {axes.map((axis, index) => (
        <th key={axis} scope="row">
          {values[index]}
        </th>
      ))}
      {COLUMNS.map(({ metric, show }) => {
        const estimate = metrics[metric];
        if (!estimate) return <td key={metric}>–</td>;
        const { value, low, high } = estimate;
        return (
          <td key={metric} class="number">
            <span class={metric === 'errors' && value > 0.001 ? 'bad' : ''}>{show(value)}</span>
            <small>
              {show(low)}–{show(high)}
            </small>
          </td>
        );
      })}
    </tr>
  );
}
