import { describe, expect, it } from 'vitest';
import { defineBench, type BenchInput } from '../../src/sweep/bench.ts';
import { loadBench, shippedBenches } from '../../src/sweep/load.ts';
import { planSweep, type SweepOptions } from '../../src/sweep/sweep-plan.ts';
import { trialCellOf } from '../../src/sweep/trial-cell.ts';

const BENCH: BenchInput = {
  name: 'mine',
  question: 'How?',
  base: { hold: '2ms' },
  variants: { axis: 'lock', values: { none: {}, flock: { writeLock: 'flock', busyTimeout: '120s' } } },
  grid: { busyTimeout: ['0', '5s'], writers: [1, 2, 4] },
  recommend: { axis: 'busyTimeout', rule: 'smallest-timeout' },
};

function planned(more: Partial<SweepOptions> = {}, bench: Partial<BenchInput> = {}) {
  const options = { seed: 's', params: new Map<string, string[]>(), isQuick: false, isOneAtATime: false, ...more };
  return planSweep(defineBench({ ...BENCH, ...bench }), options);
}

describe('the plan of a sweep', () => {
  it('takes every combination, and each of them once in every repetition', () => {
    const { cells, steps } = planned({ repetitions: 3 });
    expect(cells).toHaveLength(6);
    for (const repetition of [1, 2, 3]) {
      const block = steps.slice((repetition - 1) * 6, repetition * 6);
      expect(new Set(block.map(({ cell }) => cell.id)).size).toBe(6);
      expect(block.every((step) => step.repetition === repetition)).toBe(true);
    }
  });

  it('shuffles by the seed: the same seed gives the same order, another one another', () => {
    const order = (seed: string): string[] => planned({ seed }).steps.map(({ cell }) => cell.id);
    expect(order('a')).toEqual(order('a'));
    expect(order('a')).not.toEqual(order('b'));
    const inOrder = planned({ repetitions: 1 }).cells.map(({ id }) => id);
    expect(order('a').slice(0, 6)).not.toEqual(inOrder);
  });

  it('varies one axis at a time around the first values', () => {
    const ids = planned({ isOneAtATime: true }).cells.map(({ id }) => id);
    expect(ids).toEqual([
      'busyTimeout=0 writers=1',
      'busyTimeout=5 s writers=1',
      'busyTimeout=0 writers=2',
      'busyTimeout=0 writers=4',
    ]);
  });

  it('lets the command line replace values and add axes', () => {
    const params = new Map([
      ['writers', ['8']],
      ['policy', ['deferred', 'jitter']],
      ['lock', ['flock']],
    ]);
    const { cells } = planned({ params });
    expect(cells).toHaveLength(4);
    expect(cells[0]?.settings).toMatchObject({
      writers: 8,
      holdMs: 2,
      axes: { transaction: 'deferred', writeLock: 'flock' },
    });
    expect(cells[3]?.settings.axes.transaction).toBe('immediate-jitter');
  });

  it('carries settings over into the trial, pragmas among them', () => {
    const { bench, cells } = planned({ params: new Map([['synchronous', ['off']]]) });
    const cell = trialCellOf(cells[3]?.settings ?? cells[0]!.settings, bench, 700);
    expect(cell).toMatchObject({
      durationMs: 700,
      workload: { holdMs: 2 },
      strategy: { axes: { pragmas: 'off-1000' } },
    });
    expect(cell.strategy.axes.busyTimeoutMs).toBe(5000);
  });

  it('knows how long it takes', () => {
    const short = planned({ durationMs: 500 }).estimateMs;
    expect(planned({ durationMs: 1500 }).estimateMs - short).toBeCloseTo(6 * 5 * 1000, -1);
  });

  it.each([
    ['busytimeout', ['0'], /no parameter is named "busytimeout" — did you mean "busyTimeout"\?/],
    ['busyTimeout', ['5'], /busyTimeout: "5" is no value; expected 0 or a time with its unit/],
    ['busyTimeout', [], /busyTimeout: an empty grid/],
    ['writers', ['2', '2'], /writers: 2 stands there twice/],
    ['writers', ['0'], /writers: "0" is no value; expected a whole number from 1 to 256/],
    ['policy', ['eager'], /policy: "eager" is no value; expected one of deferred, immediate, jitter/],
    ['rate', ['fast'], /rate: "fast" is no value; expected a number above 0/],
  ])('refuses %s=%s', (name, values, message) => {
    expect(() => planned({ params: new Map([[name, values]]) })).toThrow(message);
  });

  it('refuses a bench file that is none', () => {
    expect(() => defineBench({ ...BENCH, grid: { writers: [] } })).toThrow(/an axis needs at least one value/);
    expect(() => planned({}, { base: { writer: 2 } })).toThrow(
      /no parameter is named "writer" — did you mean "writers"\?/,
    );
  });
});

it.each(shippedBenches())('%s can be planned, quickly too', async (name) => {
  const bench = await loadBench(name, '.');
  const options = { seed: 's', params: new Map<string, string[]>(), isOneAtATime: false };
  const [full, quick] = [false, true].map((isQuick) => planSweep(bench, { ...options, isQuick }));
  expect(quick?.estimateMs).toBeLessThan(70_000);
  expect(full?.estimateMs).toBeGreaterThan(quick?.estimateMs ?? Infinity);
  expect(bench.grid).toHaveProperty(bench.recommend.axis);
});
