import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Growable } from '../../src/check/growable.ts';

describe('a growable array', () => {
  it('holds what was set last, and 0 elsewhere', () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(fc.array(entry), fc.integer({ min: 1, max: 300 }), (entries, capacity) => {
        const growable = new Growable(capacity);
        for (const [index, value] of entries) growable.set(index, value);
        const model = new Map(entries);
        for (let index = 0; index <= 5001; index++) expect(growable.get(index)).toBe(model.get(index) ?? 0);
      }),
      { numRuns: 20 },
    );
  });

  it('has nothing at places that cannot be', () => {
    const growable = new Growable();
    for (const index of [-1, 0.5, 2 ** 40, Number.NaN]) expect(growable.get(index)).toBe(0);
  });
});
