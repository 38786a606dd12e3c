import { TRIAL_FILES, type WorkerExit } from '../../trial/facts.ts';
import type { Check } from '../check.ts';

const SIGBUS_MECHANISM =
  'a mapped -shm that somebody truncated: its pages are gone, and touching one ends the process with SIGBUS';

/** Workers die of our kills and of nothing else. */
export const crashes: Check = {
  name: 'crashes',
  summary: 'no worker dies of anything but a planned kill, and none hangs',
  isEarlySign: false,
  run({ facts }) {
    const strange = facts.exits.filter(({ how }) => how === 'crashed' || how === 'stuck');
    const byManner = Map.groupBy(strange, mannerOf);
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

function mannerOf({ how, signal, code }: WorkerExit): string {
  if (how === 'stuck') return 'did not end when the trial was over';
  return signal === null ? `ended with exit code ${code}` : `died of ${signal}`;
}
