import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { floorRatioEstimate, medianEstimate } from '../../../src/sweep/statistics/bootstrap.ts';
import { cliffsDelta } from '../../../src/sweep/statistics/effect.ts';
import { holm } from '../../../src/sweep/statistics/holm.ts';
import { lowerQuartile, median, quantile, variation } from '../../../src/sweep/statistics/quantile.ts';

describe('bootstrap', () => {
  it('holds the true median in about 95 of 100 intervals', () => {
    const draw = seedrandom('bootstrap');
    const hits = Array.from({ length: 100 }, () => {
      const values = Array.from({ length: 15 }, () => draw());
      const { low, high } = medianEstimate(values, draw);
      return low <= 0.5 && 0.5 <= high;
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThanOrEqual(86);
    expect(hits).toBeLessThan(100);
  });

  it('has no width where all values are the same, and the same limits for the same seed', () => {
    expect(medianEstimate([3, 3, 3], seedrandom('x'))).toEqual({ value: 3, low: 3, high: 3 });
    const values = [1, 2, 5, 9];
    expect(medianEstimate(values, seedrandom('x'))).toEqual(medianEstimate(values, seedrandom('x')));
  });
});

describe("Holm's correction", () => {
  it('multiplies by the number of comparisons that are left', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  it('leaves a single test alone and never exceeds 1', () => {
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

it("Cliff's delta is 1 where all of the second are larger, 0 where neither tends to be", () => {
  expect(cliffsDelta([1, 2], [3, 4])).toBe(1);
  expect(cliffsDelta([3, 4], [1, 2])).toBe(-1);
  expect(cliffsDelta([1, 2], [1, 2])).toBe(0);
});

it('quantiles lie between the values that they lie between', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([1, 2])).toBe(1.5);
  expect(lowerQuartile([1, 2, 3, 4, 5])).toBe(2);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(variation([2, 2, 2])).toBe(0);
  expect(variation([1, 3])).toBeCloseTo(Math.SQRT2 / 2);
});

it('the ratio of floors looks through disturbances that only add', () => {
  const disturbed = (floor: number): number[] => [1, 1.01, 1.02, 1, 1.8, 2.5, 1.01, 1].map((factor) => floor * factor);
  const { value, low, high } = floorRatioEstimate(disturbed(60), disturbed(50), seedrandom('x'));
  expect(value).toBeCloseTo(1.2);
  expect(low).toBeGreaterThan(1.1);
  expect(high).toBeLessThan(1.4);
  expect(floorRatioEstimate([5, 5, 5], [5, 5, 5], seedrandom('x'))).toEqual({ value: 1, low: 1, high: 1 });
});
