import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where there is a file system in memory, boards lie there: the explorer decides about crashes itself. */
const MEMORY_FILE_SYSTEM = '/dev/shm';

/** Makes the folder in which explored boards lie; its name says which process it belongs to. */
export function makeExplorationFolder(): string {
  const parent = existsSync(MEMORY_FILE_SYSTEM) ? MEMORY_FILE_SYSTEM : tmpdir();
  return mkdtempSync(join(parent, `crashboard-explore-${process.pid}-`));
}
