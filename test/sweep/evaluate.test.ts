import { describe, expect, it } from 'vitest';
import { compare } from '../../src/sweep/compare.ts';
import { judgeClaims } from '../../src/sweep/claims.ts';
import { noiseOf } from '../../src/sweep/noise.ts';
import { ratiosOf } from '../../src/sweep/ratios.ts';
import { recommend } from '../../src/sweep/recommend/recommend.ts';
import type { RuleName } from '../../src/sweep/recommend/rule-names.ts';
import { sweepOf, timesOf } from '../support/measurements.ts';

type Made = ReturnType<typeof sweepOf>;

function recommended({ bench, grid, cells }: Made) {
  const comparisons = compare(cells, grid, { seed: 's', bench });
  const axis = grid.find(({ axis: { name } }) => name === bench.recommend.axis);
  if (!axis) throw new Error('no such axis');
  const evidence = { axis, grid, cells, comparisons, ratios: ratiosOf(bench, grid, cells, 's'), trialMs: 2000 };
  return recommend(bench.recommend.rule, evidence);
}

/** Noise that is the same in every run of the test. */
const wobble = (repetition: number): number => 1 + ((repetition * 7) % 5) / 100;

describe('comparisons', () => {
  const measured = (slowBy: number, repetitions: number) => {
    const made = sweepOf(
      { grid: { policy: ['immediate', 'deferred'], writers: [1, 2] } },
      repetitions,
      (settings, repetition) => ({
        throughputPerSecond: 1000 * wobble(repetition) * (settings.axes.transaction === 'deferred' ? 1 - slowBy : 1),
      }),
    );
    return compare(made.cells, made.grid, { seed: 's', bench: made.bench });
  };
  const throughputOf = ({ overall }: ReturnType<typeof compare>) =>
    overall.find(({ axis, metric }) => axis === 'policy' && metric === 'throughput');

  it('calls what is slower by a fifth different, with the size of the effect', () => {
    expect(throughputOf(measured(0.2, 5))).toMatchObject({
      from: 'immediate',
      to: 'deferred',
      differs: true,
      effect: -1,
    });
  });

  it('says that no difference was shown where there is none', () => {
    expect(throughputOf(measured(0, 5))).toMatchObject({ differs: false, p: 1 });
  });

  it('does not tell two single cells apart by two repetitions, and says so', () => {
    const few = measured(0.2, 2);
    expect(few.cellsCanDiffer).toBe(false);
    expect(few.cells.some(({ differs }) => differs)).toBe(false);
    const many = measured(0.2, 9);
    expect(many.cellsCanDiffer).toBe(true);
    expect(many.cells.filter(({ differs, axis }) => differs && axis === 'policy')).toHaveLength(2);
  });
});

describe('the smallest timeout', () => {
  const timeouts = (errors: Record<number, number>, waitMsMax: number, rule: RuleName = 'smallest-timeout') =>
    sweepOf(
      { grid: { busyTimeout: ['0', '100ms', '1s', '5s'], writers: [2, 8] }, recommend: { axis: 'busyTimeout', rule } },
      3,
      ({ axes, writers }) => ({
        errorRate: writers === 8 ? (errors[axes.busyTimeoutMs ?? 0] ?? 0) : 0,
        timesMs: timesOf(10, waitMsMax),
      }),
    );

  it('is the one from which on nothing fails, for the most writers', () => {
    const { value, sentence } = recommended(timeouts({ 0: 0.5, 100: 0.02 }, 300));
    expect(value).toBe('1 s');
    expect(sentence).toMatch(/with 8 writers .*: 1 s; errors begin below 1 s \(2 % at 100 ms\)/);
    expect(sentence).toMatch(/above 1 s only the freeze behind a stopped writer grows/);
  });

  it('is at least twice the longest wait', () => {
    expect(recommended(timeouts({ 0: 0.5 }, 800)).value).toBe('5 s');
  });

  it('says so where trials were too short to show longer waits', () => {
    expect(recommended(timeouts({ 0: 0.5 }, 800)).sentence).not.toMatch(/--duration/);
    expect(recommended(timeouts({ 0: 0.5 }, 1900)).sentence).toMatch(/close to the 2 s of a trial.* longer --duration/);
  });

  it('is none where all of them fail', () => {
    const none = recommended(timeouts({ 0: 0.5, 100: 0.4, 1000: 0.3, 5000: 0.2 }, 10));
    expect(none).not.toHaveProperty('value');
    expect(none.sentence).toMatch(/no timeout of these is enough; 20 % errors at 5 s/);
  });
});

describe('the fastest', () => {
  const locks = (share: number) =>
    sweepOf(
      {
        variants: { axis: 'lock', values: { none: {}, flock: { writeLock: 'flock' } } },
        grid: { lock: ['none', 'flock'], writers: [1, 8] },
        recommend: { axis: 'lock', rule: 'fastest', reference: 'none' },
        claims: [{ source: '#1', text: 'taxes', value: 'flock', throughputShareMax: 0.95 }],
      },
      6,
      ({ axes }, repetition) => ({
        throughputPerSecond: 1000 * wobble(repetition) * (axes.writeLock === 'flock' ? share : 1),
      }),
    );
  const claimsOf = ({ bench, grid, cells }: Made) => judgeClaims(bench, ratiosOf(bench, grid, cells, 's'))[0];

  it('is the reference where the lock costs something, and the claim is confirmed', () => {
    const made = locks(0.7);
    expect(recommended(made)).toMatchObject({
      value: 'none',
      sentence: expect.stringContaining('flock runs at 0.70 × none'),
    });
    expect(claimsOf(made)).toMatchObject({ verdict: 'confirmed' });
  });

  it('is the reference too where nothing differs, and the claim is refuted', () => {
    const made = locks(1);
    expect(recommended(made).sentence).toMatch(/nothing else is shown to be faster; no difference shown for flock/);
    expect(claimsOf(made)).toMatchObject({ verdict: 'refuted' });
  });

  it('is the other where the test shows it', () => {
    expect(recommended(locks(1.3)).value).toBe('flock');
  });
});

it('the fairest is the one with the highest index', () => {
  const made = sweepOf(
    { grid: { policy: ['immediate', 'jitter'] }, recommend: { axis: 'policy', rule: 'fairest' } },
    3,
    ({ axes }) => ({ jain: axes.transaction === 'immediate' ? 0.4 : 0.9 }),
  );
  expect(recommended(made)).toMatchObject({ value: 'jitter', sentence: expect.stringContaining('Jain 0.90') });
});

describe('noise', () => {
  const reading = (writesPerSecond: number) => ({ writesPerSecond, syncsPerSecond: 100 });
  const cells = (rateHeld: number) => sweepOf({ base: { loop: 'open' } }, 2, () => ({ rateHeld })).cells;

  it('warns where the yardstick varies, and says what to do', () => {
    const { warnings } = noiseOf({ readings: [100, 200, 50, 150].map(reading), cells: cells(1) });
    expect(warnings).toEqual([expect.stringMatching(/the machine was noisy: .* close what else is running/)]);
  });

  it('is quiet where it does not', () => {
    expect(noiseOf({ readings: [100, 101, 99].map(reading), cells: cells(0.995) }).warnings).toEqual([]);
  });

  it('says where a rate was not held', () => {
    const { warnings } = noiseOf({ readings: [100, 100].map(reading), cells: cells(0.8) });
    expect(warnings).toEqual([expect.stringMatching(/the rate was not held in busyTimeout=0, busyTimeout=5 s/)]);
  });
});
