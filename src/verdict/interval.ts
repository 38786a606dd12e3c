import jStat from 'jstat';

/** A proportion with its confidence limits. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * Exact (Clopper–Pearson) two-sided 95 % interval of a proportion. With 0 of n it still says how high the rate may be.
 * @param hits 0 to `total`. @param total 0 gives [0, 1]: nothing is known.
 */
export function exactInterval(hits: number, total: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const tail = 0.025;
  return {
    low: hits === 0 ? 0 : jStat.beta.inv(tail, hits, total - hits + 1),
    high: hits === total ? 1 : jStat.beta.inv(1 - tail, hits + 1, total - hits),
  };
}
