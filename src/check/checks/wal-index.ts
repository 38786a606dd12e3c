import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readWalIndexHeader } from '../../kernel/wal-index.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';
import type { Finding } from '../finding.ts';

/** The WAL index never claims that more has been checkpointed than the WAL holds: the next checkpoint would skip the difference. */
export const walIndex: Check = {
  name: 'wal-index',
  summary: 'nBackfill ≤ mxFrame in the WAL index, while the workers run and when they are gone',
  isEarlySign: true,
  run({ directory, observations }) {
    const seen = observations.find((observation) => observation.kind === 'wal-index');
    if (seen) {
      const when = `${Math.round(seen.atNs / 1e6)} ms into the trial`;
      return [finding(seen.backfilled, seen.frames, when, TRIAL_FILES.observations)];
    }
    const name = `${TRIAL_FILES.database}-shm`;
    const left = headerOf(join(directory, name));
    // A kill between the two resets of a restarting WAL leaves 0 frames. With nobody left that is harmless: whoever opens
    // next rebuilds the index. With somebody left it is not, and then there are frames again.
    const isBad = left !== undefined && left.frames > 0 && left.backfilled > left.frames;
    return isBad ? [finding(left.backfilled, left.frames, 'when all workers were gone', name)] : [];
  },
};

function finding(backfilled: number, frames: number, when: string, evidence: string): Finding {
  const message = `the WAL index claims ${backfilled} checkpointed frames of a WAL that holds ${frames}, ${when}`;
  const mechanism = 'WAL-reset race, or a WAL index that two processes maintain without knowing of each other';
  return { check: 'wal-index', severity: 'violation', message, mechanism, evidence };
}

function headerOf(path: string) {
  if (!existsSync(path)) return undefined;
  const descriptor = openSync(path, 'r');
  try {
    return readWalIndexHeader((buffer) => readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
