import jStat from 'jstat';
import type { CellJson, RunJson } from './run-schema.ts';

/** What is said of a difference that chance alone would show in no more than this share of cases. */
export const SIGNIFICANCE = 0.05;
/** A gate looks at no slowdown or speedup below this: it is nobody's concern. */
export const NOTABLE_RATIO = 1.1;
/** More ways than this of dealing trials to two runs are not all tried: the test would take too long. */
const WAYS_MAX = 200_000;

/** A number of each of two runs, and how likely a difference like theirs is by chance alone. */
export interface Difference {
  before: number;
  after: number;
  /** Two-sided; `null` where there is nothing to tell by. */
  p: number | null;
}

/** What changed in one cell. */
export interface CellComparison {
  scenario: string;
  id: string;
  control: boolean;
  /** `undefined` where one of the runs has no such cell. */
  before: CellJson | undefined;
  after: CellJson | undefined;
  /** Worse: it was safe or inconclusive and is unsafe, or it was safe and is inconclusive, or a control is not caught any more. */
  verdict: 'same' | 'worse' | 'better';
  /** Trials that failed, as a share; by Fisher's exact test. */
  failureRate: Difference | undefined;
  /** Operations per second; by an exact permutation test over trials. */
  throughput: Difference | undefined;
  /** 99th percentile of latency in milliseconds; by an exact permutation test over trials. */
  p99Ms: Difference | undefined;
}

/** Two runs side by side. */
export interface Comparison {
  cells: CellComparison[];
  /** Differences between the surroundings, in words: they make numbers incomparable. */
  remarks: string[];
  /** What a gate stops at, in words. */
  regressions: string[];
}

/** Compares two runs cell by cell. */
export function compare(before: RunJson, after: RunJson): Comparison {
  const keys = new Set([...before.cells, ...after.cells].map(keyOf));
  const cells = [...keys].map((key) => {
    const [a, b] = [before, after].map(({ cells }) => cells.find((cell) => keyOf(cell) === key));
    return compareCells(a, b);
  });
  return { cells, remarks: remarksOn(before, after), regressions: cells.flatMap(regressionsOf) };
}

function keyOf({ scenario, id }: CellJson): string {
  return `${scenario}/${id}`;
}

function compareCells(before: CellJson | undefined, after: CellJson | undefined): CellComparison {
  const { scenario, id, control } = (after ?? before) as CellJson;
  const common = { scenario, id, control, before, after };
  if (!before || !after) {
    return { ...common, verdict: 'same', failureRate: undefined, throughput: undefined, p99Ms: undefined };
  }
  return {
    ...common,
    verdict: verdictChange(before, after),
    failureRate: {
      before: share(before),
      after: share(after),
      p: fisher(before.failures, before.trials, after.failures, after.trials),
    },
    throughput: difference(before, after, ({ throughputPerSecond }) => throughputPerSecond),
    p99Ms: difference(before, after, ({ p99Ms }) => p99Ms),
  };
}

const BADNESS = { safe: 0, inconclusive: 1, unsafe: 2 };
const CONTROL_BADNESS = { held: 0, open: 1, violated: 2 };

function verdictChange(before: CellJson, after: CellJson): CellComparison['verdict'] {
  const badness = (cell: CellJson): number => (cell.control ? CONTROL_BADNESS[cell.outcome] : BADNESS[cell.verdict]);
  const change = badness(after) - badness(before);
  if (change === 0) return 'same';
  return change > 0 ? 'worse' : 'better';
}

function share({ failures, trials }: CellJson): number {
  return trials === 0 ? 0 : failures / trials;
}

type Figures = CellJson['perTrial'][number];

