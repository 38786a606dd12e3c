import {
  hasLockTable,
  isWriting,
  locksHeldBy,
  readLockTable,
  statDatabase,
  type SqliteLocks,
} from '../kernel/locks.ts';
import { lostSidecarsOf } from '../kernel/descriptors.ts';
import { journalModeOf } from '../strategy/policy/pragmas.ts';
import type { StrategyAxes } from '../strategy/axes.ts';

/** What a worker inside a write transaction found when it looked itself up in the kernel's lock table. */
export interface LockAudit {
  journalMode: 'wal' | 'delete';
  held: SqliteLocks;
  /** Locks that it must hold there and does not. */
  missing: string[];
  /** The worker has a sidecar open that has lost its name: its locks are on that one, not on what has the name now. */
  hasLostSidecar: boolean;
}

/**
 * Looks at one's own locks from inside a write transaction that has written something. Only the worker itself knows for
 * certain that it is in one. Opens no file but `/proc/locks`.
 * @returns `undefined` where the kernel shows no lock table.
 */
export function auditOwnLocks(databasePath: string, axes: StrategyAxes): LockAudit | undefined {
  if (!hasLockTable()) return undefined;
  const held = locksHeldBy(process.pid, statDatabase(databasePath), readLockTable(process.pid));
  const journalMode = journalModeOf(axes);
  const missing = missingFrom(held, journalMode);
  const hasLostSidecar = missing.length > 0 && lostSidecarsOf(process.pid, databasePath).length > 0;
  return { journalMode, held, missing, hasLostSidecar };
}

function missingFrom(held: SqliteLocks, journalMode: 'wal' | 'delete'): string[] {
  const missing: string[] = [];
  if (!held.shared) missing.push('SHARED');
  if (!isWriting(held)) missing.push(journalMode === 'wal' ? 'WAL_WRITE' : 'RESERVED');
  if (journalMode === 'wal' && !held.deadManSwitch) missing.push('DMS');
  return missing;
}
