import Database from 'better-sqlite3';
import { bundled } from '../../engine/bundled.ts';
import type { Connection, Engine, Statement } from '../../engine/connection.ts';

/** So many transactions of the workers go into one of SQLite's. */
const TRANSACTIONS_PER_COMMIT = 5000;

const BEGIN = /^BEGIN/;
const COMMIT = /^COMMIT$/;
const ROLLBACK = /^ROLLBACK$/;
const OUTSIDE_TRANSACTIONS = /^PRAGMA/;

/**
 * One connection that several workers in one process use in turns, a whole operation at a time; their transactions are
 * gathered into large ones. For writing a long history fast: nobody may roll back, and nothing survives a crash.
 */
export class BatchingEngine implements Engine {
  readonly name = 'batching';
  readonly sqliteVersion = bundled.sqliteVersion;
  #database: Database.Database | undefined;
  #gathered = 0;

  open(path: string, busyTimeoutMs: number): Connection {
    const database = (this.#database ??= new Database(path, { timeout: busyTimeoutMs }));
    let inTransaction = false;
    const setInTransaction = (value: boolean): void => void (inTransaction = value);
    return {
      prepare: (sql) => this.#prepare(database, sql, setInTransaction),
      exec: (sql) => {
        this.#commit();
        return database.exec(sql);
      },
      close: () => this.#commit(),
      get inTransaction() {
        return inTransaction;
      },
    };
  }

  /** Commits what was gathered and closes the connection. */
  close(): void {
    this.#commit();
    this.#database?.close();
  }

  #prepare(database: Database.Database, sql: string, setInTransaction: (value: boolean) => void): Statement {
    if (OUTSIDE_TRANSACTIONS.test(sql)) this.#commit();
    if (BEGIN.test(sql)) return pretending(() => this.#begin(setInTransaction));
    if (COMMIT.test(sql)) return pretending(() => this.#end(setInTransaction));
    if (ROLLBACK.test(sql)) return pretending(refuseRollback);
    return database.prepare(sql);
  }

  #begin(setInTransaction: (value: boolean) => void): void {
    if (this.#database?.inTransaction === false) this.#database.exec('BEGIN IMMEDIATE');
    setInTransaction(true);
  }

  #end(setInTransaction: (value: boolean) => void): void {
    setInTransaction(false);
    if (++this.#gathered >= TRANSACTIONS_PER_COMMIT) this.#commit();
  }

  #commit(): void {
    this.#gathered = 0;
    if (this.#database?.inTransaction === true) this.#database.exec('COMMIT');
  }
}

function pretending(action: () => void): Statement {
  return {
    run: () => {
      action();
      return { changes: 0 };
    },
    get: () => undefined,
    all: () => [],
    iterate: () => [].values(),
  };
}

function refuseRollback(): never {
  throw new Error('a worker rolled back: what others gathered would be lost with it');
}
