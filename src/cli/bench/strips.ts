import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { onStdout } from '../colours.ts';

type Strip = BenchJson['strips'][number];

const SIGNS: Record<Strip['workers'][number]['bins'][number], string> = {
  acknowledged: '█',
  failed: '×',
  waiting: '·',
  idle: ' ',
  stopped: '■',
};

/** A row for each worker around the moment in which one of them was stopped. */
export function strips(all: readonly Strip[]): string {
  if (all.length === 0) return '';
  const legend = onStdout.dim('█ told of success  × told of failure  · waits in one operation  ■ stopped');
  return [legend, ...all.map(stripLines)].join('\n');
}

function stripLines({ cell, binMs, stop, workers }: Strip): string {
  const held = stop.inTransaction === false ? ', which held no lock' : '';
  const title = `${cell}: ${stop.worker} stopped from ${seconds(stop.fromMs)} to ${seconds(stop.toMs)}${held}`;
  const rows = workers.map(({ worker, bins }) => `  ${worker.padEnd(6)}${bins.map((state) => SIGNS[state]).join('')}`);
  return [`${title} ${onStdout.dim(`(a column is ${Math.round(binMs)} ms)`)}`, ...rows].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
