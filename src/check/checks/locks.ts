import { rawRead } from '../../hazard/raw-read.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';
import type { LockAudit } from '../../worker/lock-audit.ts';
import type { Check } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { WorkerNote } from '../ledger.ts';
import { LOST_SIDECAR } from './sidecars.ts';

/** Where each lock lives, in words. */
const PLACES: Record<string, string> = {
  SHARED: 'SHARED on the database file',
  RESERVED: 'RESERVED on the database file',
  WAL_WRITE: 'the write lock (byte 120 of -shm)',
  DMS: 'the dead-man switch (byte 128 of -shm)',
};
/** From here on a connection in WAL mode that closes last looks for others before it unlinks the WAL (release notes of 3.51.0). */
const DEFENDS_SINCE = [3, 51, 0];

/** A worker inside a write transaction holds the locks that SQLite believes it to hold. */
export const locks: Check = {
  name: 'locks',
  summary: "a worker in a write transaction holds SQLite's locks, by the kernel's own table",
  isEarlySign: true,
  run({ ledger }) {
    const audits = ledger.notes.filter(({ name }) => name === 'lock-audit');
    const byLoss = Map.groupBy(audits, ({ data }) => {
      const { missing, hasLostSidecar } = data as LockAudit;
      return `${missing.join(' and ')} ${hasLostSidecar}`;
    });
    return [...byLoss.values()].map((notes) =>
      findingOf(notes, ledger.workers.get(notes[0]?.worker ?? '')?.sqliteVersion),
    );
  },
};

function findingOf(notes: WorkerNote[], sqliteVersion = ''): Finding {
  const [first] = notes as [WorkerNote, ...WorkerNote[]];
  const { missing, journalMode, hasLostSidecar } = first.data as LockAudit;
  // In WAL mode SHARED on the main file only keeps others from closing last; since 3.51.0 that is defended otherwise.
  const isDefended =
    journalMode === 'wal' &&
    !hasLostSidecar &&
    missing.every((lock) => lock === 'SHARED') &&
    isAtLeast(sqliteVersion, DEFENDS_SINCE);
  const workers = new Set(notes.map(({ worker }) => worker)).size;
  const lost = missing.map((lock) => PLACES[lock] ?? lock).join(' and ');
  const defence = isDefended
    ? `; SQLite ${sqliteVersion} refuses the last close that this would lead to, older ones do not`
    : '';
  return {
    check: 'locks',
    severity: isDefended ? 'warning' : 'violation',
    message: hasLostSidecar
      ? `${workers} workers inside a write transaction held ${lost} on a file that has lost its name, first ${first.worker}`
      : `${workers} workers inside a write transaction did not hold ${lost}, first ${first.worker}${defence}`,
    mechanism: hasLostSidecar ? LOST_SIDECAR : rawRead.mechanism,
    evidence: `${TRIAL_FILES.histories}/${first.worker}.history`,
  };
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, bound] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== bound) return part > bound;
  }
  return true;
}
