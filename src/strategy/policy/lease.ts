import { Refused } from '../../board/refused.ts';
import { step, type Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { releasing } from '../lock/lock.ts';
import type { PolicyContext } from './context.ts';

interface LeasePolicy {
  /** Whether `complete` compares the claim lock. */
  fencing: boolean;
  /** What must exist before the first lease is taken. */
  prepare(context: PolicyContext): Steps<void>;
  /** Runs one dispatcher tick. @throws {Refused} `LEASE_HELD` if it is another's turn. */
  dispatch<T>(context: PolicyContext, body: () => Steps<T>): Steps<T>;
}

const LEASE_TABLE =
  'CREATE TABLE IF NOT EXISTS dispatcher_leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at INTEGER NOT NULL)';
const TAKE_LEASE =
  "INSERT INTO dispatcher_leases (name, holder, expires_at) VALUES ('dispatcher', ?, ?) " +
  'ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at ' +
  'WHERE expires_at < ? OR holder = excluded.holder';

function* nothing(): Steps<void> {}

const POLICIES: Record<StrategyAxes['lease'], LeasePolicy> = {
  none: { fencing: false, prepare: nothing, dispatch: (_context, body) => body() },
  fenced: { fencing: true, prepare: nothing, dispatch: (_context, body) => body() },
  'dispatcher-rows': { fencing: true, prepare: createTable, dispatch: underLeaseRow },
  'dispatch-lock-file': { fencing: false, prepare: nothing, dispatch: underLockFile },
  'dispatch-lock-file-open': { fencing: false, prepare: nothing, dispatch: underLockFileIfAny },
};

/** The lease policy of a strategy. */
export function leaseOf(axes: StrategyAxes): LeasePolicy {
  return POLICIES[axes.lease];
}

function* createTable(context: PolicyContext): Steps<void> {
  yield context.run(LEASE_TABLE);
}

function* underLeaseRow<T>(context: PolicyContext, body: () => Steps<T>): Steps<T> {
  yield* context.write(function* () {
    const now = context.nowMs();
    const take = context.run(TAKE_LEASE, context.holder, now + context.leaseTtlMs, now);
    if (((yield take) as { changes: number }).changes === 0) throw leaseHeld();
  });
  return yield* body();
}

/** #50331: a lock file per tick, not waited for. */
function* underLockFile<T>(context: PolicyContext, body: () => Steps<T>): Steps<T> {
  const lock = context.fileLock(`${context.databasePath}.dispatch.lock`);
  if (!(yield step('lock', `try ${lock.label}`, () => lock.tryAcquire()))) throw leaseHeld();
  return yield* releasing(lock, body);
}

/** The same, going on without the lock where the file cannot be opened or locked at all. */
function* underLockFileIfAny<T>(context: PolicyContext, body: () => Steps<T>): Steps<T> {
  const lock = context.fileLock(`${context.databasePath}.dispatch.lock`);
  let had: unknown;
  try {
    had = yield step('lock', `try ${lock.label}`, () => lock.tryAcquire());
  } catch {
    return yield* body();
  }
  if (!had) throw leaseHeld();
  return yield* releasing(lock, body);
}

function leaseHeld(): Refused {
  return new Refused('LEASE_HELD', 'another dispatcher holds the lease');
}
