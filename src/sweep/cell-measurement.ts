import type { Histogram } from 'hdr-histogram-js';
import type { SweepCell } from './grid.ts';
import { newHistogram, TIMED, type Timed } from './measure/latencies.ts';
import type { Strip } from './measure/strip.ts';
import type { MeasuredTrial, TrialMetrics } from './measure/trial-metrics.ts';
import type { Reading } from './yardstick/main.ts';

/** One repetition of a cell. */
export interface Repetition {
  repetition: number;
  metrics: TrialMetrics;
  /** What the yardstick said around it: the mean of before and after. */
  reading: Reading;
}

/** What was measured of a cell so far. */
export interface CellMeasurement {
  cell: SweepCell;
  repetitions: Repetition[];
  /** Over all repetitions. */
  histograms: Record<Timed, Histogram>;
  /** Of the first repetition in which a writer was stopped. */
  strip: Strip | undefined;
  /** Repetitions in which the one who was to be stopped while it held the lock did not hold it. */
  missedStops: number;
}

export function newMeasurement(cell: SweepCell): CellMeasurement {
  const histograms = Object.fromEntries(TIMED.map((timed) => [timed, newHistogram()])) as Record<Timed, Histogram>;
  return { cell, repetitions: [], histograms, strip: undefined, missedStops: 0 };
}

/** Takes a trial in. */
export function addTrial(to: CellMeasurement, repetition: number, trial: MeasuredTrial, reading: Reading): void {
  to.repetitions.push({ repetition, metrics: trial.metrics, reading });
  for (const timed of TIMED) to.histograms[timed].add(trial.histograms[timed]);
}
