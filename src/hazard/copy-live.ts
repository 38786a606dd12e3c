import { copyFileSync, rmSync } from 'node:fs';
import { DATABASE_FILES, pathOf, type Hazard } from './hazard.ts';

export const copyLive: Hazard = {
  name: 'copy-live',
  summary: 'copies the live files of the database one by one, as a home-made backup does',
  mechanism:
    'lock cancellation: each copy opens and closes the live file, and that close() drops every lock that the process holds on it',
  source: 'SQLite "How To Corrupt", sections 1.2 and 2.2',
  perform(databasePath) {
    const backup = `${databasePath}.backup-${process.pid}`;
    let copied = false;
    for (const file of DATABASE_FILES) {
      try {
        copyFileSync(pathOf(databasePath, file), backup);
        copied = true;
      } catch {
        // Not there at the moment.
      }
    }
    rmSync(backup, { force: true });
    return copied;
  },
};
