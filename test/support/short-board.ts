import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openSession } from './board.ts';

/**
 * A board in WAL mode, open in this process, whose file ends one page before its header says it does. The page that is
 * missing belongs to a table that nobody reads; the commit that follows it in the WAL is why SQLite does not mind.
 * @returns its path.
 */
export function shortBoard(folder: string): string {
  const path = join(folder, 'board.db');
  const { connection } = openSession(path, {}, { worker: 'witness' });
  connection.exec('CREATE TABLE ballast (x); INSERT INTO ballast VALUES (zeroblob(20000))');
  connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  connection.exec("INSERT INTO task_comments (task_id, author, body, created_at) VALUES ('t', 'a', 'b', 1)");
  cutLastPage(path);
  return path;
}

/** Takes the last page away, from another process: this one must not open a database of which it has a connection. */
export function cutLastPage(path: string): void {
  const { status } = spawnSync('truncate', ['-s', '-4096', path]);
  if (status !== 0) throw new Error(`truncate ended with ${status}`);
}
