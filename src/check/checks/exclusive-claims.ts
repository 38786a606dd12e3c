import type { Check } from '../check.ts';
import { inWords, type Cases } from '../reconcile.ts';
import { trailOf } from '../trail.ts';

/** A task has one holder at a time: between two claims stands a completion or a reclaim. */
export const exclusiveClaims: Check = {
  name: 'exclusive-claims',
  summary: 'no task is claimed while another worker holds it',
  isEarlySign: false,
  run({ asLeft }) {
    const holders = new Map<string, string>();
    const twice: Cases = { count: 0, examples: [] };
    for (const { task, kind, stamp } of trailOf(asLeft)) {
      const worker = stamp?.worker ?? 'unknown';
      if (kind === 'completed' || kind === 'reclaimed') holders.delete(task);
      if (kind !== 'claimed') continue;
      const holder = holders.get(task);
      if (holder !== undefined) {
        twice.count++;
        if (twice.examples.length < 3) twice.examples.push(`task ${task} claimed by ${worker} while ${holder} held it`);
      }
      holders.set(task, worker);
    }
    if (twice.count === 0) return [];
    const message = `${twice.count} claims of a task that was held already: ${inWords(twice)}`;
    const mechanism = 'read-modify-write outside a transaction, or two writers that did not exclude each other';
    return [{ check: 'exclusive-claims', severity: 'violation', message, mechanism, evidence: asLeft.name }];
  },
};