function difference(
  before: CellJson,
  after: CellJson,
  of: (figures: Figures) => number | null,
): Difference | undefined {
  const [a, b] = [before, after].map(({ perTrial }) => perTrial.map(of).filter((value) => value !== null));
  if (!a || !b || a.length === 0 || b.length === 0) return undefined;
  return { before: mean(a), after: mean(b), p: permutationTest(a, b) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Fisher's exact test, two-sided: all outcomes that are no more likely than the one that was seen.
 * @param hits1 of `total1`. @param hits2 of `total2`. @returns `null` for no trials.
 */
export function fisher(hits1: number, total1: number, hits2: number, total2: number): number | null {
  if (total1 === 0 || total2 === 0) return null;
  const [total, hits] = [total1 + total2, hits1 + hits2];
  const likelihood = (inFirst: number): number => jStat.hypgeom.pdf(inFirst, total, hits, total1);
  const seen = likelihood(hits1) * (1 + 1e-9);
  let p = 0;
  for (let inFirst = Math.max(0, hits - total2); inFirst <= Math.min(hits, total1); inFirst++) {
    const each = likelihood(inFirst);
    if (each <= seen) p += each;
  }
  return Math.min(1, p);
}

/**
 * Exact permutation test on the difference of means, two-sided: the share of all ways to deal the values to two runs that
 * part the means at least as far. Trials are independent of each other, operations of one trial are not: so it counts trials.
 * @returns `null` where there are too many ways to try them all; then many trials differ, and means tell enough.
 */
export function permutationTest(a: readonly number[], b: readonly number[]): number | null {
  const all = [...a, ...b];
  if (ways(all.length, a.length) > WAYS_MAX) return welch(a, b);
  const sum = all.reduce((total, value) => total + value, 0);
  const gap = (sumOfA: number): number => Math.abs(sumOfA / a.length - (sum - sumOfA) / b.length);
  const seen = gap(a.reduce((total, value) => total + value, 0)) * (1 - 1e-12);
  let [asFar, tried] = [0, 0];
  const deal = (from: number, missing: number, sumOfA: number): void => {
    if (missing === 0) {
      tried++;
      if (gap(sumOfA) >= seen) asFar++;
      return;
    }
    for (let index = from; index <= all.length - missing; index++) {
      deal(index + 1, missing - 1, sumOfA + (all[index] as number));
    }
  };
  deal(0, a.length, 0);
  return asFar / tried;
}

function ways(total: number, chosen: number): number {
  let product = 1;
  for (let index = 1; index <= Math.min(chosen, total - chosen); index++) product *= (total - index + 1) / index;
  return product;
}

/** Welch's test, for more trials than can be dealt in all ways. */
function welch(a: readonly number[], b: readonly number[]): number {
  const [errorA, errorB] = [a, b].map((values) => jStat.variance([...values], true) / values.length) as [
    number,
    number,
  ];
  const error = errorA + errorB;
  if (error === 0) return mean(a) === mean(b) ? 1 : 0;
  const freedom = error ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  const t = Math.abs(mean(a) - mean(b)) / Math.sqrt(error);
  return 2 * (1 - jStat.studentt.cdf(t, freedom));
}

function remarksOn(before: RunJson, after: RunJson): string[] {
  const remarks: string[] = [];
  const fields = ['sqlite', 'node', 'kernel', 'cpu', 'cores', 'fileSystem'] as const;
  for (const field of fields) {
    const [a, b] = [before.environment[field], after.environment[field]];
    if (a !== b) remarks.push(`${field} differs: ${a} and ${b}`);
  }
  if (before.shard || after.shard) remarks.push('one of them is a shard of a run: merge the shards first');
  if (before.interrupted || after.interrupted) remarks.push('one of them was interrupted');
  return remarks;
}

/** A difference in one direction that chance does not explain, and that is large enough to matter. */
export function isNotable(difference: Difference | undefined, direction: 'more' | 'less'): boolean {
  if (!difference || difference.p === null || difference.p > SIGNIFICANCE) return false;
  const { before, after } = difference;
  return direction === 'more' ? after > before * NOTABLE_RATIO : after * NOTABLE_RATIO < before;
}

function regressionsOf(cell: CellComparison): string[] {
  const name = `${cell.scenario}: ${cell.id}`;
  const texts: string[] = [];
  if (cell.verdict === 'worse') {
    const word = (side: CellJson | undefined): string | undefined =>
      cell.control ? (side?.outcome === 'held' ? 'caught' : 'not caught') : side?.verdict;
    texts.push(`${name} was ${word(cell.before)} and is ${word(cell.after)}`);
  } else if (cell.before && !cell.after) texts.push(`${name} is not in the second run`);
  if (cell.control) return texts;
  const { failureRate } = cell;
  if (cell.verdict === 'same' && failureRate && failureRate.after > failureRate.before && isUnlikely(failureRate)) {
    texts.push(`${name} fails more often`);
  }
  if (isNotable(cell.throughput, 'less')) texts.push(`${name} has a lower throughput`);
  if (isNotable(cell.p99Ms, 'more')) texts.push(`${name} has a higher p99`);
  return texts;
}

function isUnlikely({ p }: Difference): boolean {
  return p !== null && p <= SIGNIFICANCE;
}
