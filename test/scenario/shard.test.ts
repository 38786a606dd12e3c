import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { plan } from '../../src/scenario/plan.ts';
import { shardOf } from '../../src/scenario/shard.ts';

describe('shards', () => {
  it('are together exactly the whole plan, trial by trial, and share its digest', async () => {
    const scenario = await loadScenario('sigkill-storm', '.');
    const of = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), of, (trials, of) => {
        const whole = plan([scenario], { seed: 'a', trials });
        const parts = Array.from({ length: of }, (_, index) => shardOf(whole, { index: index + 1, of }));
        const seedsOf = (cells: typeof whole.cells): string[] =>
          cells.flatMap((cell) => cell.trials.map(({ seed }) => seed));
        expect(parts.flatMap(({ cells }) => seedsOf(cells)).toSorted()).toEqual(seedsOf(whole.cells).toSorted());
        for (const part of parts) expect(part.digest).toBe(whole.digest);
        const sizes = parts.map(({ cells }) => seedsOf(cells).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const { cells } of parts) for (const cell of cells) expect(cell.trials).not.toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
