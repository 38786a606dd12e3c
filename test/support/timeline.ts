import seedrandom from 'seedrandom';
import { OPERATION_KINDS } from '../../src/history/record.ts';
import { deflate } from '../../src/timeline/deflate.ts';
import { packSpans } from '../../src/timeline/pack.ts';
import type { Span, Timeline } from '../../src/timeline/timeline.ts';

/** So many operations in each of so many lanes, one after the other; every fiftieth fails. */
export function someLanes(lanes: number, operations: number): Span[][] {
  // Regular numbers would compress as no trial does.
  const random = seedrandom('lanes');
  return Array.from({ length: lanes }, () =>
    Array.from({ length: operations }, (_, index): Span => {
      const startUs = 1000 + index * 1000 + Math.floor(random() * 40);
      const isBad = index % 50 === 49;
      const kind = OPERATION_KINDS[1 + Math.floor(random() * 5)] ?? 'create';
      return {
        startUs,
        endUs: startUs + 50 + Math.floor(random() * 900),
        kind,
        outcome: isBad ? 'fail' : 'ok',
        count: 1,
      };
    }),
  );
}

/** A timeline of these spans, with a kill in the first lane and a sign of damage in the last. */
export function timelineOf(spans: Span[][], wishes: Partial<Timeline> = {}): Timeline {
  const endUs = Math.max(...spans.flat().map((span) => span.endUs));
  const total = spans.reduce((sum, lane) => sum + lane.length, 0);
  const names = spans.map((_, index) => `w${index + 1}`);
  return {
    version: 1,
    scenario: 'storm',
    cell: 'bad',
    trial: 1,
    seed: 's/1',
    endUs,
    lanes: names.map((name, index) => ({
      name,
      workers: [{ worker: `${name}.0`, pid: 100 + index, fromUs: 0, toUs: endUs, how: 'finished' }],
    })),
    strikes: [
      {
        fault: 'kill',
        worker: 'w1.0',
        lanes: [0],
        atUs: Math.round(endUs / 2),
        durationUs: 0,
        aim: 'write-lock',
        inTransaction: true,
        locks: ['shared', 'walWrite'],
        inFlight: [
          {
            worker: 'w1.0',
            kind: 'claim',
            request: '-',
            sinceUs: Math.round(endUs / 2) - 300,
            event: 3,
            fate: 'absent',
          },
        ],
      },
    ],
    signs: [
      { check: 'locks', lane: spans.length - 1, atUs: Math.round(endUs * 0.75), text: 'without its lock: SHARED' },
    ],
    lockSamples: [[0, Math.round(endUs / 3)]],
    operations: { total, spans: total, grainUs: 0, leftOut: 0 },
    packed: deflate(packSpans(spans)),
    ...wishes,
  };
}
