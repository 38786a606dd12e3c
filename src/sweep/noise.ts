import { variation } from './statistics/quantile.ts';
import type { SweepResult } from './sweep.ts';

/** How quiet the machine was, and what to do if it was not. */
export interface Noise {
  /** Standard deviation of the yardstick's readings over their mean: writes without and with a sync. */
  writes: number;
  syncs: number;
  warnings: string[];
}

/** A yardstick that varies by more than this has measured others at work. */
const NOISY = { writes: 0.2, syncs: 0.5 };
/** An open loop has held its rate within this share. */
const RATE_SLACK = 0.01;

/** Looks at the yardstick, and at whether open loops could keep to their rate. */
export function noiseOf({ readings, cells }: Pick<SweepResult, 'readings' | 'cells'>): Noise {
  const writes = variation(readings.map(({ writesPerSecond }) => writesPerSecond));
  const syncs = variation(readings.map(({ syncsPerSecond }) => syncsPerSecond));
  const warnings: string[] = [];
  if (writes > NOISY.writes || syncs > NOISY.syncs) {
    const [a, b] = [writes, syncs].map((value) => `${Math.round(value * 100)} %`);
    warnings.push(
      `the machine was noisy: the same small writes varied by ${a} (with a sync: ${b}) from one trial to the next; ` +
        'close what else is running, or give more --repetitions: they narrow the intervals',
    );
  }
  const overrun = cells.filter(
    ({ cell, repetitions }) =>
      // Behind a writer that stands still no rate can be held: that is what is looked at.
      cell.settings.stopMs === 0 &&
      repetitions.some(({ metrics: { rateHeld } }) => rateHeld !== null && rateHeld < 1 - RATE_SLACK),
  );
  if (overrun.length > 0) {
    const names = overrun.slice(0, 3).map(({ cell }) => cell.id);
    const more = overrun.length > names.length ? ` and ${overrun.length - names.length} more` : '';
    warnings.push(
      `the rate was not held in ${names.join(', ')}${more}: the database or the machine could not take it; ` +
        'their latencies count the time that operations waited to be begun, and grow with the duration',
    );
  }
  return { writes, syncs, warnings };
}
