import { setTimeout } from 'node:timers/promises';
import { sinceNs } from '../kernel/clock.ts';
import { signal } from '../kernel/process.ts';

/** A stretch of time in which one process worked, in nanoseconds since the epoch. */
export interface Slice {
  startNs: number;
  endNs: number;
}

/** Slices of two processes, pair by pair. */
export interface SlicePair {
  first: Slice;
  second: Slice;
}

/**
 * Lets two processes work in turns: while one works the other is stopped. The turns are short and change their order from
 * pair to pair, so that what the rest of the machine does falls on both alike. Both are stopped before, and go on after.
 */
export async function takeSlices(
  pids: { first: number; second: number },
  turns: { pairs: number; sliceMs: number },
  epochNs: bigint,
): Promise<SlicePair[]> {
  const take = async (pid: number): Promise<Slice> => {
    signal(pid, 'SIGCONT');
    const startNs = sinceNs(epochNs);
    await setTimeout(turns.sliceMs);
    signal(pid, 'SIGSTOP');
    return { startNs, endNs: sinceNs(epochNs) };
  };
  for (const pid of Object.values(pids)) signal(pid, 'SIGSTOP');
  const pairs: SlicePair[] = [];
  for (let pair = 0; pair < turns.pairs; pair++) {
    if (pair % 2 === 0) pairs.push({ first: await take(pids.first), second: await take(pids.second) });
    else {
      const second = await take(pids.second);
      pairs.push({ first: await take(pids.first), second });
    }
  }
  for (const pid of Object.values(pids)) signal(pid, 'SIGCONT');
  return pairs;
}

/** How many moments lie in a slice, per second. @param momentsNs ascending. */
export function rateIn({ startNs, endNs }: Slice, momentsNs: ArrayLike<number>): number {
  return ((indexOf(momentsNs, endNs) - indexOf(momentsNs, startNs)) * 1e9) / (endNs - startNs);
}

/** Index of the first moment that is not before a given one. */
function indexOf(momentsNs: ArrayLike<number>, ns: number): number {
  let [low, high] = [0, momentsNs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((momentsNs[middle] ?? Infinity) < ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
