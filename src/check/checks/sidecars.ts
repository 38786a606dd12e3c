import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';

/** Nobody works on a `-wal` or `-shm` that has lost its name: what is committed into one is lost. */
export const sidecars: Check = {
  name: 'sidecars',
  summary: 'no -wal or -shm is replaced or deleted under a live worker',
  isEarlySign: true,
  run({ observations, facts }) {
    const deleted = observations.filter((observation) => observation.kind === 'deleted-sidecar');
    const [first] = deleted;
    if (!first) return [];
    const names = new Map(facts.exits.map(({ pid, worker }) => [pid, worker]));
    const workers = new Set(deleted.map(({ pid }) => names.get(pid) ?? `process ${pid}`));
    const file = first.path.slice(first.path.lastIndexOf('-'));
    const message =
      `${workers.size} live workers (${[...workers].slice(0, 3).join(', ')}${workers.size > 3 ? ', …' : ''}) ` +
      `went on using a ${file} file that had been deleted, first seen ${Math.round(first.atNs / 1e6)} ms into the trial`;
    const mechanism =
      'unlinked sidecars: somebody removed them, or a connection that took itself for the last one did on closing';
    return [{ check: 'sidecars', severity: 'violation', message, mechanism, evidence: TRIAL_FILES.observations }];
  },
};
