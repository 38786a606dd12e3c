import type { Connection } from '../engine/connection.ts';

/** A database file that is nobody's but the checks'. */
export interface CopiedDatabase {
  /** The file that was copied, relative to the trial's folder: that is where a finding points. */
  name: string;
  path: string;
  /** Opens it. @throws SQLite's error if it cannot be read at all. */
  connection(): Connection;
}
