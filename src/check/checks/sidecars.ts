import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';

/** How a live worker comes to have a sidecar that nobody finds under its name. */
export const LOST_SIDECAR =
  'unlinked sidecars: somebody removed or replaced them, or a connection that took itself for the last one did on closing';

/** Nobody works on a `-wal` or `-shm` that has lost its name: what is committed into one is lost. */
export const sidecars: Check = {
  name: 'sidecars',
  summary: 'no -wal or -shm is replaced or deleted under a live worker',
  isEarlySign: true,
  run({ observations, facts }) {
    const lost = observations.filter((observation) => 'path' in observation);
    const [first] = lost;
    if (!first) return [];
    const names = new Map(facts.exits.map(({ pid, worker }) => [pid, worker]));
    const workers = new Set(lost.map(({ pid }) => names.get(pid) ?? `process ${pid}`));
    const file = first.path.slice(first.path.lastIndexOf('-'));
    const message =
      `${workers.size} live workers (${[...workers].slice(0, 3).join(', ')}${workers.size > 3 ? ', …' : ''}) ` +
      `went on using a ${file} file that had been ${first.kind === 'deleted-sidecar' ? 'deleted' : 'replaced'}, ` +
      `first seen ${Math.round(first.atNs / 1e6)} ms into the trial`;
    return [
      {
        check: 'sidecars',
        severity: 'violation',
        message,
        mechanism: LOST_SIDECAR,
        evidence: TRIAL_FILES.observations,
      },
    ];
  },
};
