import type { Check } from '../check.ts';
import { inWords, type Cases } from '../reconcile.ts';
import { trailOf } from '../trail.ts';

/** A worker whose claim was taken away does not write to the task any more. */
export const leases: Check = {
  name: 'leases',
  summary: 'heartbeats and completions come from the worker that holds the claim',
  isEarlySign: false,
  run({ asLeft }) {
    const holders = new Map<string, string>();
    const late: Cases = { count: 0, examples: [] };
    for (const { task, kind, stamp } of trailOf(asLeft)) {
      const worker = stamp?.worker ?? 'unknown';
      if (kind === 'heartbeat' || kind === 'completed') {
        const holder = holders.get(task);
        if (holder !== worker) {
          late.count++;
          const situation = holder === undefined ? 'nobody held it' : `${holder} held it`;
          if (late.examples.length < 3) late.examples.push(`${kind} of task ${task} by ${worker} when ${situation}`);
        }
      }
      if (kind === 'claimed') holders.set(task, worker);
      else if (kind === 'completed' || kind === 'reclaimed') holders.delete(task);
    }
    if (late.count === 0) return [];
    const message = `${late.count} late writes of a stale holder: ${inWords(late)}`;
    const mechanism = 'stale lease: a worker goes on after its claim was taken away, and nothing compares the claim';
    return [{ check: 'leases', severity: 'violation', message, mechanism, evidence: asLeft.name }];
  },
};
