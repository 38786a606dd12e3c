import { deflate, inflate } from './deflate.ts';
import { LaneSpans } from './lane-spans.ts';
import { packSpans, spansOf, unpackSpans } from './pack.ts';
import type { Timeline } from './timeline.ts';

/** The same timeline with about so many spans at most, by the rule of {@link LaneSpans}. */
export function coarsen(timeline: Timeline, spansMax: number): Timeline {
  const { operations, lanes, endUs } = timeline;
  if (operations.spans <= spansMax) return timeline;
  const grainUs = Math.max(operations.grainUs, Math.ceil((endUs * lanes.length) / spansMax));
  const coarse = unpackSpans(inflate(timeline.packed)).map((columns) => {
    const lane = new LaneSpans(grainUs);
    for (const span of spansOf(columns)) lane.add(span);
    return lane;
  });
  const spans = coarse.map((lane) => lane.spans.toSorted((a, b) => a.startUs - b.startUs));
  return {
    ...timeline,
    operations: {
      ...operations,
      spans: spans.reduce((sum, lane) => sum + lane.length, 0),
      grainUs,
      leftOut: operations.leftOut + coarse.reduce((sum, lane) => sum + lane.leftOut, 0),
    },
    packed: deflate(packSpans(spans)),
  };
}
