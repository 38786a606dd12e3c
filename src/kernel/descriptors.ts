import { readdirSync, readlinkSync } from 'node:fs';

/** An open file of a process whose name has been unlinked. */
export interface DeletedFile {
  descriptor: number;
  /** The name that the file had. */
  path: string;
}

const DELETED = ' (deleted)';

/**
 * The files that a process still has open although their names are gone, by `/proc/<pid>/fd`. Reads links only: no file
 * is opened, no lock is disturbed. Empty for a process that is gone, and where there is no `/proc`.
 * @param paths the names to look for.
 */
export function deletedFilesOf(pid: number, paths: readonly string[]): DeletedFile[] {
  const found: DeletedFile[] = [];
  for (const entry of descriptorsOf(pid)) {
    const target = targetOf(pid, entry);
    if (!target?.endsWith(DELETED)) continue;
    const path = target.slice(0, -DELETED.length);
    if (paths.includes(path)) found.push({ descriptor: Number(entry), path });
  }
  return found;
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function targetOf(pid: number, entry: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${entry}`);
  } catch {
    return undefined;
  }
}
