import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { StrategyError } from '../errors.ts';
import { holding, holdingWithin, releasing, waiting, type Lock } from '../lock/lock.ts';
import type { PolicyContext } from './context.ts';

type Around = <T>(context: PolicyContext, body: () => Steps<T>) => Steps<T>;

const POLL_MS = 5;

const AROUND_WRITE: Record<StrategyAxes['writeLock'], Around> = {
  none: (_context, body) => body(),
  flock: (context, body) => unboundedOrNone(context.fileLock(`${context.databasePath}.write-txn.lock`), body),
  'flock-bounded': (context, body) =>
    holdingWithin(
      context.fileLock(resolvedLockPath(context.databasePath)),
      { timeoutMs: context.axes.busyTimeoutMs, pollMs: POLL_MS, otherwise: writeLockTimeout },
      body,
    ),
  mutex: (context, body) => holding(context.inProcess.writeMutex, body),
};

/** Runs `body`, one write transaction, under the lock that the strategy puts around every write. */
export function aroundWrite<T>(context: PolicyContext, body: () => Steps<T>): Steps<T> {
  return AROUND_WRITE[context.axes.writeLock](context, body);
}

/** #31965: where the lock cannot be had at all (no lock file, no locks), the write goes on without it. */
function* unboundedOrNone<T>(lock: Lock, body: () => Steps<T>): Steps<T> {
  try {
    yield waiting(lock);
  } catch {
    return yield* body();
  }
  return yield* releasing(lock, body);
}

/** #37350: one lock per database, whatever symbolic link leads to it, and whether or not it has been created yet. */
function resolvedLockPath(databasePath: string): string {
  if (existsSync(databasePath)) return `${realpathSync(databasePath)}.lock`;
  const directory = dirname(databasePath);
  const isLink = lstatSync(databasePath, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink) return resolvedLockPath(resolve(directory, readlinkSync(databasePath)));
  return `${join(realpathSync(directory), basename(databasePath))}.lock`;
}

function writeLockTimeout(waitedMs: number): Error {
  return new StrategyError('LOCK_TIMEOUT', `database is locked: the write lock was not had within ${waitedMs} ms`);
}
