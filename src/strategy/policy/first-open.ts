import { LATE_INDEXES, OPTIONAL_COLUMNS, alterStatement, type OptionalColumn } from '../../board/optional-columns.ts';
import { INDEXES, TABLES } from '../../board/schema.ts';
import type { Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { StrategyError, messageOf } from '../errors.ts';
import { holding, holdingWithin, type BoundedWait } from '../lock/lock.ts';
import type { PolicyContext } from './context.ts';
import { aroundWrite } from './write-lock.ts';

type FirstOpen = StrategyAxes['firstOpen'];
type Around = <T>(context: PolicyContext, body: () => Steps<T>) => Steps<T>;

const initLockPath = (context: PolicyContext): string => `${context.databasePath}.init.lock`;

/** #50353 polls every 50 ms and goes on without the lock after 10 s; #41058 gives up instead. */
const TEN_SECONDS: Omit<BoundedWait, 'otherwise'> = { timeoutMs: 10_000, pollMs: 50 };

const unguarded: Around = (_context, body) => body();

/** What is held from before the connection opens until the migration is through. */
const AROUND_OPEN: Record<FirstOpen, Around> = {
  unguarded,
  'duplicate-tolerant': unguarded,
  immediate: unguarded,
  'init-mutex': (context, body) => holding(context.inProcess.initMutex, body),
  'init-flock': (context, body) => holding(context.fileLock(initLockPath(context)), body),
  'init-flock-10s-open': (context, body) =>
    holdingWithin(context.fileLock(initLockPath(context)), { ...TEN_SECONDS, otherwise: 'proceed' }, body),
  'init-flock-10s-closed': (context, body) =>
    holdingWithin(context.fileLock(initLockPath(context)), { ...TEN_SECONDS, otherwise: initLockTimeout }, body),
  'write-lock': aroundWrite,
};

function initLockTimeout(waitedMs: number): Error {
  return new StrategyError('LOCK_TIMEOUT', `database is locked: the init lock was not had within ${waitedMs} ms`);
}

/** Runs `body`, which opens and migrates, under the guard that the strategy chose. */
export function aroundFirstOpen<T>(context: PolicyContext, body: () => Steps<T>): Steps<T> {
  return AROUND_OPEN[context.axes.firstOpen](context, body);
}

/** Brings the board to the current schema, on the open connection. */
export function* migrate(context: PolicyContext): Steps<void> {
  if (context.axes.firstOpen !== 'immediate') return yield* createAndAlter(context);
  // Checking and altering inside one write transaction leaves no gap for a second migrator.
  yield context.run('BEGIN IMMEDIATE');
  try {
    yield* createAndAlter(context);
    yield context.run('COMMIT');
  } catch (error) {
    if (context.connection.inTransaction) yield context.run('ROLLBACK');
    throw error;
  }
}

function* createAndAlter(context: PolicyContext): Steps<void> {
  for (const table of TABLES) yield context.run(table);
  for (const index of INDEXES) yield context.run(index);
  // Snapshots of table_info, taken once: what another connection adds from here on is not seen. That is the race.
  const present = { tasks: yield* columnsOf(context, 'tasks'), task_events: yield* columnsOf(context, 'task_events') };
  for (const optional of OPTIONAL_COLUMNS) {
    if (present[optional.table].has(optional.column)) continue;
    const added = yield* addColumn(context, optional);
    if (added && optional.copyStep !== undefined) yield context.run(optional.copyStep);
  }
  for (const index of LATE_INDEXES) yield context.run(index);
}

function* columnsOf(context: PolicyContext, table: string): Steps<Set<string>> {
  const columns = (yield context.all(`PRAGMA table_info(${table})`)) as { name: string }[];
  return new Set(columns.map((column) => column.name));
}

/** @returns whether this connection added it. */
function* addColumn(context: PolicyContext, optional: OptionalColumn): Steps<boolean> {
  const tolerant = context.axes.firstOpen === 'duplicate-tolerant' && !optional.neverTolerant;
  try {
    yield context.run(alterStatement(optional));
    return true;
  } catch (error) {
    if (tolerant && messageOf(error).includes('duplicate column name')) return false;
    throw error;
  }
}
