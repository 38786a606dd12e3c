import { existsSync, rmSync } from 'node:fs';
import { pathOf, type Hazard } from './hazard.ts';

export const unlinkSidecars: Hazard = {
  name: 'unlink-sidecars',
  summary: 'removes -wal and -shm of the live database, as a clean-up of "stale" files does',
  mechanism:
    'unlinked sidecars: whoever has the files open goes on committing into files without a name, which nobody else will read',
  source: 'SQLite "How To Corrupt", section 1.4',
  perform(databasePath) {
    const sidecars = [pathOf(databasePath, 'wal'), pathOf(databasePath, 'shm')].filter((path) => existsSync(path));
    for (const path of sidecars) rmSync(path, { force: true });
    return sidecars.length > 0;
  },
};
