import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { isWriting, locksHeldBy, parseLockTable, statDatabase } from './locks.ts';

/**
 * Whether a process holds SQLite's write lock on a database at this moment, by `/proc/<pid>/fdinfo` (proc(5)). Unlike
 * `/proc/locks`, reading that makes nobody wait. Opens no file of the database.
 * @returns false as well for a process that is gone, and where there is no `/proc`.
 */
export function holdsWriteLock(pid: number, databasePath: string): boolean {
  const folder = `/proc/${pid}`;
  try {
    const lines = readdirSync(`${folder}/fd`)
      .filter((descriptor) => isOfDatabase(`${folder}/fd/${descriptor}`, databasePath))
      .map((descriptor) => readFileSync(`${folder}/fdinfo/${descriptor}`, 'utf8').replaceAll('lock:\t', ''));
    const table = lines.flatMap((text) => parseLockTable(text, pid));
    return table.length > 0 && isWriting(locksHeldBy(pid, statDatabase(databasePath), table));
  } catch {
    return false;
  }
}

function isOfDatabase(link: string, databasePath: string): boolean {
  try {
    const target = readlinkSync(link);
    return target === databasePath || target === `${databasePath}-shm`;
  } catch {
    // Closed between two calls.
    return false;
  }
}
