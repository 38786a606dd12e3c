import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_KINDS } from '../../src/history/record.ts';
import { coarsen } from '../../src/timeline/coarsen.ts';
import { deflate, inflate } from '../../src/timeline/deflate.ts';
import { packSpans, spansOf, unpackSpans } from '../../src/timeline/pack.ts';
import { OUTCOMES, type Span } from '../../src/timeline/timeline.ts';
import { someLanes, timelineOf } from '../support/timeline.ts';

const span = fc
  .record({
    startUs: fc.nat({ max: 2 ** 45 }),
    lengthUs: fc.nat({ max: 2 ** 40 }),
    kind: fc.constantFrom(...OPERATION_KINDS),
    outcome: fc.constantFrom(...OUTCOMES),
    count: fc.nat({ max: 2 ** 31 }),
  })
  .map(({ startUs, lengthUs, ...rest }): Span => ({ startUs, endUs: startUs + lengthUs, ...rest }));
const lane = fc.array(span).map((spans) => spans.toSorted((a, b) => a.startUs - b.startUs));

describe('packed spans', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(lane, { maxLength: 5 }), (lanes) => {
        expect(unpackSpans(inflate(deflate(packSpans(lanes)))).map(spansOf)).toEqual(lanes);
      }),
    );
  });

  it('refuse bytes that end too soon', () => {
    const bytes = packSpans(someLanes(2, 10));
    expect(() => unpackSpans(bytes.subarray(0, -1))).toThrow('ends too soon');
  });
});

describe('a coarser timeline', () => {
  const timeline = timelineOf(someLanes(4, 2000));
  const coarse = coarsen(timeline, 1000);
  const spansIn = (packed: string): Span[] => unpackSpans(inflate(packed)).flatMap(spansOf);

  it('stands for the same operations with fewer spans', () => {
    const [before, after] = [spansIn(timeline.packed), spansIn(coarse.packed)];
    expect(after.length).toBeLessThan(1400);
    expect(after.length).toBe(coarse.operations.spans);
    const countOf = (spans: Span[]): number => spans.reduce((sum, { count }) => sum + count, 0);
    expect(countOf(after)).toBe(countOf(before));
    expect(coarse.operations.grainUs).toBeGreaterThan(0);
  });

  it('keeps every operation that failed, as it was', () => {
    const failed = (packed: string): Span[] => spansIn(packed).filter(({ outcome }) => outcome === 'fail');
    expect(failed(coarse.packed)).toEqual(failed(timeline.packed));
    expect(failed(coarse.packed)).toHaveLength(4 * 40);
  });

  it('is the same one where there is nothing to leave out', () => {
    expect(coarsen(timeline, 10_000)).toBe(timeline);
  });
});
