import Database from 'better-sqlite3';
import { promisedPragmas } from '../../strategy/policy/pragmas.ts';
import type { StrategyAxes } from '../../strategy/axes.ts';

/** What the bare process is told, as JSON in its first argument. */
export interface BareJob {
  databasePath: string;
  /** File with the requests as a JSON array. */
  requestsPath: string;
  /** File for the moments at which requests were granted: 64-bit floats, nanoseconds since the epoch. */
  momentsPath: string;
  /** As in the assignment of a worker. */
  epochNs: string;
  stopAtNs: number;
  axes: StrategyAxes;
  claimTtlMs: number;
}

/** A connection with the pragmas that the strategy promises; the board must be there. */
export function openBare(databasePath: string, axes: StrategyAxes, options: Database.Options = {}): Database.Database {
  const connection = new Database(databasePath, { timeout: axes.busyTimeoutMs, fileMustExist: true, ...options });
  for (const [name, value] of Object.entries(promisedPragmas(axes))) connection.pragma(`${name} = ${value}`);
  return connection;
}
