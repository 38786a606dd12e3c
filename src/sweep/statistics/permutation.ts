import { mean } from './quantile.ts';
import { shuffle, type Random } from './random.ts';

/** Two samples taken under the same other circumstances: values change sides only within their stratum. */
export interface Stratum {
  first: readonly number[];
  second: readonly number[];
}

/** More arrangements than this are not all tried: a random choice of them is. */
const EXACT_MAX = 20_000;
const DRAWS = 5_000;
/** Two sums of the same numbers in another order may differ by this much, relatively. */
const SLACK = 1e-9;

/**
 * Two-sided permutation test for a difference of means between first and second, summed over strata.
 * @param strata each with values on both sides.
 * @returns how often chance alone makes a difference at least as large: exact where there are few arrangements, otherwise
 * from random ones, and then never 0.
 */
export function permutationTest(strata: readonly Stratum[], random: Random): number {
  const observed = Math.abs(sum(strata.map(difference)));
  const isAsLarge = (value: number): boolean => Math.abs(value) >= observed * (1 - SLACK) - Number.MIN_VALUE;
  if (arrangements(strata) <= EXACT_MAX) {
    const all = strata.map(everyDifference).reduce(allSums);
    return all.filter(isAsLarge).length / all.length;
  }
  let hits = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    if (isAsLarge(sum(strata.map((stratum) => difference(shuffled(stratum, random)))))) hits++;
  }
  return (hits + 1) / (DRAWS + 1);
}

/**
 * The same for one stratum and any statistic in place of the mean, from random arrangements alone.
 * @param statistic of one side.
 */
export function permutationTestOf(
  stratum: Stratum,
  statistic: (values: readonly number[]) => number,
  random: Random,
): number {
  const differenceOf = ({ first, second }: Stratum): number => Math.abs(statistic(second) - statistic(first));
  const observed = differenceOf(stratum);
  let hits = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    if (differenceOf(shuffled(stratum, random)) >= observed * (1 - SLACK)) hits++;
  }
  return (hits + 1) / (DRAWS + 1);
}

/** The smallest value that the test can give for samples of these sizes: with few repetitions it can never be small. */
export function leastPossible(first: number, second: number): number {
  return (first === second ? 2 : 1) / binomial(first + second, first);
}

function difference({ first, second }: Stratum): number {
  return mean(second) - mean(first);
}

function arrangements(strata: readonly Stratum[]): number {
  return strata.reduce(
    (product, { first, second }) => product * binomial(first.length + second.length, first.length),
    1,
  );
}

/** The difference for every way to choose who is first. */
function everyDifference({ first, second }: Stratum): number[] {
  const all = [...first, ...second];
  const total = sum(all);
  const differences: number[] = [];
  const choose = (from: number, left: number, chosen: number): void => {
    if (left === 0) {
      differences.push((total - chosen) / second.length - chosen / first.length);
      return;
    }
    for (let index = from; index <= all.length - left; index++) {
      choose(index + 1, left - 1, chosen + (all[index] as number));
    }
  };
  choose(0, first.length, 0);
  return differences;
}

function allSums(some: readonly number[], others: readonly number[]): number[] {
  return some.flatMap((one) => others.map((other) => one + other));
}

function shuffled({ first, second }: Stratum, random: Random): Stratum {
  const all = shuffle([...first, ...second], random);
  return { first: all.slice(0, first.length), second: all.slice(first.length) };
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let index = 1; index <= k; index++) value = (value * (n - k + index)) / index;
  return Math.round(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
