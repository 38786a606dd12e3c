import type { Check } from '../check.ts';
import { inWords, type Cases } from '../reconcile.ts';
import { trailOf } from '../trail.ts';

/** A task has one holder at a time, and none once it is done: between two claims stands a reclaim. */
export const exclusiveClaims: Check = {
  name: 'exclusive-claims',
  summary: 'no task is claimed while a worker holds it, or after it was done',
  isEarlySign: false,
  run({ asLeft }) {
    const holders = new Map<string, string>();
    const done = new Set<string>();
    const twice: Cases = { count: 0, examples: [] };
    for (const { task, kind, stamp } of trailOf(asLeft)) {
      const worker = stamp?.worker ?? 'unknown';
      if (kind === 'completed' || kind === 'reclaimed') holders.delete(task);
      if (kind === 'completed') done.add(task);
      if (kind !== 'claimed') continue;
      const holder = holders.get(task);
      if (holder !== undefined || done.has(task)) {
        twice.count++;
        const situation = holder === undefined ? 'after it was done' : `while ${holder} held it`;
        if (twice.examples.length < 3) twice.examples.push(`task ${task} claimed by ${worker} ${situation}`);
      }
      holders.set(task, worker);
    }
    if (twice.count === 0) return [];
    const message = `${twice.count} claims of a task that was held or done already: ${inWords(twice)}`;
    const mechanism = 'read-modify-write outside a transaction, or two writers that did not exclude each other';
    return [{ check: 'exclusive-claims', severity: 'violation', message, mechanism, evidence: asLeft.name }];
  },
};
