import { TRIAL_FILES, type WorkerExit } from '../../trial/facts.ts';
import type { Check } from '../check.ts';

const SIGBUS_MECHANISM =
  'a mapped -shm that somebody truncated: its pages are gone, and touching one ends the process with SIGBUS';

/** Workers die of our kills and of nothing else. */
export const crashes: Check = {
  name: 'crashes',
  summary: 'no worker dies of anything but a planned kill',
  isEarlySign: false,
  run({ facts }) {
    const crashed = facts.exits.filter(({ how }) => how === 'crashed');
    const byManner = Map.groupBy(crashed, mannerOf);
    return [...byManner].map(([manner, exits]) => {
      const message = `${exits.length} workers ${manner}: ${exits
        .map(({ worker }) => worker)
        .slice(0, 5)
        .join(', ')}`;
      const finding = { check: 'crashes', severity: 'violation' as const, message, evidence: TRIAL_FILES.facts };
      return exits[0]?.signal === 'SIGBUS' ? { ...finding, mechanism: SIGBUS_MECHANISM } : finding;
    });
  },
};

function mannerOf({ signal, code }: WorkerExit): string {
  return signal === null ? `ended with exit code ${code}` : `died of ${signal}`;
}
