import type { Plan } from './plan.ts';

/** One of several parts of a plan. */
export interface Shard {
  /** From 1. */
  index: number;
  of: number;
}

/**
 * The part of a plan that a shard carries out. Trials are dealt out in turn, each with the seed that it has in the whole
 * plan: all shards together are exactly the whole, and it has the same digest. Cells of which a shard has no trial are
 * left out.
 */
export function shardOf(plan: Plan, { index, of }: Shard): Plan {
  let dealt = 0;
  const cells = plan.cells
    .map((cell) => ({ ...cell, trials: cell.trials.filter(() => dealt++ % of === index - 1) }))
    .filter(({ trials }) => trials.length > 0);
  return { ...plan, cells };
}
