import {
  hasLockTable,
  isWriting,
  locksHeldBy,
  readLockTable,
  statDatabase,
  type KernelLock,
  type SqliteLocks,
} from '../kernel/locks.ts';
import { lostSidecarsOf } from '../kernel/descriptors.ts';
import { OwnLocks } from '../kernel/own-locks.ts';
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

const ownLocks = new OwnLocks();

/**
 * Looks at one's own locks from inside a write transaction that has written something. Only the worker itself knows for
 * certain that it is in one. Opens files below `/proc` only.
 * @returns `undefined` where the kernel shows no lock table.
 */
export function auditOwnLocks(databasePath: string, axes: StrategyAxes): LockAudit | undefined {
  if (!hasLockTable()) return undefined;
  const inodes = statDatabase(databasePath);
  const journalMode = journalModeOf(axes);
  const look = (table: KernelLock[]): [SqliteLocks, string[]] => {
    const held = locksHeldBy(process.pid, inodes, table);
    return [held, missingFrom(held, journalMode)];
  };
  let [held, missing] = look(ownLocks.read());
  if (missing.length > 0) {
    ownLocks.find(inodes);
    [held, missing] = look(ownLocks.read());
  }
  // The kernel's own table has the last word. It is not asked first, because others wait while it is read.
  if (missing.length > 0) [held, missing] = look(readLockTable(process.pid));
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
