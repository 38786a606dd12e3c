import type { Connection, SqlValue } from '../../engine/connection.ts';
import type { Step, Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import type { InProcessState } from '../in-process.ts';
import type { Lock } from '../lock/lock.ts';
import type { TransactionTimes } from '../transaction-times.ts';

/** What policies work on: one worker's session. */
export interface PolicyContext {
  readonly databasePath: string;
  readonly axes: StrategyAxes;
  readonly inProcess: InProcessState;
  /** Names this worker in lease rows. */
  readonly holder: string;
  /** How long a dispatcher's lease lasts, in milliseconds. */
  readonly leaseTtlMs: number;
  /** The open connection. @throws if there is none. */
  readonly connection: Connection;
  /** Told where the time goes, if somebody asks. */
  readonly times: TransactionTimes | undefined;
  /** Seeded, 0 up to but not including 1. */
  random(): number;
  nowMs(): number;
  /** The lock on a sidecar file of this session; the same object for the same path. */
  fileLock(path: string): Lock;
  /** A step for SQL that may or may not return rows, which are not wanted. */
  exec(sql: string): Step;
  run(sql: string, ...parameters: SqlValue[]): Step;
  get(sql: string, ...parameters: SqlValue[]): Step;
  all(sql: string, ...parameters: SqlValue[]): Step;
  write<T>(body: () => Steps<T>): Steps<T>;
}
