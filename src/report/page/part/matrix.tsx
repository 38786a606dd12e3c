import type { PageCell } from '../../page-data.ts';
import { milliseconds, percent, wholeNumber } from '../../numbers.ts';
import { anchorOf } from '../shared/anchor.ts';
import { Verdict } from './verdict.tsx';

/** Strategies, what is done to them, what came out, and what they cost. */
export function Matrix({ cells, chosen }: { cells: readonly PageCell[]; chosen: PageCell | undefined }) {
  const most = {
    throughput: Math.max(1, ...cells.map(({ throughputPerSecond }) => throughputPerSecond)),
    p99: Math.max(1, ...cells.map(({ latencyMs }) => latencyMs.all?.p99 ?? 0)),
  };
  const faults = new Set(cells.map((cell) => cell.faults.join('; ')));
  const isSameFaults = faults.size === 1;
  const conditionsOf = (cell: PageCell): string =>
    [...hazardsOf(cell), ...(isSameFaults ? [] : cell.faults)].join('; ');
  const showsConditions = new Set(cells.map(conditionsOf)).size > 1;
  return (
    <div class="matrix">
      <table>
        <caption>
          Each line is one cell: a strategy under what is done to it.
          {isSameFaults && <> All of them under: {[...faults][0] || 'no faults'}.</>} Choose one to see its trials.
        </caption>
        <thead>
          <tr>
            <th scope="col">verdict</th>
            <th scope="col">strategy</th>
            {showsConditions && <th scope="col">hazards</th>}
            <th scope="col" class="number">
              trials failed
            </th>
            <th scope="col">95 % interval</th>
            <th scope="col" class="number">
              kills <small>(in a transaction)</small>
            </th>
            <th scope="col" class="number">
              acknowledged <small>lost</small>
            </th>
            <th scope="col" class="number">
              operations/s
            </th>
            <th scope="col" class="number">
              p99 ms
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <Row
              key={cell.id}
              cell={cell}
              most={most}
              conditions={showsConditions ? conditionsOf(cell) || 'none' : undefined}
              isChosen={cell.id === chosen?.id}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  cell: PageCell;
  most: { throughput: number; p99: number };
  /** What is done to it and not to all of them. */
  conditions: string | undefined;
  isChosen: boolean;
}

function Row({ cell, most, conditions, isChosen }: RowProps) {
  const { kills, operations, latencyMs, throughputPerSecond, failureRate } = cell;
  const p99 = latencyMs.all?.p99;
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <td data-title="verdict">
        <Verdict cell={cell} />
      </td>
      <th scope="row" data-title="strategy">
        <a href={`#${anchorOf(cell)}`} aria-current={isChosen}>
          {cell.id}
        </a>
        <Tag text={cell.control ? 'known to be bad' : isWarned(cell) ? '! with a warning' : ''} />
      </th>
      {conditions !== undefined && <td data-title="hazards">{conditions}</td>}
      <td class="number" data-title="trials failed">
        {cell.failures} of {cell.trials}
      </td>
      <td data-title="95 % interval">
        <Interval low={failureRate.low} high={failureRate.high} />
      </td>
      <td class="number" data-title="kills, in a transaction">
        {wholeNumber(kills.total)} <small>({kills.inTransaction ?? '–'})</small>
      </td>
      <td class="number" data-title="acknowledged, lost">
        {wholeNumber(operations.acknowledged)}{' '}
        <small class={operations.lost > 0 ? 'bad' : ''}>{wholeNumber(operations.lost)} lost</small>
      </td>
      <td class="number" data-title="operations/s">
        <Bar value={throughputPerSecond} most={most.throughput} text={wholeNumber(throughputPerSecond)} />
      </td>
      <td class="number" data-title="p99 ms">
        {p99 === undefined ? '–' : <Bar value={p99} most={most.p99} text={milliseconds(p99)} />}
      </td>
    </tr>
  );
}

function Tag({ text }: { text: string }) {
  if (text === '') return null;
  return (
    <>
      {' '}
      <small class="tag">{text}</small>
    </>
  );
}

/** Nothing went wrong, and yet a check has seen something. */
function isWarned({ verdict, findings }: PageCell): boolean {
  return verdict !== 'unsafe' && findings.length > 0;
}

/** What a cell has besides its strategy. */
function hazardsOf({ hazards, engine }: PageCell): string[] {
  return [...hazards, ...(engine.name === 'bundled' ? [] : [`${engine.name} ${engine.sqliteVersion}`])];
}

/** The interval of a failure rate as a line from 0 to 100 %. */
function Interval({ low, high }: { low: number; high: number }) {
  return (
    <span class="interval">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" y1="4" x2="100" y2="4" class="scale" />
        <rect x={low * 100} y="1" width={Math.max(1, (high - low) * 100)} height="6" class="range" />
      </svg>
      {percent(low)}–{percent(high)}
    </span>
  );
}

/** A number with its size beside the others. */
function Bar({ value, most, text }: { value: number; most: number; text: string }) {
  return (
    <span class="bar" style={{ '--share': `${(100 * value) / most}%` }}>
      {text}
    </span>
  );
}
