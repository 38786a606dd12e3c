import type { Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { CommitUncertain, isBusy } from '../errors.ts';
import { pause } from '../lock/lock.ts';
import type { PolicyContext } from './context.ts';

interface TransactionPolicy {
  begin: 'BEGIN' | 'BEGIN IMMEDIATE';
  /** How often BEGIN and COMMIT are tried again after SQLITE_BUSY. */
  retries: number;
}

const POLICIES: Record<StrategyAxes['transaction'], TransactionPolicy> = {
  deferred: { begin: 'BEGIN', retries: 0 },
  immediate: { begin: 'BEGIN IMMEDIATE', retries: 0 },
  'immediate-jitter': { begin: 'BEGIN IMMEDIATE', retries: 5 },
};

/** #54137: wait 20 to 150 ms, at random, before the next try. */
const JITTER_MS = { least: 20, most: 150 };

/** Begins a write transaction. @throws SQLite's error; then nothing has begun. */
export function begin(context: PolicyContext): Steps<void> {
  const { begin, retries } = POLICIES[context.axes.transaction];
  return retrying(context, begin, retries);
}

/**
 * Commits.
 * @throws SQLite's busy error if the transaction is still open and can be rolled back, {@link CommitUncertain} otherwise.
 */
export function commit(context: PolicyContext): Steps<void> {
  const { retries } = POLICIES[context.axes.transaction];
  return retrying(context, 'COMMIT', retries);
}

/** Rolls back what is open. A failure to roll back is not reported: closing the connection rolls back as well. */
export function* rollback(context: PolicyContext): Steps<void> {
  if (!context.connection.inTransaction) return;
  try {
    yield context.run('ROLLBACK');
  } catch {
    // The error that led here is the one to report.
  }
}

function* retrying(context: PolicyContext, sql: TransactionPolicy['begin'] | 'COMMIT', retries: number): Steps<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      yield context.run(sql);
      return;
    } catch (error) {
      if (!isBusy(error)) throw sql === 'COMMIT' ? new CommitUncertain(error) : error;
      if (attempt >= retries) throw error;
    }
    context.times?.retried();
    yield pause(JITTER_MS.least + context.random() * (JITTER_MS.most - JITTER_MS.least));
  }
}
