import Database from 'better-sqlite3';
import type { Connection, Engine } from './connection.ts';

/** The SQLite that better-sqlite3 carries. */
export const bundled: Engine = {
  name: 'bundled',
  get sqliteVersion(): string {
    const connection = new Database(':memory:');
    try {
      return connection.prepare('SELECT sqlite_version()').pluck().get() as string;
    } finally {
      connection.close();
    }
  },
  open(path: string, busyTimeoutMs: number): Connection {
    return new Database(path, { timeout: busyTimeoutMs });
  },
};
