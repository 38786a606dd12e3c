import { describe, expect, it } from 'vitest';
import { compare, fisher, permutationTest } from '../../src/report/compare.ts';
import type { CellJson } from '../../src/report/run-schema.ts';
import { aCell, aRun, aViolatedCell, figures } from '../support/run-json.ts';

/** A cell with a trial for each of these numbers of operations per second. */
function paced(throughputs: readonly number[], p99Ms = 3): CellJson {
  const perTrial = throughputs.map((throughputPerSecond, index) => figures(index + 1, { throughputPerSecond, p99Ms }));
  return aCell('paced', { trials: perTrial.length, perTrial });
}

describe('Fisher’s exact test', () => {
  // The tea taster, and values of R's fisher.test.
  it.each([
    [3, 4, 1, 4, 0.4857143],
    [0, 10, 5, 10, 0.03250774],
    [8, 10, 8, 10, 1],
    [0, 20, 0, 20, 1],
    [10, 10, 0, 10, 1.082509e-5],
  ])('%i of %i against %i of %i', (hits1, total1, hits2, total2, p) => {
    expect(fisher(hits1, total1, hits2, total2)).toBeCloseTo(p, 6);
  });

  it('says nothing of no trials', () => {
    expect(fisher(0, 0, 1, 2)).toBeNull();
  });
});

describe('the permutation test', () => {
  it('counts the ways to deal the values that part them as far', () => {
    // 2 of 70 ways part eight different values fully.
    expect(permutationTest([1, 2, 3, 4], [11, 12, 13, 14])).toBeCloseTo(2 / 70);
    expect(permutationTest([1, 2], [11, 12])).toBeCloseTo(2 / 6);
    expect(permutationTest([5, 5], [5, 5])).toBe(1);
  });

  it('goes over to Welch’s test where there are too many ways', () => {
    const near = Array.from({ length: 30 }, (_, index) => 100 + (index % 7));
    const far = near.map((value) => value + 20);
    expect(permutationTest(near, far)).toBeLessThan(1e-6);
    expect(permutationTest(near, near.toReversed())).toBeGreaterThan(0.9);
  });
});

describe('two runs', () => {
  it('with the same cells are the same', () => {
    const run = aRun([aCell('good'), aViolatedCell('bad', 'broken')]);
    const { regressions, remarks, cells } = compare(run, run);
    expect(regressions).toEqual([]);
    expect(remarks).toEqual([]);
    expect(cells.map(({ verdict }) => verdict)).toEqual(['same', 'same']);
  });

  it('a verdict that got worse is a regression, one that got better is none', () => {
    const [good, bad] = [aRun([aCell('x')]), aRun([aViolatedCell('x', 'broken')])];
    expect(compare(good, bad).regressions).toEqual(['storm: x was safe and is unsafe']);
    expect(compare(bad, good).regressions).toEqual([]);
  });

  it('a control that is not caught any more is a regression', () => {
    const caught = aCell('control', { control: true, expected: 'unsafe', verdict: 'unsafe', outcome: 'held' });
    const missed = aCell('control', { control: true, expected: 'unsafe', verdict: 'safe', outcome: 'violated' });
    expect(compare(aRun([caught]), aRun([missed])).regressions).toEqual([
      'storm: control was caught and is not caught',
    ]);
  });

  it('a cell that is gone is a regression, a new one is none', () => {
    const [one, two] = [aRun([aCell('a')]), aRun([aCell('a'), aCell('b')])];
    expect(compare(two, one).regressions).toEqual(['storm: b is not in the second run']);
    expect(compare(one, two).regressions).toEqual([]);
  });

  it('a rate that rose beyond chance is a regression', () => {
    const failing = (failures: number): CellJson =>
      aCell('x', { verdict: 'unsafe', outcome: 'violated', trials: 20, failures });
    expect(compare(aRun([failing(2)]), aRun([failing(12)])).regressions).toEqual(['storm: x fails more often']);
    expect(compare(aRun([failing(2)]), aRun([failing(4)])).regressions).toEqual([]);
  });

  it('a lower throughput counts where chance does not explain it, and only then', () => {
    const before = aRun([paced([500, 505, 510, 515])]);
    expect(compare(before, aRun([paced([300, 305, 310, 315])])).regressions).toEqual([
      'storm: paced has a lower throughput',
    ]);
    // Three trials a side can never be told from chance at 5 %.
    expect(compare(aRun([paced([500, 505, 510])]), aRun([paced([300, 305, 310])])).regressions).toEqual([]);
    // Certain, and too small to matter.
    expect(compare(before, aRun([paced([480, 481, 482, 483])])).regressions).toEqual([]);
    // Faster is not worse.
    expect(compare(aRun([paced([300, 305, 310, 315])]), before).regressions).toEqual([]);
  });

  it('says where the surroundings differ', () => {
    const run = aRun([aCell('x')]);
    const other = { ...run, environment: { ...run.environment, sqlite: '3.50.4' } };
    expect(compare(run, other).remarks).toEqual(['sqlite differs: 3.54.1 and 3.50.4']);
  });
});
