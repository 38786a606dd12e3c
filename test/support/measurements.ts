import { defaultSettings, type CellSettings } from '../../src/sweep/axes.ts';
import { defineBench, type Bench } from '../../src/sweep/bench.ts';
import { addTrial, newMeasurement, type CellMeasurement } from '../../src/sweep/cell-measurement.ts';
import { cellsOf, gridOf, type GridAxis } from '../../src/sweep/grid.ts';
import { newHistogram, TIMED, type Timed } from '../../src/sweep/measure/latencies.ts';
import { measure, type TrialMetrics } from '../../src/sweep/measure/trial-metrics.ts';

/** Settings of a cell of which nothing is known. */
export function settingsOf(more: Partial<CellSettings> = {}): CellSettings {
  return { ...defaultSettings(), ...more };
}

/** What a trial came to in which nothing happened, with other numbers in some places. */
export function metricsOf(more: Partial<TrialMetrics> = {}): TrialMetrics {
  return { ...measure(new Map(), { startNs: 0, endNs: 1e9 }, settingsOf()).metrics, ...more };
}

/** The sweep of a bench in which the numbers are made up. */
export function sweepOf(
  input: Partial<Parameters<typeof defineBench>[0]>,
  repetitions: number,
  numbersOf: (settings: CellSettings, repetition: number) => Partial<TrialMetrics>,
): { bench: Bench; grid: GridAxis[]; cells: CellMeasurement[] } {
  const bench = defineBench({
    name: 'made-up',
    question: 'How?',
    grid: { busyTimeout: ['0', '5s'] },
    recommend: { axis: 'busyTimeout', rule: 'smallest-timeout' },
    ...input,
  });
  const grid = gridOf(bench, new Map(), false);
  const cells = cellsOf(bench, grid, false).map((cell) => {
    const measurement = newMeasurement(cell);
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      const histograms = Object.fromEntries(TIMED.map((timed) => [timed, newHistogram()])) as Record<
        Timed,
        ReturnType<typeof newHistogram>
      >;
      const trial = { metrics: metricsOf(numbersOf(cell.settings, repetition)), histograms };
      addTrial(measurement, repetition, trial, { writesPerSecond: 1e4, syncsPerSecond: 1e3 });
    }
    return measurement;
  });
  return { bench, grid, cells };
}

/** Times of which only the p99, and of the wait the longest, are known. */
export function timesOf(p99Ms: number, waitMsMax = 0): TrialMetrics['timesMs'] {
  const times = structuredClone(metricsOf().timesMs);
  times.latency.p99 = p99Ms;
  times.wait.max = waitMsMax;
  return times;
}
