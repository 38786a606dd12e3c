import {
  hasLockTable,
  isWriting,
  locksHeldBy,
  readLockTable,
  statDatabase,
  writeLockHolders,
  type SqliteLocks,
} from '../kernel/locks.ts';
import { signal, sleepSync, stateOf } from '../kernel/process.ts';
import type { FaultTarget, PlannedFault, Victim } from './fault.ts';

/** How long to hunt for somebody who holds the write lock, in milliseconds. */
const HUNT_MS = 25;
/** How long a process may take to stop: it finishes the system call that it is in, which may be an fsync. */
const STOP_MS = 200;
const POLL_MS = 0.05;

/** A victim that stands still, and what it held when it was stopped. */
export interface Seized {
  victim: Victim;
  locks: SqliteLocks | null;
}

/**
 * Stops a victim with SIGSTOP and looks at its locks while it stands still. Aimed at the write lock, it lets go of those
 * who had released it by the time they stood, and tries again; after {@link HUNT_MS} it takes anybody.
 * @returns `undefined` if there is nobody to strike. The victim stays stopped: kill or continue it.
 */
export function seize(planned: PlannedFault, target: FaultTarget): Seized | undefined {
  if (planned.aim === 'write-lock' && hasLockTable()) {
    const holder = seizeWriter(target);
    if (holder) return holder;
  }
  const victims = target.victims();
  const victim = victims[Math.floor(planned.pick * victims.length)];
  return victim && stopAndLook(victim, target);
}

function seizeWriter(target: FaultTarget): Seized | undefined {
  const deadlineNs = target.nowNs() + HUNT_MS * 1e6;
  while (target.nowNs() < deadlineNs) {
    const holders = writeLockHolders(statDatabase(target.databasePath), readLockTable());
    const victim = target.victims().find(({ pid }) => holders.includes(pid));
    if (!victim) continue;
    const seized = stopAndLook(victim, target);
    if (seized?.locks && isWriting(seized.locks)) return seized;
    signal(victim.pid, 'SIGCONT');
  }
  return undefined;
}

function stopAndLook(victim: Victim, target: FaultTarget): Seized | undefined {
  if (!signal(victim.pid, 'SIGSTOP')) return undefined;
  if (!hasLockTable()) return { victim, locks: null };
  const deadlineNs = target.nowNs() + STOP_MS * 1e6;
  let state = stateOf(victim.pid);
  for (; state === 'running' && target.nowNs() < deadlineNs; state = stateOf(victim.pid)) sleepSync(POLL_MS);
  // It had ended by itself, and nobody has noticed yet: that death is not a fault's doing.
  if (state === 'gone') return undefined;
  return { victim, locks: locksHeldBy(victim.pid, statDatabase(target.databasePath), readLockTable()) };
}
