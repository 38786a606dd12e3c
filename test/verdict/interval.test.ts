import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactInterval } from '../../src/verdict/interval.ts';

/** Hits and trials, as a run may have them. */
const proportions = fc
  .integer({ min: 1, max: 5000 })
  .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));

/** Chance of `least` or more hits in `total` trials. */
function upperTail(least: number, total: number, rate: number): number {
  let sum = 0;
  let logTerm = total * Math.log1p(-rate);
  for (let hits = 0; hits <= total; hits++) {
    if (hits >= least) sum += Math.exp(logTerm);
    logTerm += Math.log((total - hits) / (hits + 1)) + Math.log(rate) - Math.log1p(-rate);
  }
  return sum;
}

describe('the exact interval', () => {
  it.each([
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [0, 1, 0, 0.975],
    [1, 1, 0.025, 1],
    [2, 20, 0.0123, 0.317],
    [0, 100, 0, 0.0362],
    [15, 100, 0.0865, 0.2353],
    [0, 1000, 0, 0.0037],
  ])('of %i in %i is the published one', (hits, total, low, high) => {
    const interval = exactInterval(hits, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('says that nothing is known of no trials', () => {
    expect(exactInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('has the closed form of no hits, also in a great many trials', () => {
    for (const total of [1, 30, 2000, 1e5, 1e6]) {
      expect(exactInterval(0, total).high / (1 - 0.025 ** (1 / total))).toBeCloseTo(1, 6);
    }
  });

  it('contains the rate that was seen, and lies between 0 and 1', () => {
    fc.assert(
      fc.property(proportions, ([hits, total]) => {
        const { low, high } = exactInterval(hits, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / total);
        expect(high).toBeGreaterThanOrEqual(hits / total);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves up with every hit', () => {
    fc.assert(
      fc.property(proportions, ([hits, total]) => {
        fc.pre(hits < total);
        const [fewer, more] = [exactInterval(hits, total), exactInterval(hits + 1, total)];
        expect(more.low).toBeGreaterThan(fewer.low);
        expect(more.high).toBeGreaterThan(fewer.high);
      }),
    );
  });

  it('moves down with every trial that does not hit', () => {
    fc.assert(
      fc.property(proportions, ([hits, total]) => {
        const [fewer, more] = [exactInterval(hits, total), exactInterval(hits, total + 1)];
        expect(more.high).toBeLessThan(fewer.high);
        expect(more.low).toBeLessThanOrEqual(fewer.low);
      }),
    );
  });

  it('is the mirror image for misses', () => {
    fc.assert(
      fc.property(proportions, ([hits, total]) => {
        const [interval, mirrored] = [exactInterval(hits, total), exactInterval(total - hits, total)];
        expect(interval.low).toBeCloseTo(1 - mirrored.high, 9);
        expect(interval.high).toBeCloseTo(1 - mirrored.low, 9);
      }),
    );
  });

  it('leaves 2.5 % on either side, by the binomial distribution itself', () => {
    const few = fc
      .integer({ min: 2, max: 400 })
      .chain((total) => fc.tuple(fc.integer({ min: 1, max: total - 1 }), fc.constant(total)));
    fc.assert(
      fc.property(few, ([hits, total]) => {
        const { low, high } = exactInterval(hits, total);
        expect(upperTail(hits, total, low)).toBeCloseTo(0.025, 6);
        expect(1 - upperTail(hits + 1, total, high)).toBeCloseTo(0.025, 6);
      }),
    );
  });
});
