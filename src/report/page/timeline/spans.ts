import type { SpanColumns } from '../../../timeline/pack.ts';

/** Index of the first span that is not over before a moment. Spans of a lane follow each other. */
export function firstAfter({ startUs, endUs }: SpanColumns, us: number): number {
  let [low, high] = [0, startUs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startUs[middle] as number) < us) low = middle + 1;
    else high = middle;
  }
  // One that began before may last until now.
  while (low > 0 && (endUs[low - 1] as number) >= us) low--;
  return low;
}

/** Index of the span at a moment, or the nearest within a distance; -1 for none. */
export function spanAt(spans: SpanColumns, us: number, withinUs: number): number {
  let [best, bestUs] = [-1, withinUs];
  for (let index = firstAfter(spans, us - withinUs); index < spans.startUs.length; index++) {
    const [start, end] = [spans.startUs[index] as number, spans.endUs[index] as number];
    if (start > us + withinUs) break;
    const distance = us < start ? start - us : us > end ? us - end : 0;
    if (distance <= bestUs) [best, bestUs] = [index, distance];
  }
  return best;
}

/** Acknowledged operations per second, in slices of the trial: [middles in ms, rates]. */
export function throughputOf(lanes: readonly SpanColumns[], endUs: number, slices: number): [number[], number[]] {
  const sliceUs = Math.max(1, endUs / slices);
  const counts = Array.from({ length: slices }, () => 0);
  for (const { endUs: ends, outcome, count } of lanes) {
    for (let index = 0; index < ends.length; index++) {
      if (outcome[index] !== 0) continue;
      const slice = Math.min(slices - 1, Math.floor((ends[index] as number) / sliceUs));
      counts[slice] = (counts[slice] as number) + (count[index] as number);
    }
  }
  const middles = counts.map((_, slice) => ((slice + 0.5) * sliceUs) / 1000);
  return [middles, counts.map((count) => Math.round((count * 1e6) / sliceUs))];
}
