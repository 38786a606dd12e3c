import type { Sample } from './samples.ts';

/**
 * Jain's index of fairness (R. Jain 1984): 1 if all have the same, 1/n if one has everything.
 * @param shares what each got, 0 or more. @returns 1 for nobody, or where nobody got anything.
 */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return squares === 0 ? 1 : sum ** 2 / (shares.length * squares);
}

/** What the slowest got, as a share of a fair part: 1 is fair, 0 is nothing at all. */
export function slowestShare(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum === 0 ? 1 : (Math.min(...shares) * shares.length) / sum;
}

/**
 * The longest time that a worker wanted something done and was told of no success: from when an operation was due,
 * through all that failed, to the next one that succeeded, or to the end.
 * @param samples of one worker, in order. @param window in nanoseconds; what was wanted before counts from its start.
 */
export function longestStarvationNs(samples: readonly Sample[], window: { fromNs: number; toNs: number }): number {
  let longest = 0;
  let wantingSince: number | undefined;
  const end = (atNs: number): void => {
    if (wantingSince !== undefined) longest = Math.max(longest, atNs - wantingSince);
    wantingSince = undefined;
  };
  for (const { dueNs, endNs, outcome } of samples) {
    if (endNs < window.fromNs) continue;
    wantingSince ??= Math.max(dueNs, window.fromNs);
    if (outcome === 'ok' || outcome === 'refused') end(endNs);
  }
  end(Math.max(window.toNs, wantingSince ?? 0));
  return longest;
}
