import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { leastPossible, permutationTest, permutationTestOf } from '../../../src/sweep/statistics/permutation.ts';
import { lowerQuartile } from '../../../src/sweep/statistics/quantile.ts';
import { ranksOf } from '../../../src/sweep/statistics/ranks.ts';

const random = () => seedrandom('permutation');

describe('the permutation test', () => {
  it('is exact where there are few arrangements', () => {
    // Of the six ways to choose two of four, only two are as far apart as this one.
    expect(permutationTest([{ first: [1, 2], second: [3, 4] }], random())).toBeCloseTo(2 / 6);
    expect(permutationTest([{ first: [1, 2, 3], second: [4, 5, 6] }], random())).toBeCloseTo(2 / 20);
    expect(leastPossible(3, 3)).toBeCloseTo(2 / 20);
  });

  it('finds nothing where both sides are the same', () => {
    expect(permutationTest([{ first: [1, 2, 3], second: [3, 2, 1] }], random())).toBe(1);
  });

  it('adds up what single strata are too small to show', () => {
    const stratum = { first: [1, 2, 3], second: [4, 5, 6] };
    expect(permutationTest([stratum], random())).toBeGreaterThan(0.05);
    expect(permutationTest([stratum, stratum, stratum], random())).toBeLessThan(0.01);
  });

  it('does not take a difference between strata for one between sides', () => {
    const low = { first: [1, 2, 3], second: [2, 1, 3] };
    const high = { first: [101, 102, 103], second: [103, 102, 101] };
    expect(permutationTest([low, high], random())).toBe(1);
  });

  it('never says 0 where it has only tried some arrangements', () => {
    const first = Array.from({ length: 12 }, (_, index) => index);
    const p = permutationTest([{ first, second: first.map((value) => value + 100) }], random());
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.001);
  });

  it('calls no more than one in twenty pairs of equal samples different', () => {
    const draw = seedrandom('null');
    const sample = (): number[] => Array.from({ length: 6 }, () => draw() ** 3);
    const ps = Array.from({ length: 400 }, () => permutationTest([{ first: sample(), second: sample() }], draw));
    const called = ps.filter((p) => p <= 0.05).length;
    expect(called).toBeGreaterThan(4);
    expect(called).toBeLessThan(36);
  });
});

describe('the test of lower quartiles', () => {
  const noisy = (floor: number, seed: string): number[] => {
    const draw = seedrandom(seed);
    return Array.from({ length: 20 }, () => floor * (1 + (draw() < 0.5 ? 0.03 : 0.6) * draw()));
  };

  it('sees a floor that is a fifth higher through disturbances that only add', () => {
    const [first, second] = [noisy(50, 'a'), noisy(60, 'b')];
    expect(permutationTestOf({ first, second }, lowerQuartile, random())).toBeLessThan(0.03);
  });

  it('sees none where the floor is the same', () => {
    const [first, second] = [noisy(50, 'a'), noisy(50, 'c')];
    expect(permutationTestOf({ first, second }, lowerQuartile, random())).toBeGreaterThan(0.05);
  });
});

it('gives equal values the mean of their ranks', () => {
  expect(ranksOf({ first: [5, 1], second: [5, 1000] })).toEqual({ first: [2.5, 1], second: [2.5, 4] });
});
