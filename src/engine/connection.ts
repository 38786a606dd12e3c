/** A value that goes into or comes out of a SQL statement here. */
export type SqlValue = string | number | null;

/** A prepared statement. */
export interface Statement {
  run(...parameters: SqlValue[]): { changes: number };
  get(...parameters: SqlValue[]): unknown;
  all(...parameters: SqlValue[]): unknown[];
  /** Row by row, in bounded memory. */
  iterate(...parameters: SqlValue[]): IterableIterator<unknown>;
}

/** A connection to a SQLite database, as far as the harness uses one. Errors carry SQLite's extended code as `code`. */
export interface Connection {
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  close(): unknown;
  /** Whether a transaction is open. */
  readonly inTransaction: boolean;
}

/** Which SQLite runs a worker. There is one per process, ever: two copies in one process cancel each other's locks. */
export interface Engine {
  readonly name: string;
  /** The library's own word, `sqlite_version()`. */
  readonly sqliteVersion: string;
  /**
   * Opens a database, creating the file if there is none.
   * @param busyTimeoutMs 0 or more.
   */
  open(path: string, busyTimeoutMs: number): Connection;
}
