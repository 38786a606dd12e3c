import type { Stratum } from './permutation.ts';

/**
 * Values replaced by their ranks among both sides together, from 1; equal ones share the mean of theirs. A permutation
 * test on ranks is the one of Wilcoxon, Mann and Whitney: one value that is far off counts no more than any other.
 */
export function ranksOf({ first, second }: Stratum): Stratum {
  const all = [...first, ...second].toSorted((a, b) => a - b);
  const rankOf = (value: number): number => (all.indexOf(value) + all.lastIndexOf(value)) / 2 + 1;
  return { first: first.map(rankOf), second: second.map(rankOf) };
}
